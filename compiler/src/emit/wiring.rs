//! What every slot says to the wiring of its crate.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::hash::SlotHash;

/// `impl Slot<0x…> for crate::Wiring`: what the slot of this hash stands for.
pub(super) fn slot_impl(hash: SlotHash, item: &TokenStream) -> TokenStream {
    let number = number(hash);
    quote! {
        #[automatically_derived]
        impl ::justscale::rt::Slot<#number> for crate::Wiring {
            type Item = #item;
        }
    }
}

/// The hash as the number that it is in the generated code.
pub(super) fn number(hash: SlotHash) -> Literal {
    // What `SlotHash` prints are 16 hexadecimal digits, so this is a literal always.
    format!("0x{hash}").parse().unwrap_or_else(|_| Literal::u64_unsuffixed(hash.0))
}
