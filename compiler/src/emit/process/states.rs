//! The state enum, and how a state is saved and restored.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::frame::Frame;
use super::paths::deeper;
use crate::lower::{Field, FieldType, Machine, State, StateKind, snake};

/// The enum, its `Saved`, and the fn that asks of its types that they can be saved.
pub(super) fn states(machine: &Machine, frame: &Frame) -> TokenStream {
    let declared = declared(machine, frame);
    let saved = saved(machine, frame);
    let transitions = declared_transitions(machine, frame);
    quote!(#declared #saved #transitions)
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
                FieldType::Text => quote!(::std::string::String),
                FieldType::Inferred(generic) => quote!(#generic),
            };
            quote!(#name: #ty)
        });
        let comment = comment(state);
        quote!(#comment #name { #(#fields),* })
    });
    quote! {
        #[doc = #doc]
        enum #states #generics { #(#variants,)* }
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

/// How `run` gets its moves. Where rustc infers types, a fn asks of each that it can be saved, by an argument with the span of the token
/// that needs it: there, and nowhere else, rustc says that one can't be.
pub(super) fn transitions(machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, states, machine: machine_type, transitions, .. } = frame;
    if machine.generics.is_empty() {
        return quote!(#rt::Transition::<#states, #machine_type>::new());
    }
    let kept = machine.generics.iter().filter(|generic| generic.saved).map(|generic| {
        let mut rt = rt.clone();
        rt.set_span(generic.needed);
        quote_spanned!(generic.needed=> #rt::kept())
    });
    quote_spanned!(transitions.span()=> #transitions(#(#kept),*))
}

fn declared_transitions(machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, states, machine: machine_type, transitions, .. } = frame;
    if machine.generics.is_empty() {
        return TokenStream::new();
    }
    let (bounds, names) = (bounds(machine, frame), generics(machine));
    let kept = machine.generics.iter().filter(|generic| generic.saved).map(|generic| {
        let (argument, ty) = (format_ident!("_{}", snake(&generic.name.to_string())), &generic.name);
        quote!(#argument: #rt::Kept<#ty>)
    });
    let kept: Vec<TokenStream> = kept.collect();
    let lint = (kept.len() > 7).then(|| {
        quote!(#[allow(clippy::too_many_arguments, reason = "there is one for each type that rustc infers")])
    });
    quote! {
        /// The moves between the states. Each type that rustc infers must be one that can be saved.
        #lint
        fn #transitions #bounds(#(#kept),*) -> #rt::Transition<#states #names, #machine_type> {
            #rt::Transition::new()
        }
    }
}

/// `<Missed: rt::Durable, Receipt: rt::Durable>`.
fn bounds(machine: &Machine, frame: &Frame) -> TokenStream {
    let rt = &frame.rt;
    let bounds = machine.generics.iter().map(|generic| {
        let name = &generic.name;
        let bound = if generic.saved { quote!(#rt::Durable) } else { quote!(::core::marker::Send) };
        let bound: TokenStream = bound
            .into_iter()
            .map(|mut token| {
                token.set_span(generic.born);
                token
            })
            .collect();
        quote!(#name: #bound)
    });
    if machine.generics.is_empty() { TokenStream::new() } else { quote!(<#(#bounds),*>) }
}

fn saved(machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, states, out, saved, .. } = frame;
    let generics = generics(machine);
    let bounds = bounds(machine, frame);
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
    let fields = state.fields.iter().map(at_birth);
    let calls = state.fields.iter().map(|field| {
        let (name, text) = (at_birth(field), saved_name(&field.name));
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
        let (name, text) = (at_birth(field), saved_name(&field.name));
        let read = quote_spanned!(name.span()=> #saved.field(#text)?);
        quote!(#name: #read)
    });
    quote!(#text => ::core::result::Result::Ok(#states::#name { #(#fields),* }),)
}

/// A field's name, with the span of the token that binds the local: where rustc says that its type can't be saved.
fn at_birth(field: &Field) -> syn::Ident {
    let mut name = field.name.clone();
    name.set_span(field.born_span);
    name
}

/// The name under which a local is saved.
pub(super) fn saved_name(name: &syn::Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}
