//! What the bodies of processes mention by name: signals, and the parts that they call.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ItemUse;
use syn::visit::{self, Visit};

use super::names::imports_of;
use super::{CalledPart, Components, ItemName, Names, ProcessItem, Resolved};
use crate::Place;

/// Notes for each process which paths in its body name a signal, and which of those that are called name a part.
pub(super) fn note(found: &mut Components, names: &Names) {
    let name_of = |id: usize| {
        found
            .all
            .get(id)
            .map(|component| ItemName { module: component.module, name: component.name.to_string() })
    };
    let signals: BTreeSet<ItemName> =
        found.signals.iter().filter_map(|signal| name_of(signal.component)).collect();
    let parts = found.processes.iter().filter(|process| process.item.path.is_none());
    let parts: BTreeSet<ItemName> = parts.filter_map(|process| name_of(process.component)).collect();
    let is_drop = |of: &Resolved| match of {
        Resolved::External(path) | Resolved::Unknown(path) => path.last().is_some_and(|last| last == "Drop"),
        _ => false,
    };
    let with_drop = found.implementations.iter().filter(|one| is_drop(&one.of.name));
    let droppers: BTreeSet<ItemName> = with_drop
        .filter_map(|one| match &one.by.name {
            Resolved::Item(item) => Some(item.clone()),
            _ => None,
        })
        .collect();
    for process in &mut found.processes {
        let Some(module) = found.all.get(process.component).map(|component| component.module) else {
            continue;
        };
        let body = Body::of(&process.item);
        let (mut signals_named, mut droppers_named, mut called) = (Vec::new(), Vec::new(), BTreeMap::new());
        for path in &body.paths {
            let Some(Resolved::Item(item)) = body.full(path).map(|full| names.segments(module, &full)) else {
                continue;
            };
            if signals.contains(&item) {
                signals_named.push(path.join("::"));
            }
            if droppers.contains(&item) {
                droppers_named.extend(path.last().cloned());
            }
            if let Some(span) = body.called.get(path).filter(|_| parts.contains(&item)) {
                let place = Place::new(&process.item.file, *span);
                called.insert(path.join("::"), CalledPart { name: item, place });
            }
        }
        process.item.signals = signals_named;
        process.item.droppers = droppers_named;
        process.item.parts = called;
    }
}

/// The names in a body.
struct Body {
    /// Every path and all its beginnings.
    paths: BTreeSet<Vec<String>>,
    /// The paths that are called.
    called: BTreeMap<Vec<String>, Span>,
    /// What `use` statements in it bring in.
    imports: BTreeMap<String, Vec<String>>,
}

impl Body {
    fn of(process: &ProcessItem) -> Self {
        let block = &process.item.block;
        let mut own = Own::default();
        own.visit_item_fn(&process.item);
        let (mut paths, mut called) = (BTreeSet::new(), BTreeMap::new());
        gather(block.to_token_stream(), &mut paths, &mut called);
        called.retain(|path, _| !matches!(path.as_slice(), [name] if own.bound.contains(name)));
        Self { paths, called, imports: imports_of(&own.uses) }
    }

    /// A path with what a `use` in the body makes of its beginning.
    fn full(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        Some(match self.imports.get(first) {
            Some(import) => import.iter().chain(rest).cloned().collect(),
            None => path.to_vec(),
        })
    }
}

/// What a body itself declares.
#[derive(Default)]
struct Own<'a> {
    uses: Vec<&'a ItemUse>,
    /// Its locals and the fns inside it.
    bound: BTreeSet<String>,
    is_inside: bool,
}

impl<'ast> Visit<'ast> for Own<'ast> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.uses.push(item);
    }

    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.bound.insert(pat.ident.to_string());
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if std::mem::replace(&mut self.is_inside, true) {
            self.bound.insert(item.sig.ident.to_string());
        }
        visit::visit_item_fn(self, item);
    }
}

/// Every path in the tokens and all its beginnings, macros' arguments included (`a::b::c` is `a`, `a::b` and `a::b::c`), and those that
/// are called.
fn gather(tokens: TokenStream, paths: &mut BTreeSet<Vec<String>>, called: &mut BTreeMap<Vec<String>, Span>) {
    let mut path: Vec<String> = Vec::new();
    let (mut colons, mut after_dot, mut span) = (0, false, Span::call_site());
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 {
                    path.clear();
                }
                path.push(name.to_string());
                if !paths.contains(&path) {
                    paths.insert(path.clone());
                }
                span = name.span();
                colons = 0;
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                colons += 1;
                continue;
            }
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Parenthesis && !after_dot && !path.is_empty() {
                    called.entry(std::mem::take(&mut path)).or_insert(span);
                }
                gather(group.stream(), paths, called);
                after_dot = false;
            }
            TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
            TokenTree::Literal(_) => after_dot = false,
        }
        path.clear();
        colons = 0;
    }
}
