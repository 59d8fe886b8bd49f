//! The names of the frame around the user's code. One that the user's own tokens use as well gets a trailing underscore.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lifetime;

use crate::collect::ProcessItem;
use crate::lower::Builds;

/// The frame's names.
pub(super) struct Frame {
    pub(super) rt: Ident,
    pub(super) cx: Ident,
    pub(super) next: Ident,
    pub(super) state: Ident,
    pub(super) states: Ident,
    pub(super) machine: Ident,
    pub(super) code: Ident,
    pub(super) exports: Ident,
    pub(super) run: Ident,
    pub(super) transitions: Ident,
    pub(super) saved: Ident,
    /// How long a run borrows its services.
    pub(super) lifetime: Lifetime,
}

impl Frame {
    /// Names that do not get in the way of this process's own.
    pub(super) fn beside(process: &ProcessItem, builds: &Builds) -> Self {
        let mut used = HashSet::new();
        collect(process.item.to_token_stream(), &mut used);
        let mut lifetime = "'a".to_owned();
        while used.contains(&lifetime) {
            lifetime.push('_');
        }
        for build in builds.iter() {
            let fields = build.machine.states.iter().flat_map(|state| &state.fields);
            used.extend(fields.map(|field| field.name.to_string()));
            used.extend(build.machine.generics.iter().map(|generic| generic.name.to_string()));
        }
        let free = |name: &str| {
            let mut name = name.to_owned();
            while used.contains(&name) {
                name.push('_');
            }
            Ident::new(&name, Span::call_site())
        };
        // What rustc says of all types that it inferred, it says of the process.
        let mut transitions = free("transitions");
        transitions.set_span(process.item.sig.ident.span());
        Self {
            rt: free("rt"),
            cx: free("cx"),
            next: free("next"),
            state: free("state"),
            states: free("State"),
            machine: free("Machine"),
            code: free("Code"),
            exports: free("Exports"),
            run: free("run"),
            transitions,
            saved: free("saved"),
            lifetime: Lifetime::new(&lifetime, Span::call_site()),
        }
    }
}

/// All names in some code, but for fields and methods, which nothing can shadow. Those of lifetimes have their `'`: a `for<'a>` may not
/// stand where there is an `'a`.
fn collect(tokens: TokenStream, used: &mut HashSet<String>) {
    let (mut after_dot, mut after_quote) = (false, false);
    for token in tokens {
        match &token {
            TokenTree::Group(group) => collect(group.stream(), used),
            TokenTree::Ident(ident) if after_quote => {
                used.insert(format!("'{ident}"));
            }
            TokenTree::Ident(ident) if !after_dot => {
                used.insert(ident.to_string());
            }
            _ => {}
        }
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
}
