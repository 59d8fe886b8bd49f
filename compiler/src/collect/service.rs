//! `#[service]` on a struct, whose fields are put in, and on an `impl` with a `#[new]` fn, whose parameters are.

use quote::format_ident;
use syn::spanned::Spanned;
use syn::{Fields, Ident, ImplItem, ImplItemFn, ItemImpl, ItemStruct, ReturnType, Type, Visibility};

use super::arguments::{Value, arguments};
use super::component::{Found, Here};
use super::faults::{NoConstructor, WrongArgument, WrongConstructor};
use super::find::conditions_of;
use super::fns::{not_generic, parameters};
use super::{
    Component, Components, Construction, Constructor, Declared, Identity, Kind, Parameter, Provides,
    Resolved, Service, Target,
};
use crate::Problems;

/// A service that is built from its fields.
pub(super) fn of_struct(
    found: Found<ItemStruct>,
    here: Here<'_>,
    into: &mut Components,
    problems: &mut Problems,
) {
    let component = here.component(&found, &found.item.ident, &found.item.vis);
    let before = problems.0.len();
    let provides = provides(&component, here, problems);
    not_generic(Kind::Service, &component.name.to_string(), &found.item.generics, here, problems);
    let name = &found.item.ident;
    let ty: Type = syn::parse_quote!(#name);
    let (construction, fields) = match &found.item.fields {
        Fields::Named(fields) => (Construction::Named, Some(&fields.named)),
        Fields::Unnamed(fields) => (Construction::Tuple, Some(&fields.unnamed)),
        _ => (Construction::Unit, None),
    };
    let needs = fields.into_iter().flatten().enumerate().map(|(index, field)| Parameter {
        name: field.ident.clone().unwrap_or_else(|| format_ident!("field{index}", span = field.span())),
        ty: field.ty.clone(),
        place: here.place(field),
        wanted: here.wanted(&field.ty),
        conditions: conditions_of(&field.attrs),
    });
    let needs = needs.collect();
    if problems.0.len() == before
        && let Some(identity) = here.identity(&ty)
    {
        into.services.push(Service {
            component: into.all.len(),
            ty,
            identity,
            provides,
            needs,
            construction,
        });
    }
    into.all.push(component);
}

/// A service with a constructor of its own.
pub(super) fn of_impl(
    found: Found<ItemImpl>,
    here: Here<'_>,
    into: &mut Components,
    problems: &mut Problems,
) {
    let ty = (*found.item.self_ty).clone();
    let identity = here.identity(&ty);
    let name = name_of(&ty);
    let mut component = here.component(&found, &name, &Visibility::Inherited);
    if let Some(Identity { name: Resolved::Item(item), .. }) = &identity
        && let Some(Declared { visibility, .. }) = into.types.get(item)
    {
        component.visibility = visibility.clone();
    }
    let before = problems.0.len();
    let provides = provides(&component, here, problems);
    not_generic(Kind::Service, &name.to_string(), &found.item.generics, here, problems);
    let constructors: Vec<&ImplItemFn> = found.item.items.iter().filter_map(constructor).collect();
    let built = match constructors.as_slice() {
        [one] => built(one, &name.to_string(), here, problems),
        others => {
            let place = here.place(&found.item.self_ty);
            problems.error(NoConstructor { name: name.to_string(), count: others.len(), place });
            None
        }
    };
    if problems.0.len() == before
        && let (Some((construction, needs)), Some(identity)) = (built, identity)
    {
        into.services.push(Service {
            component: into.all.len(),
            ty,
            identity,
            provides,
            needs,
            construction,
        });
    }
    into.all.push(component);
}

fn provides(component: &Component, here: Here<'_>, problems: &mut Problems) -> Vec<Provides> {
    let given = arguments(Kind::Service, &component.arguments, &component.attribute, problems);
    let mut provides = Vec::new();
    for (name, value) in given.named {
        let Value::Type(ty) = value else { continue };
        let place = here.place(&ty);
        match here.wanted(&ty).target {
            Target::Trait(identity) => provides.push(Provides { ty: *ty, identity, place }),
            _ => problems.error(WrongArgument {
                attribute: Kind::Service.attribute(),
                name: Some(name.to_string()),
                is_repeated: false,
                examples: vec!["provides = dyn Payments".to_owned()],
                place,
            }),
        }
    }
    provides
}

fn name_of(ty: &Type) -> Ident {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
        _ => None,
    }
    .unwrap_or_else(|| Ident::new("it", ty.span()))
}

fn constructor(item: &ImplItem) -> Option<&ImplItemFn> {
    match item {
        ImplItem::Fn(item) if item.attrs.iter().any(|attribute| attribute.path().is_ident("new")) => {
            Some(item)
        }
        _ => None,
    }
}

fn built(
    item: &ImplItemFn,
    name: &str,
    here: Here<'_>,
    problems: &mut Problems,
) -> Option<(Construction, Vec<Parameter>)> {
    let wrong = |problem| WrongConstructor {
        name: name.to_owned(),
        function: item.sig.ident.to_string(),
        problem,
        place: here.place(&item.sig),
    };
    if item.sig.receiver().is_some() {
        problems.error(wrong("takes `self`, which is not built yet"));
        return None;
    }
    let gives = match &item.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => match &**ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        },
    };
    let is_fallible = gives.as_deref() == Some("Result");
    if !is_fallible && gives.as_deref() != Some("Self") && gives.as_deref() != Some(name) {
        problems.error(wrong("gives neither `Self` nor a `Result`"));
        return None;
    }
    let needs = parameters(Kind::Service, &item.sig, here, problems);
    let constructor =
        Constructor { name: item.sig.ident.clone(), is_async: item.sig.asyncness.is_some(), is_fallible };
    Some((Construction::Constructor(constructor), needs))
}
