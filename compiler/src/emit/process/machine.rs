//! The process as the engine and others see it: `Machine`, its points, and `get`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ReturnType, Visibility};

use super::frame::Frame;
use super::paths::deeper;
use super::states::saved_name;
use crate::collect::ProcessItem;
use crate::lower::{Machine, StateKind};

/// `pub struct Machine`, its `rt::Machine`, and `get`.
pub(super) fn machine(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let machine_type = &frame.machine;
    let visibility = visibility(process);
    let implemented = implemented(process, machine, frame);
    let code = code(process, machine, frame);
    if process.path.is_none() {
        return quote! {
            /// The part as its callers see it.
            pub struct #machine_type;

            #implemented

            #code
        };
    }
    let get = get(process, machine, frame);
    quote! {
        /// The process as the engine sees it.
        #visibility struct #machine_type;

        #implemented

        #code

        #get
    }
}

fn implemented(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, machine: machine_type, .. } = frame;
    let name = &machine.name;
    let output = output(process);
    let points = machine.states.iter().filter(|state| state.kind != StateKind::Block).map(|state| {
        let name = &state.name;
        let keeps = state.fields.iter().map(|field| saved_name(&field.name));
        let awaits = state.awaits.iter().map(|awaited| &awaited.text);
        quote!(#rt::Point { name: #name, keeps: &[#(#keeps),*], awaits: &[#(#awaits),*] })
    });
    let Some(path) = &process.path else {
        return quote! {
            #[automatically_derived]
            impl #rt::Part for #machine_type {
                const NAME: &'static str = #name;
                const POINTS: &'static [#rt::Point] = &[#(#points),*];
            }

            #[automatically_derived]
            impl #rt::Returns for #machine_type {
                type Output = #output;
            }
        };
    };
    quote! {
        #[automatically_derived]
        impl #rt::Machine for #machine_type {
            const NAME: &'static str = #name;
            const PATH: &'static str = #path;
            const POINTS: &'static [#rt::Point] = &[#(#points),*];
            type Output = #output;
        }
    }
}

/// How the app's wiring runs it. What it borrows may be less visible than the process, so it is a type of its own that is so too.
fn code(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, cx, run, machine: machine_type, code, .. } = frame;
    let names: Vec<_> = machine.services.iter().map(|service| &service.name).collect();
    let types: Vec<_> = machine.services.iter().map(|service| with_lifetime(&service.ty)).collect();
    if process.path.is_none() {
        return quote! {
            /// The part as the app runs it: with what it borrows.
            pub(crate) struct #code;

            #[automatically_derived]
            impl #rt::PartCode for #code {
                type Part = #machine_type;
                type Services<'a> = (#(#types,)*);

                fn run<'a>(
                    #cx: &'a #rt::Context,
                    (#(#names,)*): Self::Services<'a>,
                ) -> #rt::PartRunning<'a, <#machine_type as #rt::Returns>::Output> {
                    ::std::boxed::Box::pin(#run(#cx #(, #names)*))
                }
            }
        };
    }
    quote! {
        /// The process as the app runs it: with what it borrows.
        pub(crate) struct #code;

        #[automatically_derived]
        impl #rt::Code for #code {
            type Machine = #machine_type;
            type Services<'a> = (#(#types,)*);

            fn run<'a>(#cx: &'a #rt::Context, (#(#names,)*): Self::Services<'a>) -> #rt::Running<'a> {
                ::std::boxed::Box::pin(#run(#cx #(, #names)*))
            }
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

/// `&Billing` as `&'a Billing`.
fn with_lifetime(ty: &syn::Type) -> TokenStream {
    match ty {
        syn::Type::Reference(reference) => {
            let elem = deeper(&reference.elem);
            quote!(&'a #elem)
        }
        other => deeper(other),
    }
}

/// The fn `get`, which finds an instance by its key.
fn get(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, machine: machine_type, .. } = frame;
    let visibility = visibility(process);
    let keys: Vec<_> =
        process.keys.iter().filter_map(|key| machine.inputs.iter().find(|input| input.name == key)).collect();
    let names = keys.iter().map(|key| &key.name);
    let parameters = keys.iter().map(|key| {
        let (name, ty) = (&key.name, deeper(&key.ty));
        quote!(#name: impl ::justscale::IntoKey<#ty>)
    });
    quote! {
        /// The running, waiting or ended instance of this key, if there is one.
        #[allow(dead_code, reason = "not every process is looked up")]
        #visibility async fn get(
            #(#parameters),*
        ) -> ::justscale::Result<::core::option::Option<::justscale::Handle<#machine_type>>> {
            #rt::get::<#machine_type>(&[#(&#names),*]).await
        }
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
