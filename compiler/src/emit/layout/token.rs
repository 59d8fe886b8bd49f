//! Token trees as one list, each with what it has to do with the user's tokens.

use std::borrow::Cow;
use std::ops::Range;

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};

use super::super::slot::SlotSource;
use super::super::spans::Origin;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or a keyword.
    Word,
    /// A literal.
    Literal,
    /// One character of punctuation.
    Punct(char),
    /// The beginning of a group.
    Open(Delimiter),
    /// Its end.
    Close(Delimiter),
    /// A comment, up to the end of its line.
    Comment,
    /// A comment that stands behind something.
    Behind,
}

/// A token as it will be printed.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: Cow<'a, str>,
    /// The bytes of the source that it is, if it is one of the user's own.
    pub(super) own: Option<Range<usize>>,
    /// Which of the user's leaves it is or serves.
    pub(super) origin: Option<Origin>,
    /// Whether it counts as a leaf: what documents does not.
    pub(super) counts: bool,
    /// Whether it is one piece with the punctuation after it.
    pub(super) joint: bool,
    /// For the beginning of a group, the position of its end.
    pub(super) close: usize,
    /// Whether a space may stand before it.
    pub(super) before: bool,
    /// Whether a space may stand after it.
    pub(super) after: bool,
    /// How much deeper in `<…>` or `|…|` the tokens after it stand, seen from those before it.
    pub(super) depth: i8,
    /// Whether it stands in `<…>`.
    pub(super) nested: bool,
}

impl Token<'_> {
    pub(super) fn is_punct(&self, character: char) -> bool {
        self.kind == Kind::Punct(character)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(super) fn is_open(&self, delimiter: Delimiter) -> bool {
        self.kind == Kind::Open(delimiter)
    }
}

/// Reads generated code beside the source of its slot.
pub(super) struct Reader<'a> {
    text: &'a str,
    file: String,
    /// The bytes of each of the user's leaves and its number, in the order of the source.
    leaves: Vec<(Range<usize>, usize)>,
    /// Where the leaf stands in that list that was found last: the next one is the likeliest to come.
    likely: usize,
    tokens: Vec<Token<'a>>,
    /// Whether what is read documents, and so is no leaf.
    silent: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a SlotSource) -> Self {
        let placed = source.leaves.iter().enumerate().map(|(index, leaf)| (leaf.span.byte_range(), index));
        let mut leaves: Vec<_> = placed.filter(|(range, _)| !range.is_empty()).collect();
        leaves.sort_by_key(|(range, _)| range.start);
        let first = leaves.first().and_then(|(_, index)| source.leaves.get(*index));
        let file = first.map(|leaf| leaf.span.file()).unwrap_or_default();
        Self { text: &source.file.text, file, leaves, likely: 0, tokens: Vec::new(), silent: false }
    }

    pub(super) fn read(mut self, tokens: TokenStream) -> Vec<Token<'a>> {
        self.stream(tokens);
        self.tokens
    }

    fn stream(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let TokenTree::Punct(punct) = &tree else {
                self.tree(tree);
                continue;
            };
            if punct.as_char() != '#' {
                self.tree(tree);
                continue;
            }
            let span = punct.span();
            let inner = trees.next_if(|tree| matches!(tree, TokenTree::Punct(mark) if mark.as_char() == '!'));
            match trees.peek() {
                Some(TokenTree::Group(group)) => match Attribute::of(group) {
                    Attribute::Doc => {
                        let group = group.clone();
                        trees.next();
                        self.doc(tree, inner, &group, span);
                    }
                    Attribute::Comment(kind, text) if span.byte_range().is_empty() => {
                        trees.next();
                        self.comment(kind, format!("//{text}"), None);
                    }
                    _ => {
                        self.tree(tree);
                        inner.into_iter().for_each(|mark| self.tree(mark));
                    }
                },
                _ => {
                    self.tree(tree);
                    inner.into_iter().for_each(|mark| self.tree(mark));
                }
            }
        }
    }

    /// A doc comment as the user wrote it, or one of the frame's; else an attribute that is no leaf.
    fn doc(&mut self, pound: TokenTree, inner: Option<TokenTree>, group: &Group, span: Span) {
        let range = span.byte_range();
        let text = self.text;
        let written = text.get(range.clone()).filter(|text| text.starts_with("//") || text.starts_with("/*"));
        if let Some(written) = written {
            return self.comment(Kind::Comment, written.trim_end().to_owned(), Some(range));
        }
        let doc = range.is_empty().then(|| value(group)).flatten();
        if let Some(doc) = doc.filter(|doc| inner.is_none() && !doc.contains('\n')) {
            return self.comment(Kind::Comment, format!("///{doc}"), None);
        }
        let outside = std::mem::replace(&mut self.silent, true);
        self.tree(pound);
        inner.into_iter().for_each(|mark| self.tree(mark));
        self.group(group);
        self.silent = outside;
    }

    fn comment(&mut self, kind: Kind, text: String, own: Option<Range<usize>>) {
        let mut token = token(kind, Cow::Owned(text));
        (token.own, token.counts) = (own, false);
        self.tokens.push(token);
    }

    fn tree(&mut self, tree: TokenTree) {
        match tree {
            TokenTree::Group(group) => self.group(&group),
            TokenTree::Ident(ident) => {
                let (own, origin) = self.find(ident.span(), |text| ident == text);
                let text = own.clone().and_then(|range| self.text.get(range));
                let text = text.map_or_else(|| Cow::Owned(ident.to_string()), Cow::Borrowed);
                self.push(Kind::Word, text, own, origin);
            }
            TokenTree::Punct(punct) => {
                let character = punct.as_char();
                let (own, origin) = self.find(punct.span(), |text| {
                    let mut characters = text.chars();
                    characters.next() == Some(character) && characters.next().is_none()
                });
                let text = own.clone().and_then(|range| self.text.get(range));
                let text = text.map_or_else(|| Cow::Owned(character.to_string()), Cow::Borrowed);
                self.push(Kind::Punct(character), text, own, origin);
                if let Some(last) = self.tokens.last_mut() {
                    last.joint = punct.spacing() == Spacing::Joint;
                }
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let (own, origin) = self.find(literal.span(), |other| text == other);
                self.push(Kind::Literal, Cow::Owned(text), own, origin);
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let delimiter = group.delimiter();
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.stream(group.stream()),
        };
        let position = self.tokens.len();
        let (own, origin) = self.find(group.span_open(), |text| text == open);
        self.push(Kind::Open(delimiter), Cow::Borrowed(open), own, origin);
        self.stream(group.stream());
        let end = self.tokens.len();
        let (own, origin) = self.find(group.span_close(), |text| text == close);
        self.push(Kind::Close(delimiter), Cow::Borrowed(close), own, origin);
        if let Some(token) = self.tokens.get_mut(position) {
            token.close = end;
        }
    }

    fn push(&mut self, kind: Kind, text: Cow<'a, str>, own: Option<Range<usize>>, origin: Option<Origin>) {
        let mut token = token(kind, text);
        (token.own, token.origin, token.counts) = (own, origin, !self.silent);
        self.tokens.push(token);
    }

    /// Where a token stands among the user's, if it is one of them or serves one. A span that covers several of the user's leaves counts
    /// as its first.
    fn find(&mut self, span: Span, is: impl Fn(&str) -> bool) -> (Option<Range<usize>>, Option<Origin>) {
        let range = span.byte_range();
        if range.is_empty() {
            return (None, None);
        }
        let is_likely = self.leaves.get(self.likely).is_some_and(|(likely, _)| *likely == range);
        let at = if is_likely {
            self.likely
        } else {
            match self.leaves.partition_point(|(leaf, _)| leaf.start <= range.start).checked_sub(1) {
                Some(at) => at,
                None => return (None, None),
            }
        };
        let Some((leaf, index)) = self.leaves.get(at) else { return (None, None) };
        if !leaf.contains(&range.start) {
            return (None, None);
        }
        if *leaf == range && self.text.get(range.clone()).is_some_and(is) {
            self.likely = at + 1;
            return (Some(range), Some(Origin::Same(*index)));
        }
        // A text that was parsed elsewhere has the same numbers for other bytes.
        let serves = (span.file() == self.file).then_some(Origin::Serves(*index));
        (None, serves)
    }
}

fn token(kind: Kind, text: Cow<'_, str>) -> Token<'_> {
    Token {
        kind,
        text,
        own: None,
        origin: None,
        counts: true,
        joint: false,
        close: 0,
        before: true,
        after: true,
        depth: 0,
        nested: false,
    }
}

/// What an attribute is to a printer.
enum Attribute {
    /// `doc = "…"` or `doc(…)`.
    Doc,
    /// `comment = "…"`, a line of its own, or `behind = "…"`.
    Comment(Kind, String),
    /// Any other.
    Other,
}

impl Attribute {
    fn of(group: &Group) -> Self {
        if group.delimiter() != Delimiter::Bracket {
            return Self::Other;
        }
        match group.stream().into_iter().next() {
            Some(TokenTree::Ident(name)) if name == "doc" => Self::Doc,
            Some(TokenTree::Ident(name)) if name == "comment" => {
                value(group).map_or(Self::Other, |text| Self::Comment(Kind::Comment, text))
            }
            Some(TokenTree::Ident(name)) if name == "behind" => {
                value(group).map_or(Self::Other, |text| Self::Comment(Kind::Behind, text))
            }
            _ => Self::Other,
        }
    }
}

/// The text of `name = "text"`.
fn value(group: &Group) -> Option<String> {
    let mut inner = group.stream().into_iter().skip(1);
    match (inner.next(), inner.next(), inner.next()) {
        (Some(TokenTree::Punct(equals)), Some(TokenTree::Literal(text)), None) if equals.as_char() == '=' => {
            match syn::Lit::new(text) {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            }
        }
        _ => None,
    }
}
