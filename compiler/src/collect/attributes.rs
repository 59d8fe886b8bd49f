//! The attributes of any item, which syn keeps in each kind of item by itself.

use syn::{Attribute, Item};

macro_rules! kinds {
    ($item:expr, $bound:ident => $found:expr, $none:expr) => {
        match $item {
            Item::Const($bound) => $found,
            Item::Enum($bound) => $found,
            Item::ExternCrate($bound) => $found,
            Item::Fn($bound) => $found,
            Item::ForeignMod($bound) => $found,
            Item::Impl($bound) => $found,
            Item::Macro($bound) => $found,
            Item::Mod($bound) => $found,
            Item::Static($bound) => $found,
            Item::Struct($bound) => $found,
            Item::Trait($bound) => $found,
            Item::TraitAlias($bound) => $found,
            Item::Type($bound) => $found,
            Item::Union($bound) => $found,
            Item::Use($bound) => $found,
            _ => $none,
        }
    };
}

/// An item's attributes.
pub(super) fn of(item: &Item) -> &[Attribute] {
    kinds!(item, item => &item.attrs, &[])
}

/// Gives an item other attributes.
pub(super) fn put(item: &mut Item, attributes: Vec<Attribute>) {
    kinds!(item, item => item.attrs = attributes, ());
}

/// Takes all attributes off an item.
pub(super) fn taken(item: &mut Item) -> Vec<Attribute> {
    kinds!(item, item => std::mem::take(&mut item.attrs), Vec::new())
}

/// The text of doc comments, one line each, without the space after `///`.
pub(super) fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
            }
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Whether a derive names this trait, as `Serialize` or `serde::Serialize`.
pub(super) fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        // What is no list of paths is rustc's to report.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == name);
            Ok(())
        });
        found
    })
}
