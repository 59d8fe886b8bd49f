//! The leaves of a slot and their hash: tokens in, a number out that rustc's own tokens give as well.
//!
//! `runtime/macros` does the same with rustc's tokens. Only texts count: spans, spaces, comments, doc comments and the kind of line
//! ends make no difference.

use std::fmt;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::{Root, RootKind};

/// A token that has no tokens inside: an identifier, a literal, one character of punctuation, an opening or a closing delimiter.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Its text, with LF as the end of a line.
    pub text: String,
    /// Where it was written.
    pub span: Span,
}

/// The name under which the compiler writes a slot's code and the slot looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotHash(pub u64);

impl fmt::Display for SlotHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// The leaves of `tokens` in order, without doc comments.
pub fn leaves(tokens: TokenStream) -> Vec<Leaf> {
    let mut found = Vec::new();
    gather(tokens, &mut found);
    found
}

/// The leaves of an item as its slot sees them: rustc has answered and removed the `#[cfg(…)]` of the item itself by then.
pub fn item_leaves(item: TokenStream) -> Vec<Leaf> {
    let mut tokens = item.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(pound) = tokens.next_if(|token| is_punct(token, '#')) {
        if tokens.next_if(|token| starts_with(token, "cfg")).is_none() {
            kept.push(pound);
            kept.extend(tokens.next());
        }
    }
    as_a_lexer_does(leaves(kept.into_iter().chain(tokens).collect()))
}

/// The item has been parsed: a parser takes the `0.1` of `pair.0.1` apart, but not that of `pair.0 .1`.
fn as_a_lexer_does(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let is_index = |leaf: &Leaf| leaf.text.bytes().all(|byte| byte.is_ascii_digit());
    let mut found: Vec<Leaf> = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        if let Some([dot, one, other]) = found.last_chunk_mut()
            && (&*dot.text, &*other.text) == (".", ".")
            && is_index(one)
            && is_index(&leaf)
            && one.span.byte_range().end + 1 == leaf.span.byte_range().start
        {
            one.text = format!("{}.{}", one.text, leaf.text);
            found.pop();
        } else {
            found.push(leaf);
        }
    }
    found
}

/// The hash of a slot: of its attribute's name, of the leaves of its arguments and of its item.
pub fn hash(attribute: &str, arguments: &[Leaf], item: &[Leaf]) -> SlotHash {
    let mut state = Fnv::new();
    state.text(attribute);
    for leaf in arguments {
        state.text(&leaf.text);
    }
    state.byte(1);
    for leaf in item {
        state.text(&leaf.text);
    }
    SlotHash(state.0)
}

/// What stands for the item of `app!`, which has none: the crate that is being built, so that each root of a package has its own.
pub fn crate_leaf(root: &Root) -> Leaf {
    let text = match root.kind {
        RootKind::Library => "lib".to_owned(),
        RootKind::Binary | RootKind::Example => format!("bin {}", root.name),
        RootKind::Test | RootKind::Bench => format!("test {}", root.name.replace('-', "_")),
    };
    Leaf { text, span: Span::call_site() }
}

/// FNV-1a with 64 bits.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// A text and the zero byte that ends it.
    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
        self.byte(0);
    }
}

fn gather(tokens: TokenStream, found: &mut Vec<Leaf>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut held = Vec::new();
    while let Some(token) = tokens.next() {
        if is_punct(&token, '#') {
            held.push(token);
            held.extend(tokens.next_if(|token| is_punct(token, '!')));
            if tokens.next_if(is_doc).is_some() {
                held.clear();
            }
            for token in held.drain(..) {
                push(token, found);
            }
        } else {
            push(token, found);
        }
    }
}

fn push(token: TokenTree, found: &mut Vec<Leaf>) {
    match token {
        TokenTree::Group(group) => {
            let marks = delimiters(&group);
            if let Some((open, _)) = marks {
                found.push(Leaf { text: open.to_owned(), span: group.span_open() });
            }
            gather(group.stream(), found);
            if let Some((_, close)) = marks {
                found.push(Leaf { text: close.to_owned(), span: group.span_close() });
            }
        }
        TokenTree::Literal(literal) => {
            let mut text = literal.to_string();
            if text.contains('\r') {
                text = text.replace("\r\n", "\n");
            }
            found.push(Leaf { text, span: literal.span() });
        }
        other => found.push(Leaf { text: other.to_string(), span: other.span() }),
    }
}

fn delimiters(group: &Group) -> Option<(&'static str, &'static str)> {
    match group.delimiter() {
        Delimiter::Parenthesis => Some(("(", ")")),
        Delimiter::Brace => Some(("{", "}")),
        Delimiter::Bracket => Some(("[", "]")),
        Delimiter::None => None,
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// `[doc = "…"]` or `[doc(…)]`, what follows the `#` of a doc comment.
fn is_doc(token: &TokenTree) -> bool {
    starts_with(token, "doc")
}

/// `[name …`, what follows the `#` of an attribute of this name.
fn starts_with(token: &TokenTree, attribute: &str) -> bool {
    matches!(inside_brackets(token).next(), Some(TokenTree::Ident(name)) if name == attribute)
}

fn inside_brackets(token: &TokenTree) -> impl Iterator<Item = TokenTree> + use<> {
    let stream = match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => group.stream(),
        _ => TokenStream::new(),
    };
    stream.into_iter()
}
