//! The process as the engine, the app and others see it: what the runtime makes of a list of its states.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ReturnType, Visibility};

use super::frame::Frame;
use super::paths::deeper;
use super::states::states;
use crate::collect::ProcessItem;
use crate::lower::Machine;

/// `rt::process! { … }`, or `rt::part! { … }`.
pub(super) fn machine(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, run, code, .. } = frame;
    // What rustc says of the type, that it lacks something, it says of the fn.
    let mut machine_type = frame.machine.clone();
    machine_type.set_span(process.item.sig.ident.span());
    let (name, output, states) = (&machine.name, output(process), states(machine, frame));
    let services = machine.services.iter().map(|service| {
        let (name, ty) = (&service.name, deeper(borrowed(&service.ty)));
        quote!(#name: &#ty)
    });
    let code = quote!(struct #code: #run(#(#services),*););
    let Some(path) = &process.path else {
        return quote! {
            #rt::part! {
                struct #machine_type: #name -> #output;
                #code
                #states
            }
        };
    };
    let visibility = visibility(process);
    let keys = process.keys.iter().filter_map(|key| machine.inputs.iter().find(|input| input.name == key));
    let keys = keys.map(|key| {
        let (name, ty) = (&key.name, deeper(&key.ty));
        quote!(#name: #ty)
    });
    quote! {
        #rt::process! {
            #visibility struct #machine_type: #name at #path -> #output;
            #code
            #visibility fn get(#(#keys),*);
            #states
        }
    }
}

/// What the process returns.
pub(super) fn output(process: &ProcessItem) -> TokenStream {
    match &process.item.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => deeper(ty),
    }
}

/// What a service's parameter borrows.
fn borrowed(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => &reference.elem,
        syn::Type::Paren(inner) => borrowed(&inner.elem),
        syn::Type::Group(inner) => borrowed(&inner.elem),
        other => other,
    }
}

/// The fn's visibility, as the module around and inside of it have it. The app's wiring must reach a process wherever it stands, so it
/// is visible in the crate at least. A part is reached by the slot beside it, and stays as it was written.
pub(super) fn visibility(process: &ProcessItem) -> TokenStream {
    match &process.item.vis {
        written if process.path.is_none() => quote!(#written),
        Visibility::Public(_) => quote!(pub),
        _ => {
            let word = format_ident!("crate");
            quote!(pub(#word))
        }
    }
}
