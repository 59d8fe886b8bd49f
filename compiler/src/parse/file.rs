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
    /// The files that could not be read as Rust.
    broken: BTreeSet<&'a str>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, broken: BTreeSet::new() }
    }

    pub(super) fn source(&self, path: &str) -> Option<&'a Arc<SourceFile>> {
        self.sources.files.get(path)
    }

    /// The tree of `file`; an empty one, and a fault, where it is not Rust.
    pub(super) fn tree(&mut self, file: &'a Arc<SourceFile>, problems: &mut Problems) -> syn::File {
        read(&file.text, self.sources.rustc_is_next).unwrap_or_else(|error| {
            if self.broken.insert(&file.path) {
                problems.error(SyntaxError::new(&error, file));
            }
            syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: Vec::new() }
        })
    }

    /// Whether a file was looked at and is not Rust.
    pub(super) fn is_broken(&self, file: &SourceFile) -> bool {
        self.broken.contains(file.path.as_str())
    }
}

fn read(text: &str, rustc_is_next: bool) -> syn::Result<syn::File> {
    let text = blanked(text);
    let tokens = text.parse()?;
    let tokens = if rustc_is_next { skim(tokens, &text) } else { tokens };
    if let Some(bracket) = deeper_than(DEEPEST, tokens.clone()) {
        return Err(syn::Error::new(
            bracket.span(),
            format!("brackets nest deeper than {DEEPEST} levels here"),
        ));
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
