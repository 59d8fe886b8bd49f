//! A process: its machine as Rust, in the form that `docs/generated-code.md` shows.
//!
//! The user's tokens keep their spans; frame code that serves an await has the span of that await.

mod arms;
mod exports;
mod frame;
mod machine;
mod paths;
mod start;
mod states;

use proc_macro2::TokenStream;
use quote::quote;

use super::hash::SlotHash;
use crate::collect::ProcessItem;
use crate::lower::{Build, Builds};
use frame::Frame;

/// What stands in place of a process fn.
pub fn process(process: &ProcessItem, builds: &Builds, slot: SlotHash) -> TokenStream {
    let frame = Frame::beside(process, builds);
    let machines = builds.iter().map(|build| {
        let (start, condition) = (start::start(process, &build.machine, &frame), &build.condition);
        let module = module(process, build, &frame);
        quote!(#condition #start #module)
    });
    let slot = slot_of(process, slot, &frame);
    quote!(#(#machines)* #slot)
}

fn module(process: &ProcessItem, Build { condition, machine }: &Build, frame: &Frame) -> TokenStream {
    let name = &process.item.sig.ident;
    let visibility = machine::visibility(process);
    let lints = process.item.attrs.iter().filter(|attribute| start::is_lint(attribute));
    let sight = machine::machine(process, machine, frame);
    let exports = exports::exports(process, machine, frame);
    let run = arms::run(process, machine, frame);
    let rt = &frame.rt;
    let import = if rt == "rt" { quote!(self) } else { quote!(self as #rt) };
    let kind = if process.path.is_some() { "process" } else { "part" };
    let doc = format!(" The {kind} `{}` as a state machine.", machine.name);
    quote! {
        #[doc = #doc]
        #condition
        #(#lints)*
        #visibility mod #name {
            #[allow(unused_imports, reason = "a process may use nothing of the module around it")]
            use super::*;
            use ::justscale::rt::{#import, Step as _};
            #sight
            #exports
            #run
        }
    }
}

fn slot_of(process: &ProcessItem, slot: SlotHash, frame: &Frame) -> TokenStream {
    let name = &process.item.sig.ident;
    let code = &frame.code;
    let hash = proc_macro2::Literal::u64_unsuffixed(slot.0);
    let hash: proc_macro2::Literal = format!("0x{:016x}", slot.0).parse().unwrap_or(hash);
    quote! {
        #[automatically_derived]
        impl ::justscale::rt::Slot<#hash> for crate::Wiring {
            type Item = #name::#code;
        }
    }
}
