//! Types that the user wrote: which of them mean the same outside of the fn's body.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

/// Whether a type can be written in the state enum: it infers nothing, borrows nothing and names no item of the body.
pub(crate) fn is_nameable(ty: &syn::Type, local_items: &HashSet<String>) -> bool {
    struct Nameable(bool);
    impl<'ast> Visit<'ast> for Nameable {
        fn visit_type(&mut self, ty: &'ast syn::Type) {
            self.0 &= !matches!(
                ty,
                syn::Type::Infer(_)
                    | syn::Type::ImplTrait(_)
                    | syn::Type::Reference(_)
                    | syn::Type::Macro(_)
                    | syn::Type::Verbatim(_)
            );
            visit::visit_type(self, ty);
        }
        fn visit_lifetime(&mut self, _: &'ast syn::Lifetime) {
            self.0 = false;
        }
    }
    let mut nameable = Nameable(true);
    nameable.visit_type(ty);
    nameable.0 && words(ty).iter().all(|word| !local_items.contains(word))
}

/// The identifiers in a type.
pub(crate) fn words(ty: &syn::Type) -> Vec<String> {
    fn collect(tokens: TokenStream, out: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => out.push(ident.to_string()),
                TokenTree::Group(group) => collect(group.stream(), out),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    collect(ty.to_token_stream(), &mut out);
    out
}

/// The names that items declare.
pub(crate) fn names_of_items<'a>(items: impl Iterator<Item = &'a syn::Item> + Clone) -> HashSet<String> {
    let name = |item: &syn::Item| match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        syn::Item::Union(item) => Some(item.ident.to_string()),
        syn::Item::Trait(item) => Some(item.ident.to_string()),
        syn::Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    };
    let mut names: HashSet<String> = items.clone().filter_map(name).collect();
    for item in items {
        if let syn::Item::Use(used) = item {
            names.extend(words_of_use(&used.tree));
        }
    }
    names
}

fn words_of_use(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => words_of_use(&path.tree),
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.rename.to_string()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(words_of_use).collect(),
        _ => Vec::new(),
    }
}
