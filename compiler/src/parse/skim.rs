//! Leaves out what nobody asks about: the bodies of fns that are no component and have none inside.
//!
//! Most of a package are such bodies, and all that they cost is the look at whether an attribute stands in them. What is wrong with their
//! syntax is said by rustc, where it comes next, else by `bodies`. A component is left whole, methods included: it stands in its slot.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Attributes that are none of ours whatever a `use` says: those of the language, and the tests of any framework.
const INERT: [&str; 14] = [
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "ignore",
    "inline",
    "must_use",
    "should_panic",
    "test",
    "track_caller",
    "warn",
];

/// The items of `tokens`, which were parsed of `text`, with the bodies empty that nobody asks about; these are added to `left_out`.
pub(super) fn skim(tokens: TokenStream, text: &str, left_out: &mut Vec<Group>) -> TokenStream {
    let mut kept = Vec::new();
    let mut head = Head::default();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && head.is_over() => {
                kept.push(TokenTree::Group(match head.what {
                    What::Fn if !head.is_marked && !has_attributes(&group, text) => {
                        let empty = emptied(&group);
                        left_out.push(group);
                        empty
                    }
                    What::Holder if !head.is_marked => with(&group, skim(group.stream(), text, left_out)),
                    _ => group,
                }));
                head = Head::default();
            }
            token => {
                head.see(&token);
                kept.push(token);
            }
        }
    }
    kept.into_iter().collect()
}

/// What an item is, as far as a part of it shows.
#[derive(Default)]
struct Head {
    what: What,
    /// Whether it has an attribute that may be one of ours.
    is_marked: bool,
    /// How many `<` are open: what stands there in braces is no body.
    angles: usize,
    last: Option<char>,
    /// Whether the last token was an attribute's `#`.
    is_attribute: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Not known yet, or nothing with a body of ours.
    #[default]
    Other,
    /// A fn.
    Fn,
    /// A module, an `impl` or a trait, which holds items.
    Holder,
}

impl Head {
    fn is_over(&self) -> bool {
        self.angles == 0
    }

    fn see(&mut self, token: &TokenTree) {
        let was_attribute = std::mem::take(&mut self.is_attribute);
        let last = self.last.take();
        match token {
            TokenTree::Punct(punct) => {
                let character = punct.as_char();
                match character {
                    ';' => *self = Self::default(),
                    '<' => self.angles += 1,
                    '>' if !matches!(last, Some('-' | '=')) => self.angles = self.angles.saturating_sub(1),
                    '#' => self.is_attribute = true,
                    '!' if was_attribute => self.is_attribute = true,
                    _ => {}
                }
                self.last = Some(character);
            }
            TokenTree::Group(group) if was_attribute => self.is_marked |= !is_inert(group),
            TokenTree::Ident(word) if self.what == What::Other => {
                if word == "fn" {
                    self.what = What::Fn;
                } else if word == "mod" || word == "impl" || word == "trait" {
                    self.what = What::Holder;
                }
            }
            _ => {}
        }
    }
}

/// Whether an attribute is one of the language.
fn is_inert(attribute: &Group) -> bool {
    let mut name = None;
    for token in attribute.stream() {
        match token {
            TokenTree::Ident(word) => name = Some(word),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => break,
        }
    }
    name.is_some_and(|name| INERT.iter().any(|inert| name == inert))
}

/// Whether an attribute may stand in a body: that is so where a `#` does.
fn has_attributes(body: &Group, text: &str) -> bool {
    text.get(body.span().byte_range()).is_none_or(|body| body.contains('#'))
}

fn emptied(group: &Group) -> Group {
    with(group, TokenStream::new())
}

fn with(group: &Group, inner: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), inner);
    other.set_span(group.span());
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skimmed(text: &str) -> String {
        skim(text.parse().unwrap(), text, &mut Vec::new()).to_string().replace(' ', "")
    }

    #[test]
    fn a_body_is_left_out_where_nobody_asks_about_it() {
        for (text, left) in [
            ("fn a() -> u8 { one() } struct B { c: u8 }", "fna()->u8{}structB{c:u8}"),
            ("#[process] async fn a() { one() }", "#[process]asyncfna(){one()}"),
            ("#[test] fn a() { one() }", "#[test]fna(){}"),
            ("fn a() { #[p] fn b() {} }", "fna(){#[p]fnb(){}}"),
            (
                "impl A for B<{ N }> { fn a(&self) { one() } #[new] fn b() { two() } }",
                "implAforB<{N}>{fna(&self){}#[new]fnb(){two()}}",
            ),
            ("mod a { fn b() where C: D, { one() } }", "moda{fnb()whereC:D,{}}"),
            (
                "fn a() -> [u8; { 1 }] { one() } fn b(c: fn() -> u8) { c() }",
                "fna()->[u8;{1}]{}fnb(c:fn()->u8){}",
            ),
            ("const A: fn() -> u8 = { b }; fn c() { d() }", "constA:fn()->u8={};fnc(){}"),
            ("const _: () = { fn a() { one() } };", "const_:()={fna(){one()}};"),
            ("#[service] impl A { fn b(&self) { c() } }", "#[service]implA{fnb(&self){c()}}"),
            ("macro_rules! a { () => { fn b() { c() } } }", "macro_rules!a{()=>{fnb(){c()}}}"),
        ] {
            assert_eq!(skimmed(text), left);
        }
    }
}
