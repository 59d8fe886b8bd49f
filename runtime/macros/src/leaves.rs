//! The leaves of a slot and their hash, as the compiler's `emit/hash.rs` has them: a test holds the two against each other.

use std::iter::Peekable;

use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree, token_stream};

/// A token that has no tokens inside.
pub(crate) struct Leaf {
    pub(crate) text: String,
    /// Where it was written.
    pub(crate) span: Span,
    /// For an opening delimiter, the span of all that is delimited: a group has one span, not two.
    pub(crate) whole: Option<Span>,
}

/// The leaves of `tokens` in order, without doc comments.
pub(crate) fn leaves(tokens: TokenStream) -> Vec<Leaf> {
    let mut found = Vec::new();
    gather(tokens, &mut found);
    found
}

/// The leaves of an item, without the `#[cfg(…)]` of the item itself: rustc removes these, an editor may not.
pub(crate) fn item_leaves(item: TokenStream) -> Vec<Leaf> {
    let mut tokens = item.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(pound) = tokens.next_if(|token| is_punct(token, '#')) {
        if tokens.next_if(|token| starts_with(token, "cfg")).is_none() {
            kept.push(pound);
            kept.extend(tokens.next());
        }
    }
    leaves(kept.into_iter().chain(tokens).collect())
}

/// FNV-1a over the attribute's name and the texts of the leaves.
pub(crate) fn hash(attribute: &str, arguments: &[Leaf], item: &[Leaf]) -> u64 {
    let mut state = Fnv(0xcbf2_9ce4_8422_2325);
    state.text(attribute);
    for leaf in arguments {
        state.text(&leaf.text);
    }
    state.byte(1);
    for leaf in item {
        state.text(&leaf.text);
    }
    state.0
}

struct Fnv(u64);

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
        self.byte(0);
    }
}

fn gather(tokens: TokenStream, found: &mut Vec<Leaf>) {
    for step in steps(tokens) {
        match step {
            Step::Doc(_) => {}
            Step::Token(TokenTree::Group(group)) => {
                let marks = delimiters(&group);
                if let Some((open, _)) = marks {
                    let whole = Some(group.span());
                    found.push(Leaf { text: open.to_owned(), span: group.span_open(), whole });
                }
                gather(group.stream(), found);
                if let Some((_, close)) = marks {
                    found.push(Leaf { text: close.to_owned(), span: group.span_close(), whole: None });
                }
            }
            Step::Token(token) => {
                found.push(Leaf { text: token.to_string(), span: token.span(), whole: None });
            }
        }
    }
}

/// A token, or the tokens of a doc comment: `#`, perhaps `!`, and `[doc…]`.
pub(crate) enum Step {
    Doc(Vec<TokenTree>),
    Token(TokenTree),
}

/// The tokens of one level, with doc comments told from the rest.
pub(crate) fn steps(tokens: TokenStream) -> Steps {
    Steps { tokens: tokens.into_iter().peekable(), held: None }
}

pub(crate) struct Steps {
    tokens: Peekable<token_stream::IntoIter>,
    /// A `!` after a `#` that began no doc comment.
    held: Option<TokenTree>,
}

impl Iterator for Steps {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if let Some(held) = self.held.take() {
            return Some(Step::Token(held));
        }
        let token = self.tokens.next()?;
        if !is_punct(&token, '#') {
            return Some(Step::Token(token));
        }
        let inner = self.tokens.next_if(|token| is_punct(token, '!'));
        if let Some(attribute) = self.tokens.next_if(is_doc) {
            return Some(Step::Doc([Some(token), inner, Some(attribute)].into_iter().flatten().collect()));
        }
        self.held = inner;
        Some(Step::Token(token))
    }
}

pub(crate) fn delimiters(group: &Group) -> Option<(&'static str, &'static str)> {
    match group.delimiter() {
        Delimiter::Parenthesis => Some(("(", ")")),
        Delimiter::Brace => Some(("{", "}")),
        Delimiter::Bracket => Some(("[", "]")),
        Delimiter::None => None,
    }
}

pub(crate) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name.to_string() == word)
}

fn is_doc(token: &TokenTree) -> bool {
    starts_with(token, "doc")
}

/// `[name …`, what follows the `#` of an attribute of this name.
fn starts_with(token: &TokenTree, attribute: &str) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.delimiter() == Delimiter::Bracket
        && group.stream().into_iter().next().is_some_and(|token| is_word(&token, attribute))
}
