//! The state enum, and how a state is saved and restored.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::frame::Frame;
use super::paths::deeper;
use crate::lower::{FieldType, Machine, State, StateKind};

/// The enum and its `Saved`.
pub(super) fn states(machine: &Machine, frame: &Frame) -> TokenStream {
    let declared = declared(machine, frame);
    let saved = saved(machine, frame);
    quote!(#declared #saved)
}

fn declared(machine: &Machine, frame: &Frame) -> TokenStream {
    let states = &frame.states;
    let generics = generics(machine);
    let doc = format!(" Where a `{}` can stand. A variant holds what the process still needs.", machine.name);
    let variants = machine.states.iter().map(|state| {
        let name = format_ident!("{}", state.name);
        let fields = state.fields.iter().map(|field| {
            let name = &field.name;
            let ty = match &field.ty {
                FieldType::Written(ty) => deeper(ty),
                FieldType::Inferred(generic) => quote!(#generic),
            };
            quote!(#name: #ty)
        });
        let comment = comment(state);
        quote!(#comment #name { #(#fields),* })
    });
    quote! {
        #[doc = #doc]
        enum #states #generics { #(#variants),* }
    }
}

fn comment(state: &State) -> TokenStream {
    let text = match state.kind {
        StateKind::Start => return TokenStream::new(),
        _ => format!(" {}:{}  {}", state.place.file.path, state.place.line(), state.label),
    };
    quote!(#[comment = #text])
}

/// `<Missed, Receipt>`.
fn generics(machine: &Machine) -> TokenStream {
    let names: Vec<_> = machine.generics.iter().map(|generic| &generic.name).collect();
    if names.is_empty() { TokenStream::new() } else { quote!(<#(#names),*>) }
}

/// What stands for the generics where rustc infers them: `<_, _>`.
pub(super) fn inferred(machine: &Machine) -> TokenStream {
    let holes = machine.generics.iter().map(|_| quote!(_));
    if machine.generics.is_empty() { TokenStream::new() } else { quote!(<#(#holes),*>) }
}

fn saved(machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, states, out, saved, .. } = frame;
    let generics = generics(machine);
    let bounds: Vec<_> = machine
        .generics
        .iter()
        .map(|generic| {
            let name = &generic.name;
            if generic.saved { quote!(#name: #rt::Durable) } else { quote!(#name: ::core::marker::Send) }
        })
        .collect();
    let bounds = if bounds.is_empty() { TokenStream::new() } else { quote!(<#(#bounds),*>) };
    let saves = machine.states.iter().map(|state| save(state, frame));
    let restores = machine
        .states
        .iter()
        .filter(|state| state.kind != StateKind::Block)
        .map(|state| restore(state, frame));
    quote! {
        #[automatically_derived]
        impl #bounds #rt::Saved for #states #generics {
            fn save(&self, #out: &mut #rt::Saver) {
                match self {
                    #(#saves)*
                };
            }

            fn restore(#saved: &mut #rt::Restorer) -> ::core::result::Result<Self, #rt::RestoreError> {
                match #saved.point() {
                    #(#restores)*
                    _ => ::core::result::Result::Err(#saved.unknown_point()),
                }
            }
        }
    }
}

fn save(state: &State, frame: &Frame) -> TokenStream {
    let Frame { states, out, .. } = frame;
    let (name, text) = (format_ident!("{}", state.name), &state.name);
    let fields = state.fields.iter().map(|field| &field.name);
    let calls = state.fields.iter().map(|field| {
        let (name, text) = (&field.name, saved_name(&field.name));
        quote!(.field(#text, #name))
    });
    match state.kind {
        StateKind::Block => quote!(#states::#name { .. } => #out.block(),),
        StateKind::Wait => quote!(#states::#name { #(#fields),* } => #out.wait(#text) #(#calls)*,),
        StateKind::Start | StateKind::Step => {
            quote!(#states::#name { #(#fields),* } => #out.step(#text) #(#calls)*,)
        }
    }
}

fn restore(state: &State, frame: &Frame) -> TokenStream {
    let Frame { states, saved, .. } = frame;
    let (name, text) = (format_ident!("{}", state.name), &state.name);
    let fields = state.fields.iter().map(|field| {
        let (name, text) = (&field.name, saved_name(&field.name));
        quote!(#name: #saved.field(#text)?)
    });
    quote!(#text => ::core::result::Result::Ok(#states::#name { #(#fields),* }),)
}

/// The name under which a local is saved.
pub(super) fn saved_name(name: &syn::Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}
