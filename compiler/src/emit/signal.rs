//! The slot of a signal: the item as it stands, with serde's derives, and how it is sent and awaited.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::hash::SlotHash;
use super::wiring::slot_impl;
use crate::collect::{Component, Signal};

/// How long a message waits for its first subscriber, where nothing else is said.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The generated code of a signal's slot.
pub(super) fn signal(component: &Component, signal: &Signal, hash: SlotHash) -> TokenStream {
    let name = &component.name;
    let (derives, item) = (derives(signal), &component.item);
    let (messages, calls) = (messages(component, signal), calls(component, signal));
    let slot = slot_impl(hash, &quote!(#name));
    quote!(#derives #item #messages #calls #slot)
}

fn derives(signal: &Signal) -> TokenStream {
    let serialize = (!signal.serializes).then(|| quote!(::justscale::rt::serde::Serialize));
    let deserialize = (!signal.deserializes).then(|| quote!(::justscale::rt::serde::Deserialize));
    let wanted: Vec<_> = serialize.into_iter().chain(deserialize).collect();
    if wanted.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[derive(#(#wanted),*)]
        #[serde(crate = "::justscale::rt::serde")]
    }
}

fn messages(component: &Component, signal: &Signal) -> TokenStream {
    let (name, text) = (&component.name, component.name.to_string());
    let path = &signal.path;
    let retention = signal.retention.unwrap_or(RETENTION).as_secs();
    let keys = signal.keys.iter().map(|(key, _)| quote!(&self.#key));
    quote! {
        #[automatically_derived]
        impl ::justscale::Signal for #name {
            const NAME: &'static str = #text;
            const PATH: &'static str = #path;
            const RETENTION: ::core::time::Duration = ::core::time::Duration::from_secs(#retention);

            fn identity(&self) -> ::std::string::String {
                ::justscale::rt::fill(Self::PATH, &[#(#keys),*])
            }
        }
    }
}

fn calls(component: &Component, signal: &Signal) -> TokenStream {
    let name = &component.name;
    let keys: Vec<_> = signal.keys.iter().map(|(key, _)| key).collect();
    // At the field's type, where rustc then says what a key must be.
    let parameters =
        signal.keys.iter().map(|(key, ty)| quote_spanned!(ty.span()=> #key: impl ::justscale::IntoKey<#ty>));
    // Who asks for these fns is led to the signal.
    let (of, emit) = (Ident::new("of", name.span()), Ident::new("emit", name.span()));
    let private = (!signal.keys.is_empty())
        .then(|| quote!(#[allow(private_bounds, reason = "an identity may be made of private fields")]));
    quote! {
        #[allow(dead_code, reason = "a signal may be sent by one program and awaited by another")]
        #private
        impl #name {
            /// Waits for the next message of this identity.
            pub fn #of(#(#parameters),*) -> ::justscale::SignalWait<Self> {
                ::justscale::SignalWait::new(&[#(&#keys),*])
            }

            /// Sends it, when it is awaited; in a process together with the step.
            pub fn #emit(self) -> ::justscale::Emit<Self> {
                ::justscale::Emit::new(self)
            }
        }
    }
}
