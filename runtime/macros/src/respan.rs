//! Gives generated tokens the places of the user's: generated tokens, a span table and the user's leaves in, tokens out.

use proc_macro::{Group, TokenStream, TokenTree};

use crate::leaves::{Leaf, Step, delimiters, steps};

/// A run of generated leaves that has the places of the user's leaves.
struct Run {
    generated: usize,
    item: usize,
    length: usize,
    /// Whether all of the run serves the one leaf `item`.
    serves: bool,
}

impl Run {
    /// A line of the table, `GENERATED ITEM LENGTH` with or without ` *`.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let mut number = || words.next()?.parse().ok();
        let (generated, item, length) = (number()?, number()?, number()?);
        Some(Self { generated, item, length, serves: words.next() == Some("*") })
    }
}

/// `generated` with the places that the table gives it. A leaf that the table doesn't name keeps the attribute's.
pub(crate) fn respan(generated: TokenStream, table: &str, user: &[Leaf]) -> TokenStream {
    let runs = table.lines().filter(|line| !line.starts_with('#')).filter_map(Run::parse).collect();
    Respan { runs, user, run: 0, next: 0 }.all(generated)
}

struct Respan<'a> {
    runs: Vec<Run>,
    user: &'a [Leaf],
    /// The first run that doesn't end before `next`.
    run: usize,
    /// The number of the next generated leaf.
    next: usize,
}

impl<'a> Respan<'a> {
    fn all(&mut self, tokens: TokenStream) -> TokenStream {
        let mut out: Vec<TokenTree> = Vec::new();
        for step in steps(tokens) {
            match step {
                Step::Doc(tokens) => out.extend(tokens),
                Step::Token(TokenTree::Group(group)) => out.push(TokenTree::Group(self.group(&group))),
                Step::Token(mut token) => {
                    if let Some((leaf, _)) = self.take() {
                        token.set_span(leaf.span);
                    }
                    out.push(token);
                }
            }
        }
        out.into_iter().collect()
    }

    /// A group's delimiters have one span for both. The user's own group gives the span from one to the other.
    fn group(&mut self, group: &Group) -> Group {
        let marked = delimiters(group).is_some();
        let open = if marked { self.take() } else { None };
        let mut inner = Group::new(group.delimiter(), self.all(group.stream()));
        let close = if marked { self.take() } else { None };
        let span = match (open, close) {
            (Some((open, false)), Some(_)) => open.whole.unwrap_or(open.span),
            (Some((served, _)), _) | (None, Some((served, _))) => served.span,
            (None, None) => group.span(),
        };
        inner.set_span(span);
        inner
    }

    /// The user's leaf for the next generated leaf, and whether that one only serves it.
    fn take(&mut self) -> Option<(&'a Leaf, bool)> {
        let index = self.next;
        self.next += 1;
        while self.runs.get(self.run).is_some_and(|run| run.generated + run.length <= index) {
            self.run += 1;
        }
        let run = self.runs.get(self.run)?;
        let step = index.checked_sub(run.generated)?;
        let item = if run.serves { run.item } else { run.item + step };
        Some((self.user.get(item)?, run.serves))
    }
}
