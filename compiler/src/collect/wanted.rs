//! What a parameter or a field asks for: a type as it is written in, the thing behind it and how it is held, out.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use super::component::Here;
use super::names::{Names, Resolved};

/// What a type asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// How it is held.
    pub holder: Holder,
    /// What is held.
    pub target: Target,
    /// The held type, as people read it: `dyn Payments`.
    pub text: String,
}

/// How a dependency is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// `&T`.
    Borrowed,
    /// `Arc<T>`.
    Shared,
    /// `T`.
    Value,
}

/// What a dependency is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// What the runtime provides itself.
    Runtime(Provided),
    /// A type by name.
    Type(Identity),
    /// `dyn Trait`.
    Trait(Identity),
    /// Anything else: a tuple, a slice, an array, a fn.
    Other,
}

/// What the runtime provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provided {
    /// The app's database.
    Db,
    /// Its clock.
    Clock,
    /// The folder for files of its own.
    DataFolder,
    /// The clock that a command moves by hand.
    ManualClock,
}

impl Provided {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Db, Self::Clock, Self::DataFolder, Self::ManualClock];

    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Db => "Db",
            Self::Clock => "Clock",
            Self::DataFolder => "DataFolder",
            Self::ManualClock => "ManualClock",
        }
    }
}

/// A type or a trait, however it is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// What its path names.
    pub name: Resolved,
    /// Its generic arguments, as written.
    pub arguments: String,
}

impl Identity {
    /// Whether both are the same type, as far as this crate can tell: a name that came by a glob may be any of that name.
    pub fn is(&self, other: &Self) -> bool {
        self.arguments == other.arguments
            && (self.name == other.name || may_be(&self.name, &other.name) || may_be(&other.name, &self.name))
    }

    /// The last name of its path, which all that [`is`](Self::is) it have in common.
    pub fn last(&self) -> &str {
        match &self.name {
            Resolved::Item(item) => &item.name,
            Resolved::External(path) | Resolved::Unknown(path) => path.last().map_or("", String::as_str),
            Resolved::Module(_) => "",
        }
    }

    /// Whether nothing of this crate can implement or be it.
    pub fn is_foreign(&self) -> bool {
        !matches!(self.name, Resolved::Item(_))
    }
}

fn may_be(unknown: &Resolved, known: &Resolved) -> bool {
    match (unknown, known) {
        (Resolved::Unknown(one), Resolved::External(other)) => one.last() == other.last(),
        _ => false,
    }
}

/// How far aliases are followed; one that goes in a circle is rustc's to report.
const ALIASES: usize = 8;

impl Here<'_> {
    /// What a type asks for.
    pub(super) fn wanted(&self, ty: &Type) -> Wanted {
        wanted(ty, self.names, self.module, ALIASES)
    }

    /// Which type a path names.
    pub(super) fn identity(&self, ty: &Type) -> Option<Identity> {
        match self.wanted(ty).target {
            Target::Type(identity) | Target::Trait(identity) => Some(identity),
            Target::Runtime(_) | Target::Other => None,
        }
    }

    /// Which trait or type a plain path names.
    pub(super) fn identity_of(&self, path: &syn::Path) -> Identity {
        identity(path, self.names, self.module)
    }
}

fn wanted(ty: &Type, names: &Names, module: usize, aliases: usize) -> Wanted {
    let of = |holder, held: &Type| {
        let inner = wanted(held, names, module, aliases);
        // `&Arc<T>` is a borrow of an `Arc`; what is asked for is still `T`.
        let holder = if inner.holder == Holder::Shared && holder == Holder::Borrowed {
            Holder::Borrowed
        } else {
            holder
        };
        Wanted { holder, ..inner }
    };
    match ty {
        Type::Paren(inner) => wanted(&inner.elem, names, module, aliases),
        Type::Group(inner) => wanted(&inner.elem, names, module, aliases),
        Type::Reference(reference) => of(Holder::Borrowed, &reference.elem),
        Type::TraitObject(object) => value(
            ty,
            object
                .bounds
                .iter()
                .find_map(|bound| main_trait(bound))
                .map_or(Target::Other, |path| Target::Trait(identity(path, names, module))),
        ),
        Type::Path(path) if path.qself.is_none() => {
            if let Some(held) = arc(&path.path, names, module) {
                return of(Holder::Shared, held);
            }
            let identity = identity(&path.path, names, module);
            if let (Resolved::Item(item), true) = (&identity.name, aliases > 0)
                && let Some(meant) = names.alias(item)
            {
                return wanted(meant, names, item.module, aliases - 1);
            }
            let provided =
                Provided::ALL.into_iter().find(|provided| identity.name.is_runtime(provided.name()));
            value(ty, provided.map_or(Target::Type(identity), Target::Runtime))
        }
        _ => value(ty, Target::Other),
    }
}

fn value(ty: &Type, target: Target) -> Wanted {
    Wanted { holder: Holder::Value, target, text: text(ty) }
}

/// The trait of `dyn Payments + Send + Sync + 'static` that says what the object is.
fn main_trait(bound: &TypeParamBound) -> Option<&syn::Path> {
    match bound {
        TypeParamBound::Trait(bound) => {
            let is_marker = ["Send", "Sync", "Unpin"].iter().any(|name| bound.path.is_ident(name));
            (!is_marker).then_some(&bound.path)
        }
        _ => None,
    }
}

fn identity(path: &syn::Path, names: &Names, module: usize) -> Identity {
    let arguments = path.segments.last().map_or_else(String::new, |last| text(&last.arguments));
    Identity { name: names.path(module, path), arguments }
}

/// The `T` of `Arc<T>`.
fn arc<'a>(path: &'a syn::Path, names: &Names, module: usize) -> Option<&'a Type> {
    let last = path.segments.last().filter(|last| last.ident == "Arc")?;
    if !matches!(names.path(module, path), Resolved::External(_) | Resolved::Unknown(_)) {
        return None;
    }
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(held) => Some(held),
            _ => None,
        },
        _ => None,
    }
}

/// Tokens as people write them: `Arc<dyn Payments>`, not `Arc < dyn Payments >`.
pub fn text(tokens: &impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut out = String::with_capacity(spaced.len());
    let mut words = spaced.split(' ').peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        let next = words.peek().copied().unwrap_or_default();
        let tight_after = word.ends_with(['<', '&', '(', '[', '!']) || word.ends_with("::") && word != ":";
        let tight_before = next.starts_with(['<', '>', ',', ';', ')', ']', '(', '!', '.'])
            && word != "->"
            && !word.ends_with(',')
            || next.starts_with("::")
            || next == ":";
        let lifetime = word.starts_with('\'') && next.starts_with(['>', ',']);
        if !next.is_empty() && !tight_after && !tight_before && !lifetime {
            out.push(' ');
        }
    }
    out
}
