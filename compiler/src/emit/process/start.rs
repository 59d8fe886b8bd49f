//! The fn that a process is called by: it makes the name from the key and the first state from the inputs. A part has no name.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use super::frame::Frame;
use crate::collect::ProcessItem;
use crate::lower::{Machine, StateKind};

/// `pub fn subscription(customer: Customer, plan: Plan) -> Start<subscription::Machine>`.
pub(super) fn start(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let sig = &process.item.sig;
    let (visibility, fn_token, ident) = (&process.item.vis, &sig.fn_token, &sig.ident);
    let attributes = process.item.attrs.iter().filter(|attribute| !is_lint(attribute));
    let machine_type = &frame.machine;
    let kept = kept(machine);
    let inputs = machine.inputs.iter().map(|input| {
        let (name, ty) = (&input.name, &input.ty);
        quote!(#name: #ty)
    });
    let keys = process.keys.iter().filter_map(|key| machine.inputs.iter().find(|input| input.name == key));
    // A type that can't stand in a path is said to be none where it is written.
    let keys = keys.map(|input| {
        let span = input.ty.span();
        let mut name = input.name.clone();
        name.set_span(span);
        quote_spanned!(span=> &#name)
    });
    let subscriptions = machine.subscriptions.iter().map(|subscription| {
        let (signal, keys) = (&subscription.signal, &subscription.keys);
        quote!(.subscribe::<#signal>(&[#(&#keys),*]))
    });
    if process.path.is_none() {
        let returned = quote_spanned!(ident.span()=> -> ::justscale::PartCall<#ident::#machine_type>);
        return quote! {
            #(#attributes)*
            #visibility #fn_token #ident(#(#inputs),*) #returned {
                ::justscale::PartCall::new() #(#kept)*
            }
        };
    }
    quote! {
        #(#attributes)*
        #visibility #fn_token #ident(#(#inputs),*) -> ::justscale::Start<#ident::#machine_type> {
            ::justscale::rt::start(&[#(#keys),*]) #(#subscriptions)* #(#kept)*
        }
    }
}

/// `.keep("plan", plan)`, for each input that its start needs.
fn kept(machine: &Machine) -> Vec<TokenStream> {
    let kept =
        machine.states.iter().filter(|state| state.kind == StateKind::Start).flat_map(|state| &state.fields);
    kept.filter_map(|field| {
        let input = &machine.inputs.iter().find(|input| input.name == field.name)?.name;
        let text = &field.local;
        Some(quote!(.keep(#text, #input)))
    })
    .collect()
}

/// Whether an attribute sets lints: these go to the module with the body, all others to the fn.
pub(super) fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|lint| attribute.path().is_ident(lint))
}
