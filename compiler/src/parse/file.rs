//! One text to one syntax tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};

use super::skim::skim;
use super::syntax_error::SyntaxError;
use crate::{Problems, SourceFile, Sources};

/// How deep brackets may nest. A syntax tree is walked by recursion, and a text that nests deeper was not written by a person.
const DEEPEST: usize = 200;

/// Parses files. Two crate roots may reach the same one, which is then read twice: a tree that is kept for that would be in vain mostly.
pub(super) struct Parser<'a> {
    sources: &'a Sources,
    /// The files that could not be read as Rust, and those that could.
    broken: BTreeSet<&'a str>,
    sound: BTreeSet<&'a str>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, broken: BTreeSet::new(), sound: BTreeSet::new() }
    }

    pub(super) fn source(&self, path: &str) -> Option<&'a Arc<SourceFile>> {
        self.sources.files.get(path)
    }

    /// The tree of `file`; an empty one, and a fault, where it is not Rust.
    pub(super) fn tree(&mut self, file: &'a Arc<SourceFile>, problems: &mut Problems) -> syn::File {
        let (path, tree) = (file.path.as_str(), read(&file.text));
        if tree.is_ok() {
            self.sound.insert(path);
        }
        tree.unwrap_or_else(|error| {
            if self.broken.insert(path) {
                problems.error(SyntaxError::new(&error, file));
            }
            syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: Vec::new() }
        })
    }

    /// The files that were read.
    pub(super) fn sound(self) -> BTreeSet<String> {
        self.sound.into_iter().map(str::to_owned).collect()
    }

    /// Whether a file was looked at and is not Rust.
    pub(super) fn is_broken(&self, file: &SourceFile) -> bool {
        self.broken.contains(file.path.as_str())
    }
}

/// What is wrong in the bodies of a file that `read` leaves out. Nothing where the rest of it is no Rust either.
pub(super) fn wrong_body(text: &str) -> Option<syn::Error> {
    let text = blanked(text);
    let mut bodies = Vec::new();
    skim(text.parse().ok()?, &text, &mut bodies);
    bodies.into_iter().find_map(|body| parsed::<syn::Block>(TokenTree::Group(body).into()).err())
}

fn read(text: &str) -> syn::Result<syn::File> {
    let text = blanked(text);
    parsed(skim(text.parse()?, &text, &mut Vec::new()))
}

fn parsed<T: syn::parse::Parse>(tokens: TokenStream) -> syn::Result<T> {
    if let Some(bracket) = deeper_than(DEEPEST, tokens.clone()) {
        let deep = format!("brackets nest deeper than {DEEPEST} levels here");
        return Err(syn::Error::new(bracket.span(), deep));
    }
    syn::parse2(tokens)
}

/// The text with its byte order mark and its `#!` line as spaces, so that every byte keeps its number.
fn blanked(text: &str) -> String {
    let (mark, rest) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("   ", rest),
        None => ("", text),
    };
    let is_script = rest.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    let shebang = if is_script { rest.find('\n').unwrap_or(rest.len()) } else { 0 };
    let (script, code) = rest.split_at(shebang);
    format!("{mark}{}{code}", " ".repeat(script.len()))
}

fn deeper_than(limit: usize, tokens: TokenStream) -> Option<TokenTree> {
    let mut open = vec![tokens.into_iter()];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            Some(TokenTree::Group(group)) if open.len() > limit => return Some(TokenTree::Group(group)),
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
            }
        }
    }
    None
}
