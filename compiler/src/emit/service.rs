//! The slot of a service: the item as it stands, and a fn that builds it from what it needs.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ImplItem, ItemImpl, Type};

use super::hash::SlotHash;
use super::wiring::slot_impl;
use crate::collect::{Component, Construction, Constructor, Holder, Parameter, Service, Target};

/// The generated code of a service's slot.
pub(super) fn service(component: &Component, service: &Service, hash: SlotHash) -> TokenStream {
    let (ty, text) = (&service.ty, component.name.to_string());
    let item = item(component, service);
    let build = build(service);
    let slot = slot_impl(hash, &quote!(#ty));
    let provides = service.provides.iter().map(|provided| provides(ty, &provided.ty));
    quote! {
        #item

        #build

        #[automatically_derived]
        impl ::justscale::rt::Service for #ty {
            const NAME: &'static str = #text;
        }

        #slot

        #(#provides)*
    }
}

/// The item without `#[new]`, which means nothing to rustc.
fn item(component: &Component, service: &Service) -> TokenStream {
    if !matches!(service.construction, Construction::Constructor(_)) {
        return component.item.clone();
    }
    // It was an `impl` when it was collected.
    let Ok(mut item) = syn::parse2::<ItemImpl>(component.item.clone()) else { return component.item.clone() };
    let is_marker = |attribute: &Attribute| attribute.path().is_ident("new");
    for item in &mut item.items {
        if let ImplItem::Fn(item) = item {
            item.attrs.retain(|attribute| !is_marker(attribute));
        }
    }
    quote!(#item)
}

fn build(service: &Service) -> TokenStream {
    let ty = &service.ty;
    let names: Vec<&Ident> = service.needs.iter().map(|need| &need.name).collect();
    let types: Vec<TokenStream> = service.needs.iter().map(needed).collect();
    let conditions: Vec<TokenStream> = service.needs.iter().map(|need| need.conditions.attribute()).collect();
    let body = match &service.construction {
        Construction::Named => quote!(::core::result::Result::Ok(Self { #(#conditions #names),* })),
        Construction::Tuple => quote!(::core::result::Result::Ok(Self(#(#conditions #names),*))),
        Construction::Unit => quote!(::core::result::Result::Ok(Self)),
        Construction::Constructor(constructor) => construct(constructor, &service.needs),
    };
    let private = (!names.is_empty()).then(|| {
        quote!(#[allow(private_interfaces, reason = "what a service needs may be private, as its fields are")])
    });
    let many = (names.len() > 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "a service needs what it needs")]));
    quote! {
        #private
        impl #ty {
            /// Builds it from what it needs.
            #[doc(hidden)]
            #many
            pub(crate) async fn __build(#(#conditions #names: #types),*) -> ::justscale::Result<Self> {
                #body
            }
        }
    }
}

/// The type under which a need is handed over: shared, unless the runtime provides it.
fn needed(need: &Parameter) -> TokenStream {
    let ty = &need.ty;
    match (need.wanted.holder, plain(ty)) {
        (Holder::Borrowed, Type::Reference(reference)) => {
            let held = &reference.elem;
            match need.wanted.target {
                Target::Runtime(_) => quote!(#held),
                _ if is_arc(held) => quote!(#held),
                _ => quote_spanned!(held.span()=> ::std::sync::Arc<#held>),
            }
        }
        _ => quote!(#ty),
    }
}

/// The call of a constructor. A borrowed need is handed over as the borrow that it asks for.
fn construct(constructor: &Constructor, needs: &[Parameter]) -> TokenStream {
    let arguments = needs.iter().map(|need| {
        let (name, cfg) = (&need.name, need.conditions.attribute());
        let argument = match (need.wanted.holder, plain(&need.ty), &need.wanted.target) {
            (Holder::Borrowed, Type::Reference(_), Target::Runtime(_)) => quote!(&#name),
            (Holder::Borrowed, Type::Reference(reference), _) if is_arc(&reference.elem) => quote!(&#name),
            (Holder::Borrowed, ..) => quote!(&*#name),
            _ => quote!(#name),
        };
        quote!(#cfg #argument)
    });
    let name = &constructor.name;
    let wait = constructor.is_async.then(|| quote!(.await));
    let call = quote!(Self::#name(#(#arguments),*) #wait);
    if constructor.is_fallible {
        quote! {
            let built = #call?;
            ::core::result::Result::Ok(built)
        }
    } else {
        quote!(::core::result::Result::Ok(#call))
    }
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => plain(&inner.elem),
        Type::Group(inner) => plain(&inner.elem),
        ty => ty,
    }
}

fn is_arc(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Arc"))
}

/// Asks rustc whether the service is what it says it provides, at the user's own words.
fn provides(ty: &Type, provided: &Type) -> TokenStream {
    let span = provided.span();
    let object = match provided {
        Type::TraitObject(_) => quote!((#provided)),
        other => quote!(#other),
    };
    let cast = quote_spanned!(span=> service);
    quote! {
        const _: fn(&#ty) -> &#object = |service| #cast;
    }
}
