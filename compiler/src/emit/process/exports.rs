//! What a process shows of itself: the struct `Exports`, and how it is read out of a saved state.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::frame::Frame;
use super::machine::visibility;
use super::paths::deeper;
use super::states::saved_name;
use crate::collect::ProcessItem;
use crate::lower::{FieldType, Machine};

/// `pub struct Exports`, if the process exports something.
pub(super) fn exports(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let exports = machine.exports();
    if exports.is_empty() {
        return TokenStream::new();
    }
    let Frame { rt, exports: exports_type, machine: machine_type, saved, .. } = frame;
    let visibility = visibility(process);
    let doc =
        format!(" What a `{}` shows of itself. A local is `None` where it does not have it.", machine.name);
    let (mut fields, mut reads, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for (field, points) in &exports {
        let FieldType::Written(ty) = &field.ty else { continue };
        let (ty, text) = (deeper(ty), saved_name(&field.name));
        let mut name = format_ident!("{}", field.local);
        if syn::parse_str::<syn::Ident>(&field.local).is_err() {
            name = format_ident!("r#{}", field.local);
        }
        name.set_span(field.born_span);
        let label = &field.local;
        fields.push(quote!(#visibility #name: ::core::option::Option<#ty>));
        reads.push(quote!(#name: #saved.exported(#text, &[#(#points),*])?));
        shown.push(quote!(.field(#label, &#rt::shown(&self.#name))));
    }
    quote! {
        #[doc = #doc]
        #[allow(dead_code, reason = "not everything that is exported is read in this crate")]
        #visibility struct #exports_type {
            #(#fields),*
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #exports_type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Exports") #(#shown)* .finish()
            }
        }

        #[automatically_derived]
        impl #rt::Exporting for #machine_type {
            type Exports = #exports_type;

            fn read(
                #saved: &mut #rt::Restorer,
            ) -> ::core::result::Result<#exports_type, #rt::RestoreError> {
                ::core::result::Result::Ok(#exports_type { #(#reads),* })
            }
        }
    }
}
