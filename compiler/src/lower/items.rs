//! Items inside of a body. Those of the outermost block are seen in all of it, and so stand before all arms. An item of an inner block is
//! seen in that block alone: it stands before all arms too where nothing outside of its block says its name; else each part of the block
//! has it once more. A type can't stand twice, since it would be two types.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::{Item, Stmt, parse_quote};

use super::jump;

/// The items of a body.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// Those that stand before all arms.
    pub hoisted: Vec<Item>,
    /// Those that stand in the parts of their block.
    pub repeated: Vec<Item>,
    /// Types of inner blocks, with another place where their name is said.
    pub unclear: Vec<(Ident, Span)>,
    words: Words,
}

/// Where each word stands.
type Words = HashMap<String, Vec<Span>>;

impl Items {
    /// Those of a body, whose own statements are left without them.
    pub(crate) fn of(body: &mut Vec<Stmt>) -> Self {
        let mut words = Words::new();
        // Only an item of an inner block asks for them.
        if body.iter().any(has_items) {
            collect(quote!(#(#body)*), &mut words);
        }
        Self { hoisted: take(body), words, ..Self::default() }
    }

    /// Takes the items out of an inner block that an await cuts, and gives those that its parts must have.
    pub(crate) fn of_inner(&mut self, block: &mut Vec<Stmt>) -> Vec<Item> {
        if !block.iter().any(|stmt| matches!(stmt, Stmt::Item(_))) {
            return Vec::new();
        }
        let mut inside = Words::new();
        collect(quote!(#(#block)*), &mut inside);
        let outside = |name: &String| {
            let inside: HashSet<usize> =
                inside.get(name).into_iter().flatten().map(|span| span.byte_range().start).collect();
            let all = self.words.get(name).into_iter().flatten();
            all.copied().find(|span| !inside.contains(&span.byte_range().start))
        };
        let items = take(block);
        let mut repeated: Vec<bool> = items
            .iter()
            .map(|item| {
                let is_elsewhere = |name: &String| name == "_" || outside(name).is_some();
                names(item).is_none_or(|names| names.iter().any(is_elsewhere))
            })
            .collect();
        // What an item that is repeated means is only known where that is.
        loop {
            let all = items.iter().zip(&repeated);
            let names: Vec<Option<Vec<String>>> =
                all.filter(|(_, is)| **is).map(|(item, _)| names(item)).collect();
            let needs = |item: &Item| {
                let mut words = Words::new();
                collect(item.to_token_stream(), &mut words);
                names.iter().any(|names| {
                    names.as_ref().is_none_or(|names| names.iter().any(|name| words.contains_key(name)))
                })
            };
            let wider: Vec<bool> = items.iter().zip(&repeated).map(|(item, is)| *is || needs(item)).collect();
            if wider == repeated {
                break;
            }
            repeated = wider;
        }
        let mut parts = Vec::new();
        for (item, is_repeated) in items.into_iter().zip(repeated) {
            if is_repeated && is_repeatable(&item) {
                self.repeated.push(item.clone());
                parts.push(item);
                continue;
            }
            if let (true, Some(name)) = (is_repeated, type_name(&item)) {
                let other = outside(&name.to_string()).unwrap_or_else(|| name.span());
                self.unclear.push((name.clone(), other));
            }
            self.hoisted.push(item);
        }
        parts
    }
}

fn has_items(stmt: &Stmt) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_item(&mut self, _: &'ast Item) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    found.visit_stmt(stmt);
    found.0
}

/// A part of a block with the items that it needs, in a block of its own.
pub(crate) fn with_items(items: &[Item], part: Vec<Stmt>) -> Vec<Stmt> {
    let mut words = Words::new();
    collect(quote!(#(#part)*), &mut words);
    let only_jumps = part.iter().all(|stmt| jump::stmt_target(stmt).is_some());
    let mut needed = vec![false; items.len()];
    loop {
        let found = items.iter().zip(&needed).position(|(item, is_needed)| {
            let is_said = (may_be_a_trait(item) && !only_jumps)
                || names(item).is_none_or(|names| names.iter().any(|name| words.contains_key(name)));
            !is_needed && is_said
        });
        let Some((found, item)) = found.and_then(|found| Some((found, items.get(found)?))) else { break };
        collect(item.to_token_stream(), &mut words);
        needed.iter_mut().skip(found).take(1).for_each(|needed| *needed = true);
    }
    let mut all: Vec<Stmt> = Vec::new();
    for (item, _) in items.iter().zip(needed).filter(|(_, needed)| *needed) {
        let mut item = item.clone();
        let may_be_unused = names(&item).is_none() || may_be_a_trait(&item);
        if let (Item::Use(use_), true) = (&mut item, may_be_unused) {
            use_.attrs.push(parse_quote!(#[allow(unused_imports)]));
        }
        all.push(Stmt::Item(item));
    }
    if all.is_empty() {
        return part;
    }
    all.extend(part);
    vec![Stmt::Expr(super::build::block_expr(all), None)]
}

fn take(stmts: &mut Vec<Stmt>) -> Vec<Item> {
    let mut items = Vec::new();
    let all = std::mem::take(stmts);
    stmts.extend(all.into_iter().filter_map(|stmt| match stmt {
        Stmt::Item(item) => {
            items.push(item);
            None
        }
        other => Some(other),
    }));
    items
}

fn collect(tokens: TokenStream, words: &mut Words) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.entry(word.to_string()).or_default().push(word.span()),
            TokenTree::Group(group) => collect(group.stream(), words),
            _ => {}
        }
    }
}

/// What an item brings into scope; `None` where its text does not say.
fn names(item: &Item) -> Option<Vec<String>> {
    let one = |ident: &Ident| Some(vec![ident.to_string()]);
    match item {
        Item::Fn(item) => one(&item.sig.ident),
        Item::Const(item) => one(&item.ident),
        Item::Static(item) => one(&item.ident),
        Item::Macro(item) => Some(item.ident.iter().map(Ident::to_string).collect()),
        Item::Use(item) => used(&item.tree),
        Item::Impl(_) => Some(Vec::new()),
        other => Some(type_name(other).map(Ident::to_string).into_iter().collect()),
    }
}

/// Whether a `use` may bring a trait into scope, whose methods are called without its name: `use std::fmt::Write as _;`.
fn may_be_a_trait(item: &Item) -> bool {
    let is_type = |name: &String| name == "_" || name.starts_with(char::is_uppercase);
    matches!(item, Item::Use(item) if used(&item.tree).is_none_or(|names| names.iter().any(is_type)))
}

fn used(tree: &syn::UseTree) -> Option<Vec<String>> {
    match tree {
        syn::UseTree::Path(path) => match &*path.tree {
            syn::UseTree::Group(group) => {
                let mut all = used(&path.tree)?;
                let names_itself =
                    |tree: &syn::UseTree| matches!(tree, syn::UseTree::Name(name) if name.ident == "self");
                all.extend(group.items.iter().any(names_itself).then(|| path.ident.to_string()));
                Some(all)
            }
            tree => used(tree),
        },
        syn::UseTree::Name(name) => Some(vec![name.ident.to_string()]),
        syn::UseTree::Rename(rename) => Some(vec![rename.rename.to_string()]),
        syn::UseTree::Glob(_) => None,
        syn::UseTree::Group(group) => {
            let each = group.items.iter().map(used).collect::<Option<Vec<_>>>()?;
            Some(each.into_iter().flatten().collect())
        }
    }
}

/// Whether an item means the same where it stands twice.
fn is_repeatable(item: &Item) -> bool {
    matches!(item, Item::Fn(_) | Item::Const(_) | Item::Type(_) | Item::Use(_) | Item::Macro(_))
}

fn type_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Mod(item) => Some(&item.ident),
        Item::Static(item) => Some(&item.ident),
        _ => None,
    }
}
