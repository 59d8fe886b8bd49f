//! The slot of a command: the fn as it stands, and how it is called with texts and services.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Type};

use super::hash::SlotHash;
use super::wiring::slot_impl;
use crate::collect::{Command, Component, Parameter};

/// The generated code of a command's slot.
pub(super) fn command(component: &Component, command: &Command, hash: SlotHash) -> TokenStream {
    let item = &component.item;
    let described = described(component, command);
    let slot = slot_impl(hash, &quote!(Command));
    quote! {
        #item

        const _: () = {
            pub(crate) struct Command;

            #described

            #slot
        };
    }
}

fn described(component: &Component, command: &Command) -> TokenStream {
    let (name, help) = (&command.name, &command.help);
    let inputs = command.parameters.iter().filter(|parameter| borrowed(parameter).is_none());
    let arguments = inputs.map(argument);
    let (manual, temporary) = (command.has_manual_clock, command.has_temporary_data);
    let runs = builds(command).map(|(cfg, parameters)| run(component, command, &cfg, &parameters));
    quote! {
        #[automatically_derived]
        impl ::justscale::rt::Command for Command {
            const NAME: &'static str = #name;
            const HELP: &'static str = #help;
            const ARGUMENTS: &'static [::justscale::rt::Argument] = &[#(#arguments),*];
            const OPTIONS: ::justscale::rt::CommandOptions =
                ::justscale::rt::CommandOptions { manual_clock: #manual, temporary_data: #temporary };
            #(#runs)*
        }
    }
}

/// The parameters of each build that can be, with its `#[cfg]`: what a command borrows is a tuple's type, no part of which can stand under one.
fn builds(command: &Command) -> impl Iterator<Item = (TokenStream, Vec<&Parameter>)> {
    let depends = |parameter: &Parameter| borrowed(parameter).is_some() && !parameter.conditions.is_empty();
    let mut builds = vec![(Vec::new(), Vec::new())];
    for parameter in &command.parameters {
        if depends(parameter) {
            let predicate = parameter.conditions.predicate();
            builds = builds
                .into_iter()
                .flat_map(|(cfg, parameters)| {
                    let with = [cfg.clone(), vec![predicate.clone()]].concat();
                    let without = [cfg, vec![quote!(not(#predicate))]].concat();
                    [(with, [parameters.clone(), vec![parameter]].concat()), (without, parameters)]
                })
                .collect();
        } else {
            builds.iter_mut().for_each(|(_, parameters)| parameters.push(parameter));
        }
    }
    builds.into_iter().map(|(cfg, parameters)| match cfg.as_slice() {
        [] => (TokenStream::new(), parameters),
        [one] => (quote!(#[cfg(#one)]), parameters),
        all => (quote!(#[cfg(all(#(#all),*))]), parameters),
    })
}

/// How an owned parameter is written on the command line.
#[derive(Clone, Copy)]
enum Written {
    Value,
    Option,
    Flag,
    Rest,
}

fn written(parameter: &Parameter) -> Written {
    let last = match &parameter.ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    match last.as_deref() {
        Some("Option") => Written::Option,
        Some("Vec") => Written::Rest,
        Some("bool") => Written::Flag,
        _ => Written::Value,
    }
}

fn argument(parameter: &Parameter) -> TokenStream {
    let name = name_of(&parameter.name);
    let kind = match written(parameter) {
        Written::Value => quote!(Value),
        Written::Option => quote!(Option),
        Written::Flag => quote!(Flag),
        Written::Rest => quote!(Rest),
    };
    let cfg = parameter.conditions.attribute();
    quote! {
        #cfg
        ::justscale::rt::Argument { name: #name, kind: ::justscale::rt::ArgumentKind::#kind, help: "" }
    }
}

fn name_of(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

fn run(
    component: &Component,
    command: &Command,
    cfg: &TokenStream,
    parameters: &[&Parameter],
) -> TokenStream {
    let (services, held): (Vec<_>, Vec<_>) = parameters
        .iter()
        .filter_map(|parameter| borrowed(parameter).map(|held| (&parameter.name, quote!(&'a #held))))
        .unzip();
    let given = parameters.iter().map(|parameter| {
        let (name, text) = (&parameter.name, name_of(&parameter.name));
        let cfg = parameter.conditions.attribute();
        let value = match borrowed(parameter) {
            Some(_) => return quote!(#name),
            None => match written(parameter) {
                Written::Value => quote!(arguments.value(#text)?),
                Written::Option => quote!(arguments.option(#text)?),
                Written::Flag => quote!(arguments.flag(#text)),
                Written::Rest => quote!(arguments.rest(#text)?),
            },
        };
        quote!(#cfg #value)
    });
    let inputs: Vec<_> = parameters.iter().filter(|parameter| borrowed(parameter).is_none()).collect();
    let arguments = match inputs.iter().all(|input| !input.conditions.is_empty()) {
        _ if inputs.is_empty() => quote!(_arguments),
        true => quote!(
            #[allow(unused_variables, reason = "some builds take none")]
            arguments
        ),
        false => quote!(arguments),
    };
    let name = &component.name;
    let wait = command.is_async.then(|| quote!(.await));
    // What can't be returned is said of what is returned.
    let call = quote_spanned!(command.returns=> ::justscale::rt::exit(#name(#(#given),*) #wait));
    quote! {
        #cfg
        type Services<'a> = (#(#held,)*);

        #cfg
        fn run<'a>(
            #arguments: ::justscale::rt::Arguments,
            (#(#services,)*): Self::Services<'a>,
        ) -> ::justscale::rt::CommandRunning<'a> {
            ::std::boxed::Box::pin(async move {
                #call
            })
        }
    }
}

/// What a borrowed parameter borrows.
fn borrowed(parameter: &Parameter) -> Option<&Type> {
    match &parameter.ty {
        Type::Reference(reference) => Some(&reference.elem),
        _ => None,
    }
}
