//! `#[process]` and `#[command]`: free fns whose borrowed parameters are services and whose owned ones are inputs.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{ItemFn, ReturnType};

use super::arguments::{Arguments, Value, arguments};
use super::component::{Found, Here};
use super::faults::{BadPath, BorrowedKey, KeptBorrow, NotAsync, UnknownKey, WrongArgument};
use super::fns::{is_borrowed, parameters};
use super::{Command, Components, Kind, Parameter, Process, ProcessItem, attributes, pattern};
use crate::nearest::nearest;
use crate::{Place, Problems};

/// A process, and its component.
pub(super) fn process(found: Found<ItemFn>, here: Here<'_>, into: &mut Components, problems: &mut Problems) {
    let mut component = here.without_tokens(&found, &found.item.sig.ident, &found.item.vis);
    let before = problems.0.len();
    let given = arguments(Kind::Process, &component.arguments, &component.attribute, problems);
    let parameters = parameters(Kind::Process, &found.item.sig, here, problems);
    if found.item.sig.asyncness.is_none() {
        problems.error(NotAsync {
            name: component.name.to_string(),
            place: here.place(&found.item.sig.fn_token),
        });
    }
    let (path, keys) = path(&given, here, problems);
    nothing_kept_borrows(&found.item.sig, path.is_some(), &parameters, here, problems);
    for key in &keys {
        key_is_owned(key, &component.name.to_string(), &parameters, &given, here, problems);
    }
    if problems.0.len() == before {
        let item = ProcessItem {
            file: std::sync::Arc::clone(&component.file),
            module: component.path.clone(),
            arguments: component.arguments.clone(),
            attribute: component.attribute.clone(),
            path,
            keys,
            item: found.item,
            signals: Vec::new(),
            droppers: Vec::new(),
            parts: BTreeMap::new(),
        };
        into.processes.push(Process { component: into.all.len(), item, parameters });
    } else {
        component.item = found.item.into_token_stream();
    }
    into.all.push(component);
}

/// What is saved is owned. What a part returns is not saved, but by a `join!`, which rustc says.
fn nothing_kept_borrows(
    sig: &syn::Signature,
    is_saved: bool,
    parameters: &[Parameter],
    here: Here<'_>,
    problems: &mut Problems,
) {
    let inputs = parameters.iter().filter(|parameter| !is_borrowed(&parameter.ty));
    let inputs = inputs.map(|parameter| (format!("`{}`", parameter.name), &parameter.ty));
    let output = match &sig.output {
        ReturnType::Type(_, ty) if is_saved => Some((format!("what `{}` returns", sig.ident), &**ty)),
        _ => None,
    };
    for (what, ty) in inputs.chain(output) {
        if let Some(borrow) = first_borrow(ty) {
            let (written, owned) = (super::text(borrow), super::fns::owned_type(&borrow.elem));
            problems.error(KeptBorrow { what, written, owned, place: here.place(borrow) });
        }
    }
}

/// The first reference in a type, but for those that only a fn is given or gives.
fn first_borrow(ty: &syn::Type) -> Option<&syn::TypeReference> {
    struct First<'a>(Option<&'a syn::TypeReference>);
    impl<'a> Visit<'a> for First<'a> {
        fn visit_type_reference(&mut self, reference: &'a syn::TypeReference) {
            self.0.get_or_insert(reference);
        }
        fn visit_type_fn_ptr(&mut self, _: &'a syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments(&mut self, _: &'a syn::ParenthesizedGenericArguments) {}
        fn visit_expr(&mut self, _: &'a syn::Expr) {}
    }
    let mut first = First(None);
    first.visit_type(ty);
    first.0
}

/// The path that an attribute gives and its parameters.
pub(super) fn path(
    given: &Arguments,
    here: Here<'_>,
    problems: &mut Problems,
) -> (Option<String>, Vec<String>) {
    let Some(literal) = &given.text else { return (None, Vec::new()) };
    let path = literal.value();
    match pattern::keys(&path) {
        Ok(keys) => (Some(path), keys),
        Err(problem) => {
            problems.error(BadPath { path, problem, place: here.place(literal) });
            (None, Vec::new())
        }
    }
}

/// Where a parameter stands inside the text of a path, or the whole text where it is not written plainly.
pub(super) fn key_place(key: &str, given: &Arguments, here: Here<'_>) -> Place {
    let literal = given.text.as_ref();
    let mut place = literal.map_or_else(|| here.place(&here.stands.visibility), |text| here.place(text));
    let written = here.stands.file.text.get(place.range.clone()).unwrap_or_default();
    if let Some(at) = written.find(&format!("{{{key}}}")) {
        let start = place.range.start + at + 1;
        place.range = start..start + key.len();
    }
    place
}

fn key_is_owned(
    key: &str,
    name: &str,
    parameters: &[Parameter],
    given: &Arguments,
    here: Here<'_>,
    problems: &mut Problems,
) {
    let place = key_place(key, given, here);
    match parameters.iter().find(|parameter| parameter.name == key) {
        None => {
            let owned = parameters.iter().filter(|parameter| !is_borrowed(&parameter.ty));
            let names: Vec<String> = owned.map(|parameter| parameter.name.to_string()).collect();
            problems.error(UnknownKey {
                key: key.to_owned(),
                name: name.to_owned(),
                member: "parameter",
                nearest: nearest(key, names.iter().map(String::as_str)).map(str::to_owned),
                place,
            });
        }
        Some(parameter) if is_borrowed(&parameter.ty) => problems.error(BorrowedKey {
            key: key.to_owned(),
            owned: super::fns::owned(&parameter.wanted.text).to_owned(),
            place: parameter.place.clone(),
        }),
        Some(_) => {}
    }
}

/// A command, and its component.
pub(super) fn command(found: Found<ItemFn>, here: Here<'_>, into: &mut Components, problems: &mut Problems) {
    let component = here.component(&found, &found.item.sig.ident, &found.item.vis);
    let before = problems.0.len();
    let given = arguments(Kind::Command, &component.arguments, &component.attribute, problems);
    let parameters = parameters(Kind::Command, &found.item.sig, here, problems);
    let name = given.text.as_ref().map(|text| text.value()).unwrap_or_default();
    let words = name
        .split(' ')
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'));
    if !words && problems.0.len() == before {
        problems.error(WrongArgument {
            attribute: "command",
            name: None,
            is_repeated: false,
            examples: vec!["\"order list\"".to_owned()],
            place: given.text.as_ref().map_or_else(|| component.attribute.clone(), |text| here.place(text)),
        });
    }
    let says = |argument: &str| {
        given.named.iter().any(|(name, value)| name == argument && matches!(value, Value::Word))
    };
    if problems.0.len() == before {
        into.commands.push(Command {
            component: into.all.len(),
            name,
            help: attributes::doc(&found.attributes),
            parameters,
            returns: match &found.item.sig.output {
                ReturnType::Type(_, ty) => ty.span(),
                ReturnType::Default => component.name.span(),
            },
            is_async: found.item.sig.asyncness.is_some(),
            has_manual_clock: says("clock"),
            has_temporary_data: says("data"),
        });
    }
    into.all.push(component);
}
