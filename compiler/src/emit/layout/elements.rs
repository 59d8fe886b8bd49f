//! The parts of a group: statements, arms, items, fields, arguments.

use std::ops::Range;

use proc_macro2::Delimiter;

use super::token::{Kind, Token};

/// The parts of a stretch of tokens, each with the separator that ends it.
pub(super) fn elements(tokens: &[Token<'_>], stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at, mut depth) = (stretch.start, stretch.start, 0_i32);
    while at < stretch.end {
        let Some(token) = tokens.get(at) else { break };
        depth += i32::from(token.depth);
        let mut ends = false;
        match token.kind {
            Kind::Open(delimiter) => {
                at = token.close;
                let next = tokens.get(at + 1).filter(|_| at + 1 < stretch.end);
                ends = delimiter == Delimiter::Brace && next.is_some_and(begins_element);
            }
            Kind::Punct(';') => {
                (ends, depth) = (true, 0);
            }
            Kind::Punct(',') => ends = depth <= 0,
            _ => {}
        }
        at += 1;
        if ends {
            at += usize::from(tokens.get(at).is_some_and(|token| token.kind == Kind::Behind));
            found.push(start..at);
            start = at;
        }
    }
    if start < stretch.end {
        found.push(start..stretch.end);
    }
    found
}

/// Whether what follows a `}` is a part of its own and does not go on with what the `}` ends.
fn begins_element(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word => !token.is_word("else") && !token.is_word("as"),
        Kind::Literal | Kind::Comment | Kind::Open(Delimiter::Brace) => true,
        Kind::Punct(character) => matches!(character, '#' | '\''),
        _ => false,
    }
}

/// What kind of things stand in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Items: those with a body stand apart.
    Items,
    /// Anything else.
    Code,
}

/// What the braces of an element hold.
pub(super) fn inside(tokens: &[Token<'_>], element: Range<usize>) -> Inside {
    match head(tokens, element) {
        Some("mod" | "impl" | "trait") => Inside::Items,
        _ => Inside::Code,
    }
}

/// Whether an element is an item with a body.
pub(super) fn is_block(tokens: &[Token<'_>], element: Range<usize>) -> bool {
    !matches!(head(tokens, element.clone()), Some("use"))
        && top_level(tokens, element).any(|token| token.is_open(Delimiter::Brace))
}

/// Whether an element has a brace group that ends it, or is a statement: more than one of these do not share a line.
pub(super) fn is_statement(tokens: &[Token<'_>], element: Range<usize>) -> bool {
    match element.end.checked_sub(1).and_then(|last| tokens.get(last)) {
        Some(last) => last.is_punct(';') || last.kind == Kind::Close(Delimiter::Brace),
        None => false,
    }
}

/// The first word of an element that says what it is.
fn head<'t>(tokens: &'t [Token<'_>], element: Range<usize>) -> Option<&'t str> {
    let mut words = top_level(tokens, element).filter(|token| token.kind == Kind::Word);
    words.find(|word| !["pub", "unsafe", "async"].contains(&&*word.text)).map(|word| &*word.text)
}

/// The tokens of an element that are in no group of it, groups themselves as their beginnings.
fn top_level<'t, 'a>(
    tokens: &'t [Token<'a>],
    element: Range<usize>,
) -> impl Iterator<Item = &'t Token<'a>> + use<'t, 'a> {
    let mut at = element.start;
    std::iter::from_fn(move || {
        let token = tokens.get(at).filter(|_| at < element.end)?;
        at = if matches!(token.kind, Kind::Open(_)) { token.close + 1 } else { at + 1 };
        Some(token)
    })
}
