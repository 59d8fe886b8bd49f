//! Names in texts: in the placeholders of strings and among the tokens of macros that no pass has read.

use proc_macro2::{Span, TokenStream, TokenTree};

/// The names in the placeholders of a string, as its token is written: `"{total:>width$}"`.
pub(super) fn placeholders(literal: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = literal;
    while let Some(at) = rest.find('{') {
        let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
        if let Some(escaped) = after.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let inside = after.split('}').next().unwrap_or_default();
        let is_code = before.ends_with("\\u");
        // `"{first {last}"` is no format string, and rustc says so.
        if inside.contains('{') && !is_code {
            rest = after.get(inside.len()..).unwrap_or_default();
            continue;
        }
        if !is_code {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let first = inside.split(':').next().unwrap_or_default().trim_end();
            let first = if first.chars().all(is_word) { first } else { "" };
            let counts =
                inside.split('$').rev().skip(1).filter_map(|part| part.rsplit(|c| !is_word(c)).next());
            let names = std::iter::once(first).chain(counts);
            found.extend(names.filter(|name| is_name(name)).map(str::to_owned));
        }
        rest = after;
    }
    found
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// What a token of a macro may name.
pub(super) enum Named {
    /// A local, where there is one of this name.
    Word(proc_macro2::Ident),
    /// The placeholders of a string.
    Text(String, Span),
}

/// All that the tokens of a macro may name.
pub(super) fn named(tokens: &TokenStream) -> Vec<Named> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let punct = |at: Option<usize>, mark: char| {
        let token = at.and_then(|at| tokens.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
    };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (before, earlier) = (at.checked_sub(1), at.checked_sub(2));
        let (after, later) = (Some(at + 1), Some(at + 2));
        match token {
            TokenTree::Group(group) => found.extend(named(&group.stream())),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.contains('{') {
                    found.push(Named::Text(text, literal.span()));
                }
            }
            TokenTree::Ident(ident) => {
                let is_member = punct(before, '.') && !punct(earlier, '.');
                let in_path =
                    punct(before, ':') && punct(earlier, ':') || punct(after, ':') && punct(later, ':');
                let is_macro = punct(after, '!') && !punct(later, '=');
                if !is_member && !in_path && !is_macro && !punct(before, '\'') {
                    found.push(Named::Word(ident.clone()));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
    found
}
