//! The slot of an app: the wiring of all its services, and the list of its processes, signals and commands.

mod names;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::hash::SlotHash;
use super::wiring::number;
use crate::check::{Source, Wiring};
use crate::collect::{Component, Components, Provided};
use names::{AppNames, Named};

/// The generated code of the slot of `justscale::app!(Shop)`.
pub(super) fn app(
    component: &Component,
    components: &Components,
    wiring: &Wiring,
    slots: &[Option<SlotHash>],
) -> TokenStream {
    let name = &component.name;
    let doc = format!(" The app `{name}`.");
    let names = AppNames::new(component, components, slots);
    let parts = Parts { components, wiring, names: &names };
    let (module, types, services) = (names.module(), parts.types(), parts.services());
    let app = parts.app(component);
    quote! {
        #[doc = #doc]
        pub struct #name;

        /// Where each slot of this crate says what it stands for.
        #[allow(dead_code, reason = "only its implementations of `Slot` are used")]
        pub(crate) struct Wiring;

        mod #module {
            #types
            #services
            #app
        }

        impl #name {
            /// Reads the command line and does what it says.
            pub fn main() -> ::justscale::ExitCode {
                ::justscale::main::<Self>()
            }
        }
    }
}

struct Parts<'a> {
    components: &'a Components,
    wiring: &'a Wiring,
    names: &'a AppNames,
}

impl<'a> Parts<'a> {
    /// `type Ledger = <crate::Wiring as Slot<0x…>>::Item;`
    fn types(&self) -> TokenStream {
        let types = self.names.all().map(|(id, Named { ty, hash, .. })| {
            let (cfg, number) = (self.cfg(id), number(*hash));
            quote! {
                #cfg
                type #ty = <crate::Wiring as ::justscale::rt::Slot<#number>>::Item;
            }
        });
        quote!(#(#types)*)
    }

    fn cfg(&self, component: usize) -> Option<TokenStream> {
        self.components.component(component).map(|component| component.conditions.attribute())
    }

    /// The services that are built, in order: component and names.
    fn ordered(&self) -> impl Iterator<Item = (usize, usize, &'a Named)> {
        let names = self.names;
        self.wiring.order.iter().filter_map(move |id| {
            let component = self.components.services.get(*id)?.component;
            Some((*id, component, names.of(component)?))
        })
    }

    fn services(&self) -> TokenStream {
        let fields = self.ordered().map(|(_, component, Named { ty, field, .. })| {
            let cfg = self.cfg(component);
            quote!(#cfg pub(super) #field: ::std::sync::Arc<#ty>)
        });
        quote! {
            /// One of each service, in the order in which they are built.
            #[allow(dead_code, reason = "a service may be needed by other services alone")]
            pub struct Services {
                #(#fields),*
            }
        }
    }

    fn app(&self, component: &Component) -> TokenStream {
        let (name, text) =
            (&component.name, crate::check::snake(&component.name.to_string()).replace('_', "-"));
        let (wire, register) = (self.wire(), self.register());
        quote! {
            impl ::justscale::App for super::#name {
                const NAME: &'static str = #text;
                const VERSION: &'static str = ::core::env!("CARGO_PKG_VERSION");
                type Services = Services;
                #wire
                #register
            }
        }
    }

    fn wire(&self) -> TokenStream {
        let mut uses_parts = false;
        let builds: Vec<_> = self
            .ordered()
            .map(|(id, component, Named { ty, field, .. })| {
                let cfg = self.cfg(component);
                let needs = self.wiring.services.get(id).into_iter().flatten().flatten();
                let needs: Vec<_> = needs.map(|source| self.owned(source)).collect();
                let sources = self.wiring.services.get(id).into_iter().flatten().flatten();
                uses_parts |= sources.into_iter().any(|source| matches!(source, Source::Runtime(_)));
                quote! {
                    #cfg
                    let #field = ::justscale::rt::build(#ty::__build(#(#needs),*)).await?;
                }
            })
            .collect();
        let fields = self.ordered().map(|(_, component, Named { field, .. })| {
            let cfg = self.cfg(component);
            quote!(#cfg #field)
        });
        let parts = if uses_parts { format_ident!("parts") } else { format_ident!("_parts") };
        quote! {
            async fn wire(#parts: &::justscale::rt::Parts) -> ::justscale::Result<Self::Services> {
                #(#builds)*
                ::core::result::Result::Ok(Services { #(#fields),* })
            }
        }
    }

    /// A dependency as it is handed to a service that is built.
    fn owned(&self, source: &Source) -> TokenStream {
        match source {
            Source::Runtime(provided) => {
                let part = part(*provided);
                quote!(parts.#part())
            }
            Source::Services(services) => self.chosen(services, |field| quote!(#field.clone())),
        }
    }

    /// A dependency as a process or a command borrows it.
    fn borrowed(&self, source: &Source) -> TokenStream {
        match source {
            Source::Runtime(provided) => {
                let part = part(*provided);
                quote!(&parts.#part)
            }
            Source::Services(services) => self.chosen(services, |field| quote!(&*services.#field)),
        }
    }

    /// The one service, or the one that `cfg` chooses: each counts where those before it are not there.
    fn chosen(&self, services: &[usize], of: impl Fn(&Ident) -> TokenStream) -> TokenStream {
        let found: Vec<(&Component, &Ident)> = services
            .iter()
            .filter_map(|id| {
                let component = self.components.services.get(*id)?.component;
                Some((self.components.component(component)?, &self.names.of(component)?.field))
            })
            .collect();
        if let [(_, field)] = found.as_slice() {
            return of(field);
        }
        let choices = found.iter().enumerate().map(|(at, (component, field))| {
            let (own, value) = (&component.conditions, of(field));
            let before = found.iter().take(at).map(|(before, _)| &before.conditions);
            let before = before.filter(|before| !before.excludes(own)).map(|before| before.predicate());
            let own = (!own.is_empty()).then(|| own.predicate());
            let all: Vec<_> = own.into_iter().chain(before.map(|before| quote!(not(#before)))).collect();
            let cfg = match all.as_slice() {
                [one] => quote!(#one),
                all => quote!(all(#(#all),*)),
            };
            quote! {
                #[cfg(#cfg)]
                let chosen = #value;
            }
        });
        let choices: Vec<_> = choices.collect();
        quote!({ #(#choices)* chosen })
    }

    fn register(&self) -> TokenStream {
        let mut lines = Vec::new();
        let processes = self.components.processes.iter().zip(&self.wiring.processes);
        for (process, sources) in processes {
            let kind = if process.item.path.is_some() { "process" } else { "part" };
            lines.push(self.registered(kind, process.component, sources.as_deref()));
        }
        for signal in &self.components.signals {
            lines.push(self.registered("signal", signal.component, None));
        }
        for (command, sources) in self.components.commands.iter().zip(&self.wiring.commands) {
            lines.push(self.registered("command", command.component, sources.as_deref()));
        }
        let registry = if lines.is_empty() { format_ident!("_registry") } else { format_ident!("registry") };
        quote! {
            fn register(#registry: &mut ::justscale::rt::Registry<Self>) {
                #(#lines)*
            }
        }
    }

    /// `registry.process::<Subscription>(|services, _parts| (&*services.billing,));`
    fn registered(&self, kind: &str, component: usize, sources: Option<&[Source]>) -> Option<TokenStream> {
        let Named { ty, .. } = self.names.of(component)?;
        let (cfg, kind) = (self.cfg(component), format_ident!("{kind}"));
        let Some(sources) = sources else {
            return Some(quote!(#cfg registry.#kind::<#ty>();));
        };
        let borrows = sources.iter().map(|source| self.borrowed(source));
        let is_runtime = |source: &Source| matches!(source, Source::Runtime(_));
        let parts = if sources.iter().any(is_runtime) { quote!(parts) } else { quote!(_parts) };
        let services = if sources.iter().all(is_runtime) { quote!(_services) } else { quote!(services) };
        Some(quote!(#cfg registry.#kind::<#ty>(|#services, #parts| (#(#borrows,)*));))
    }
}

/// The part of the runtime that provides it.
fn part(provided: Provided) -> Ident {
    match provided {
        Provided::Db => format_ident!("db"),
        Provided::Clock => format_ident!("clock"),
        Provided::DataFolder => format_ident!("data_folder"),
        Provided::ManualClock => format_ident!("manual_clock"),
    }
}
