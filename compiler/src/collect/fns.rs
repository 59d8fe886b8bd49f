//! The parameters of a fn that the app calls: each has a name and a type of its own, and is owned or borrowed.

use syn::spanned::Spanned;
use syn::{FnArg, GenericParam, Generics, Pat, Signature, Type};

use super::component::Here;
use super::faults::{BorrowedInput, ExclusiveBorrow, IsGeneric, PatternParameter, TakesSelf};
use super::find::conditions_of;
use super::{Identity, Kind, Parameter, Resolved, Target, text};
use crate::{Place, Problems};

/// The parameters of a fn, and faults for what cannot be filled in.
pub(super) fn parameters(
    kind: Kind,
    signature: &Signature,
    here: Here<'_>,
    problems: &mut Problems,
) -> Vec<Parameter> {
    let function = signature.ident.to_string();
    not_generic(kind, &function, &signature.generics, here, problems);
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let place = here.place(receiver);
                problems.error(TakesSelf { kind: kind.attribute(), name: function.clone(), place });
            }
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                    parameters.push(Parameter {
                        name: name.ident.clone(),
                        ty: (*typed.ty).clone(),
                        place: here.place(typed),
                        wanted: here.wanted(&typed.ty),
                        conditions: conditions_of(&typed.attrs),
                    })
                }
                pattern => problems.error(PatternParameter {
                    kind: kind.attribute(),
                    function: function.clone(),
                    pattern: text(pattern),
                    place: here.place(pattern),
                }),
            },
        }
    }
    for parameter in &parameters {
        sound(kind, &function, parameter, here, problems);
    }
    parameters
}

/// Nothing that the app puts in or names may be generic: it would not know with what.
pub(super) fn not_generic(
    kind: Kind,
    name: &str,
    generics: &Generics,
    here: Here<'_>,
    problems: &mut Problems,
) {
    let Some(first) = generics.params.first() else { return };
    let help = match (kind, first) {
        (Kind::Process, GenericParam::Lifetime(_)) => {
            "leave the lifetime out: borrowed parameters are services, and need none"
        }
        (Kind::Process, _) => "name the types: write one process for each, and call what they share",
        (Kind::Service, _) => {
            "name the types: the app builds one instance of one type; wrap it, `struct Orders(Store<Order>)`"
        }
        (Kind::Signal, _) => {
            "name the types: a message is found again by its signal's name; write one signal for each"
        }
        (Kind::Command | Kind::App, _) => "name the types: a command is called by name, with texts",
    };
    let place = Place { file: here.place(first).file, range: generics.params.span().byte_range() };
    problems.error(IsGeneric { kind: kind.attribute(), name: name.to_owned(), help, place });
}

fn sound(kind: Kind, function: &str, parameter: &Parameter, here: Here<'_>, problems: &mut Problems) {
    let name = parameter.name.to_string();
    match plain(&parameter.ty) {
        Type::Reference(reference) if reference.mutability.is_some() => problems.error(ExclusiveBorrow {
            kind: kind.attribute(),
            function: function.to_owned(),
            name,
            held: parameter.wanted.text.clone(),
            place: parameter.place.clone(),
        }),
        Type::Reference(reference) if is_no_service(&parameter.wanted.target) => {
            problems.error(BorrowedInput {
                name,
                written: text(&parameter.ty),
                held: text(&reference.elem),
                owned: owned_type(&reference.elem),
                why: why_owned(kind),
                place: parameter.place.clone(),
            })
        }
        Type::ImplTrait(generic) => problems.error(IsGeneric {
            kind: kind.attribute(),
            name: function.to_owned(),
            help: "write the type instead of `impl …`; for a service, borrow it: `&dyn Trait`",
            place: here.place(generic),
        }),
        _ => {}
    }
}

/// What becomes of an owned parameter.
pub(crate) fn why_owned(kind: Kind) -> &'static str {
    match kind {
        Kind::Command => "which is read from the command line",
        _ => "which is saved with the process",
    }
}

/// Whether a type is a reference.
pub(super) fn is_borrowed(ty: &Type) -> bool {
    matches!(plain(ty), Type::Reference(_))
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => plain(&inner.elem),
        Type::Group(inner) => plain(&inner.elem),
        ty => ty,
    }
}

/// Types of the language and of std are never services.
fn is_no_service(target: &Target) -> bool {
    const PLAIN: [&str; 24] = [
        "str", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64", "String", "Vec", "Option", "Box", "HashMap", "BTreeMap", "Path",
    ];
    match target {
        Target::Type(Identity { name: Resolved::Unknown(path), .. }) => {
            path.len() == 1 && path.iter().any(|name| PLAIN.contains(&name.as_str()))
        }
        Target::Type(Identity { name: Resolved::External(path), .. }) => {
            path.first().is_some_and(|first| ["std", "core", "alloc"].contains(&first.as_str()))
        }
        Target::Other => true,
        _ => false,
    }
}

/// The owned form of a borrowed type, as text.
pub(super) fn owned_type(ty: &Type) -> String {
    match plain(ty) {
        Type::Slice(slice) => format!("Vec<{}>", text(&slice.elem)),
        Type::Reference(reference) => owned_type(&reference.elem),
        ty => owned(&text(ty)).to_owned(),
    }
}

/// `String` for `str`, `PathBuf` for `Path`; anything else is its own owned form.
pub(super) fn owned(text: &str) -> &str {
    match text {
        "str" => "String",
        "Path" => "PathBuf",
        text => text,
    }
}
