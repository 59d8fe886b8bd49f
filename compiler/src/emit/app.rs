//! The slot of an app: the wiring of all its services, and the list of its processes, signals and commands.

mod names;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::hash::SlotHash;
use super::wiring::number;
use crate::check::{Source, Wiring};
use crate::collect::{Component, Components, Holder, Parameter, Provided};
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
        let mut of_runtime = Vec::new();
        let builds: Vec<_> = self
            .ordered()
            .map(|(id, component, Named { ty, field, .. })| {
                let cfg = self.cfg(component);
                let parameters = self.components.services.get(id).map(|service| &service.needs);
                let sources = self.wiring.services.get(id).into_iter().flatten().flatten();
                let needs = parameters.into_iter().flatten().zip(sources);
                let needs: Vec<_> = needs.map(|(parameter, source)| Need { parameter, source }).collect();
                let given: Vec<_> = needs
                    .iter()
                    .map(|Need { parameter, source }| {
                        let (cfg, owned) = (parameter.conditions.attribute(), self.owned(source));
                        quote!(#cfg #owned)
                    })
                    .collect();
                of_runtime.extend(needs.into_iter().filter(Need::is_of_runtime));
                quote! {
                    #cfg
                    let #field = ::justscale::rt::build(#ty::__build(#(#given),*)).await?;
                }
            })
            .collect();
        let fields = self.ordered().map(|(_, component, Named { field, .. })| {
            let cfg = self.cfg(component);
            quote!(#cfg #field)
        });
        let parts = named("parts", of_runtime.iter());
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
            let needs = sources.as_deref().map(|sources| Need::of(&process.parameters, sources));
            lines.push(self.registered(kind, process.component, needs.as_deref()));
        }
        for signal in &self.components.signals {
            lines.push(self.registered("signal", signal.component, None));
        }
        for (command, sources) in self.components.commands.iter().zip(&self.wiring.commands) {
            let needs = sources.as_deref().map(|sources| Need::of(&command.parameters, sources));
            lines.push(self.registered("command", command.component, needs.as_deref()));
        }
        let registry = if lines.is_empty() { format_ident!("_registry") } else { format_ident!("registry") };
        quote! {
            fn register(#registry: &mut ::justscale::rt::Registry<Self>) {
                #(#lines)*
            }
        }
    }

    /// `registry.process::<Subscription>(|services, _parts| (&*services.billing,));`
    fn registered(&self, kind: &str, component: usize, borrowed: Option<&[Need<'_>]>) -> Option<TokenStream> {
        let Named { ty, .. } = self.names.of(component)?;
        let (cfg, kind) = (self.cfg(component), format_ident!("{kind}"));
        let Some(borrowed) = borrowed else {
            return Some(quote!(#cfg registry.#kind::<#ty>();));
        };
        let borrows = borrowed.iter().map(|Need { parameter, source }| {
            let (cfg, borrow) = (parameter.conditions.attribute(), self.borrowed(source));
            quote!(#cfg #borrow)
        });
        let parts = named("parts", borrowed.iter().filter(|borrowed| borrowed.is_of_runtime()));
        let services = named("services", borrowed.iter().filter(|borrowed| !borrowed.is_of_runtime()));
        Some(quote!(#cfg registry.#kind::<#ty>(|#services, #parts| (#(#borrows,)*));))
    }
}

/// A parameter, or a field, and where what it asks for comes from.
struct Need<'a> {
    parameter: &'a Parameter,
    source: &'a Source,
}

impl<'a> Need<'a> {
    /// Those of a fn that the app calls, whose owned parameters come from elsewhere.
    fn of(parameters: &'a [Parameter], sources: &'a [Source]) -> Vec<Self> {
        let borrowed = parameters.iter().filter(|parameter| parameter.wanted.holder == Holder::Borrowed);
        borrowed.zip(sources).map(|(parameter, source)| Self { parameter, source }).collect()
    }

    fn is_of_runtime(&self) -> bool {
        matches!(self.source, Source::Runtime(_))
    }
}

/// The name of what is read for these. Where all of them stand under a `#[cfg]`, a build may have none.
fn named<'a>(name: &str, needs: impl Iterator<Item = &'a Need<'a>>) -> TokenStream {
    let conditions: Vec<bool> = needs.map(|need| !need.parameter.conditions.is_empty()).collect();
    let (read, unread) = (format_ident!("{name}"), format_ident!("_{name}"));
    match conditions.iter().all(|conditional| *conditional) {
        _ if conditions.is_empty() => quote!(#unread),
        true => quote!(#[allow(unused_variables, reason = "some builds need nothing of it")] #read),
        false => quote!(#read),
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
