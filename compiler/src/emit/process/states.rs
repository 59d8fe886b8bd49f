//! The states, as the runtime makes an enum of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::frame::Frame;
use super::paths::deeper;
use crate::lower::{Field, FieldType, Machine, State, StateKind};

/// The states as `rt::process!` takes them: those that are saved, then those that are only jumped to.
pub(super) fn states(machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { states, transitions, .. } = frame;
    let generics = bounds(machine, frame);
    let doc = format!(" Where a `{}` can stand. A state holds what is still needed.", machine.name);
    let is_block = |state: &&State| state.kind == StateKind::Block;
    let saved = machine.states.iter().filter(|state| !is_block(state)).map(|state| {
        let kind = if state.kind == StateKind::Wait { quote!(wait) } else { quote!(step) };
        let awaits: Vec<_> = state.awaits.iter().map(|awaited| &awaited.text).collect();
        let awaits = (!awaits.is_empty()).then(|| quote!(=> [#(#awaits),*]));
        let (variant, place) = (variant(state), place(state));
        quote!(#kind #variant #awaits; #place)
    });
    let mut blocks = machine.states.iter().filter(is_block).peekable();
    let blocks = blocks.peek().is_some().then(|| {
        let blocks = blocks.map(|state| {
            let (variant, place) = (variant(state), place(state));
            quote!(#variant; #place)
        });
        quote!(blocks { #(#blocks)* })
    });
    quote! {
        #[doc = #doc]
        enum #states #generics by #transitions {
            #(#saved)*
        }
        #blocks
    }
}

/// `Charge { customer: Customer, missed: Missed }`.
fn variant(state: &State) -> TokenStream {
    let name = format_ident!("{}", state.name);
    let fields = state.fields.iter().map(|field| {
        let name = at_birth(field);
        let ty = match &field.ty {
            FieldType::Written(ty) => deeper(ty),
            FieldType::Text => quote!(::std::string::String),
            FieldType::Inferred(generic) => quote!(#generic),
        };
        quote!(#name: #ty)
    });
    quote!(#name { #(#fields),* })
}

/// Where a state's await or a block's first token stands, behind the state.
fn place(state: &State) -> TokenStream {
    let text = match state.kind {
        StateKind::Start => return TokenStream::new(),
        StateKind::Block => format!(" {}:{}  {}", state.place.file.path, state.place.line(), state.label),
        StateKind::Step | StateKind::Wait => format!(" {}:{}", state.place.file.path, state.place.line()),
    };
    quote!(#[behind = #text])
}

/// How `run` gets its moves. Where rustc infers types, a fn asks of each that it can be saved, by an argument with the span of the token
/// that needs it: there, and nowhere else, rustc says that one can't be.
pub(super) fn transitions(machine: &Machine, frame: &Frame) -> TokenStream {
    let transitions = &frame.transitions;
    let kept = machine.generics.iter().map(|generic| {
        let mut rt = frame.rt.clone();
        rt.set_span(generic.needed);
        quote_spanned!(generic.needed=> #rt::kept())
    });
    quote_spanned!(transitions.span()=> #transitions(#(#kept),*))
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
