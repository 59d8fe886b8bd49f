//! The `cfg` predicates that an item stands under: its own and those of the modules around it.
//!
//! They are never evaluated, since only cargo knows the answer; what is generated for an item carries them on.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Predicates that must all hold, in the order in which they were written, outermost first.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<Meta>);

impl Conditions {
    /// These and those of `attributes`. `all(a, b)` is taken apart, so that predicates can be compared one by one.
    pub fn and(&self, attributes: &[Attribute]) -> Self {
        let mut all = self.clone();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            if let Ok(predicate) = attribute.parse_args::<Meta>() {
                all.add(predicate);
            }
        }
        all
    }

    fn add(&mut self, predicate: Meta) {
        match parts_of(&predicate, "all") {
            Some(parts) => parts.into_iter().for_each(|part| self.add(part)),
            None if self.0.contains(&predicate) => {}
            None => self.0.push(predicate),
        }
    }

    /// Whether the item is always there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the item is there in test builds only.
    pub fn is_test_only(&self) -> bool {
        self.0.iter().any(|predicate| predicate.path().is_ident("test") && matches!(predicate, Meta::Path(_)))
    }

    /// Whether no build has both: one of them needs what the other rules out.
    pub fn excludes(&self, other: &Self) -> bool {
        self.rules_out(other) || other.rules_out(self)
    }

    fn rules_out(&self, other: &Self) -> bool {
        let negated = self.0.iter().filter_map(|predicate| parts_of(predicate, "not")).flatten();
        negated.into_iter().any(|ruled_out| other.0.contains(&ruled_out))
    }

    /// `#[cfg(…)]`, or nothing where the item is always there.
    pub fn attribute(&self) -> TokenStream {
        match self.0.as_slice() {
            [] => TokenStream::new(),
            [one] => quote!(#[cfg(#one)]),
            all => quote!(#[cfg(all(#(#all),*))]),
        }
    }

    /// The predicate as one expression of `cfg`'s language.
    pub fn predicate(&self) -> TokenStream {
        match self.0.as_slice() {
            [one] => quote!(#one),
            all => quote!(all(#(#all),*)),
        }
    }
}

fn parts_of(predicate: &Meta, name: &str) -> Option<Vec<Meta>> {
    match predicate {
        Meta::List(list) if list.path.is_ident(name) => {
            let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
            Some(parts.into_iter().collect())
        }
        _ => None,
    }
}
