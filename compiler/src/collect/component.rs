//! Where the components are: attributes of the runtime on items, and `app!`.

use std::ops::Range;
use std::sync::Arc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Item, Macro, Meta, Path, Visibility};

use super::names::{Names, Resolved};
use crate::parse::{Conditions, Module};
use crate::{Place, SourceFile};

/// The kinds of components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `justscale::app!`.
    App,
    /// `#[process]`.
    Process,
    /// `#[signal]`.
    Signal,
    /// `#[service]`.
    Service,
    /// `#[command]`.
    Command,
}

impl Kind {
    /// The attributes, in the order in which they are told to people.
    pub const ATTRIBUTES: [Self; 4] = [Self::Process, Self::Signal, Self::Service, Self::Command];

    /// The name of its attribute or macro.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Process => "process",
            Self::Signal => "signal",
            Self::Service => "service",
            Self::Command => "command",
        }
    }

    fn of(path: &Path, names: &Names, module: usize) -> Option<Self> {
        Self::ATTRIBUTES.into_iter().find(|kind| is_of_the_runtime(path, kind.attribute(), names, module))
    }
}

/// Whether a path of an attribute or a macro means the runtime's `name`. Modules and types are no attributes, so that a module called
/// `process` takes nothing away.
fn is_of_the_runtime(path: &Path, name: &str, names: &Names, module: usize) -> bool {
    let is_one_name = path.segments.len() == 1 && path.leading_colon.is_none();
    let has_the_name = path.segments.last().is_some_and(|last| last.ident == name);
    match names.path(module, path) {
        found if found.is_runtime(name) => true,
        Resolved::Unknown(_) | Resolved::Item(_) | Resolved::Module(_) => is_one_name && has_the_name,
        Resolved::External(outside) => {
            let foreign = outside.first().is_some_and(|first| first != "justscale");
            is_one_name && has_the_name && foreign && names.has_foreign_glob(module)
        }
    }
}

/// What all kinds of components have in common.
#[derive(Debug, Clone)]
pub struct Component {
    /// What it is.
    pub kind: Kind,
    /// Its name: the fn's, the type's, the app's.
    pub name: Ident,
    /// Where its name stands.
    pub place: Place,
    /// Where it was written.
    pub file: Arc<SourceFile>,
    /// The module, as a position in the crate's modules.
    pub module: usize,
    /// The modules that it stands in, from the crate's root.
    pub path: Vec<String>,
    /// The predicates that it stands under.
    pub conditions: Conditions,
    /// Who may name it.
    pub visibility: Visibility,
    /// The arguments of its attribute or macro, as they stand.
    pub arguments: TokenStream,
    /// The attribute or the macro's path.
    pub attribute: Place,
    /// What its slot gets as its item, as tokens of the user's; empty where a process has it as a tree:
    /// [`Components::item`](super::Components::item) knows both.
    pub item: TokenStream,
    /// The bytes of its file that are its own, the attributes included.
    pub range: Range<usize>,
}

impl Component {
    /// Whether a place is its own.
    pub fn holds(&self, place: &Place) -> bool {
        self.file.path == place.file.path
            && self.range.start <= place.range.start
            && place.range.end <= self.range.end
    }
}

/// An item with a component's attribute: what it is, the attribute, and the item as its slot gets it.
pub(super) struct Found<T> {
    pub(super) kind: Kind,
    pub(super) attribute: Attribute,
    pub(super) item: T,
    /// All attributes as they were written, those above the slot's included.
    pub(super) attributes: Vec<Attribute>,
}

impl<T> Found<T> {
    pub(super) fn arguments(&self) -> TokenStream {
        arguments(&self.attribute)
    }
}

fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => {
            pair.eq_token.to_token_stream().into_iter().chain(pair.value.to_token_stream()).collect()
        }
        Meta::Path(_) => TokenStream::new(),
    }
}

/// Which of an item's attributes makes it a component, and of which kind.
pub(super) fn mark(attributes: &[Attribute], names: &Names, module: usize) -> Option<(usize, Kind)> {
    let mut all = attributes.iter().enumerate();
    all.find_map(|(at, attribute)| Some((at, Kind::of(attribute.path(), names, module)?)))
}

/// Takes the component's attribute off an item whose attributes are these.
pub(super) fn take<T>(
    (at, kind): (usize, Kind),
    mut item: T,
    attributes: Vec<Attribute>,
    put: impl FnOnce(&mut T, Vec<Attribute>),
) -> Option<Found<T>> {
    let attribute = attributes.get(at)?.clone();
    put(&mut item, without(at, &attributes));
    Some(Found { kind, attribute, item, attributes })
}

/// What the slot at the attribute of this position sees of an item's attributes.
fn without(at: usize, attributes: &[Attribute]) -> Vec<Attribute> {
    let kept = attributes
        .iter()
        .enumerate()
        .filter(|(index, attribute)| *index > at || (*index < at && stays(attribute)));
    kept.map(|(_, attribute)| attribute.clone()).collect()
}

/// A fn as its slot gets it, and the arguments of the slot's attribute, which begins at this byte.
pub(crate) fn attribute_taken(mut item: syn::ItemFn, attribute: usize) -> Option<(syn::ItemFn, TokenStream)> {
    let at = item.attrs.iter().position(|one| one.span().byte_range().start == attribute)?;
    let arguments = arguments(item.attrs.get(at)?);
    item.attrs = without(at, &item.attrs);
    Some((item, arguments))
}

/// Whether rustc hands an attribute that stands above a slot on to it. Macros and `cfg` are gone by then; what rustc itself knows, and
/// what belongs to a tool (`rustfmt::skip`), is not.
fn stays(attribute: &Attribute) -> bool {
    const KNOWN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cold",
        "deny",
        "deprecated",
        "diagnostic",
        "doc",
        "expect",
        "export_name",
        "forbid",
        "ignore",
        "inline",
        "link_name",
        "link_section",
        "macro_use",
        "must_use",
        "no_mangle",
        "non_exhaustive",
        "path",
        "recursion_limit",
        "repr",
        "should_panic",
        "target_feature",
        "track_caller",
        "type_length_limit",
        "unsafe",
        "used",
        "warn",
    ];
    let path = attribute.path();
    match path.segments.first() {
        Some(tool) if path.segments.len() > 1 => {
            ["rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer"].iter().any(|name| tool.ident == name)
        }
        Some(first) => KNOWN.iter().any(|name| first.ident == name),
        None => false,
    }
}

/// The call of `app!`, if the item is one.
pub(super) fn app_call<'a>(item: &'a Item, names: &Names, module: usize) -> Option<&'a Macro> {
    match item {
        Item::Macro(item) if item.ident.is_none() => {
            is_of_the_runtime(&item.mac.path, "app", names, module).then_some(&item.mac)
        }
        _ => None,
    }
}

/// The bytes from the first attribute of an item to its end.
pub(super) fn range(attributes: &[Attribute], item: &impl Spanned) -> Range<usize> {
    let own = item.span().byte_range();
    let ranges = attributes.iter().map(|attribute| attribute.span().byte_range());
    ranges.fold(own, |all, one| all.start.min(one.start)..all.end.max(one.end))
}

/// What a finder of components knows of the place where it stands.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) names: &'a Names,
    pub(super) module: usize,
    pub(super) stands: &'a Module,
}

impl Here<'_> {
    pub(super) fn place(&self, node: &impl Spanned) -> Place {
        Place::new(&self.stands.file, node.span())
    }

    /// What all components have in common, of an item that was found.
    pub(super) fn component<T: ToTokens + Spanned>(
        &self,
        found: &Found<T>,
        name: &Ident,
        visibility: &Visibility,
    ) -> Component {
        Component { item: found.item.to_token_stream(), ..self.without_tokens(found, name, visibility) }
    }

    /// The same for an item that is kept as a tree.
    pub(super) fn without_tokens<T: Spanned>(
        &self,
        found: &Found<T>,
        name: &Ident,
        visibility: &Visibility,
    ) -> Component {
        Component {
            kind: found.kind,
            name: name.clone(),
            place: self.place(name),
            file: Arc::clone(&self.stands.file),
            module: self.module,
            path: self.stands.path.clone(),
            conditions: self.stands.conditions.and(&found.attributes),
            visibility: visibility.clone(),
            arguments: found.arguments(),
            attribute: self.place(&found.attribute),
            item: TokenStream::new(),
            range: range(&found.attributes, &found.item),
        }
    }
}
