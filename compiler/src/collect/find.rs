//! Goes through the modules of a crate and hands each component to who understands its kind.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Ident, ImplItemFn, Item, Macro, TraitItemFn};

use super::component::{Found, Here, app_call, mark, range, take};
use super::faults::{InsideFn, TakesSelf, WrongArgument, WrongItem};
use super::{Component, Components, Declared, Implementation, ItemName, Kind, Names, attributes};
use super::{mentioned, message, process, service};
use crate::Problems;
use crate::parse::{Conditions, Crate, Module};

/// The components of one crate.
pub(super) fn components(mut krate: Crate, problems: &mut Problems) -> Components {
    let names = Rc::new(Names::new(&krate));
    let mut found = Components {
        root: krate.root.clone(),
        is_whole: krate.is_whole,
        root_modules: krate.modules.iter().filter_map(root_module).collect(),
        names: Rc::clone(&names),
        all: Vec::new(),
        apps: Vec::new(),
        processes: Vec::new(),
        services: Vec::new(),
        signals: Vec::new(),
        commands: Vec::new(),
        implementations: Vec::new(),
        types: BTreeMap::new(),
    };
    for (module, stands) in krate.modules.iter().enumerate() {
        let here = Here { names: &names, module, stands };
        for item in &stands.items {
            note_type(item, here, &mut found);
        }
    }
    let items: Vec<Vec<Item>> =
        krate.modules.iter_mut().map(|module| std::mem::take(&mut module.items)).collect();
    for ((module, stands), items) in krate.modules.iter().enumerate().zip(items) {
        let here = Here { names: &names, module, stands };
        for item in items {
            Finder { here, found: &mut found, problems }.item(item);
        }
    }
    mentioned::note(&mut found, &names);
    found
}

fn root_module(module: &Module) -> Option<String> {
    match module.path.as_slice() {
        [name] => Some(name.clone()),
        _ => None,
    }
}

/// Remembers types, traits and who implements what.
fn note_type(item: &Item, here: Here<'_>, found: &mut Components) {
    let (name, visibility) = match item {
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Union(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Impl(item) => {
            if let (Some((of, _)), Some(by)) = (&item.trait_, here.identity(&item.self_ty)) {
                let of = here.identity_of(of);
                found.implementations.push(Implementation { of, by, place: here.place(&item.self_ty) });
            }
            return;
        }
        _ => return,
    };
    let key = ItemName { module: here.module, name: name.to_string() };
    let declared =
        Declared { place: here.place(name), visibility: visibility.clone(), path: here.stands.path.clone() };
    found.types.insert(key, declared);
}

struct Finder<'a> {
    here: Here<'a>,
    found: &'a mut Components,
    problems: &'a mut Problems,
}

impl Finder<'_> {
    fn item(&mut self, mut item: Item) {
        let Here { names, module, .. } = self.here;
        if let Some(call) = app_call(&item, names, module) {
            return self.app(call, attributes::of(&item));
        }
        let Some(mark) = mark(attributes::of(&item), names, module) else {
            return Inner { finder: self, in_fn: false }.visit_item(&item);
        };
        let attributes = attributes::taken(&mut item);
        if let Some(found) = take(mark, item, attributes, attributes::put) {
            self.component(found);
        }
    }

    fn app(&mut self, call: &Macro, attributes: &[syn::Attribute]) {
        let place = self.here.place(call);
        match syn::parse2::<Ident>(call.tokens.clone()) {
            Ok(name) => {
                self.found.apps.push(self.found.all.len());
                let component = self.app_component(call, name, attributes);
                self.found.all.push(component);
            }
            Err(_) => self.problems.error(WrongArgument {
                attribute: "app",
                name: None,
                is_repeated: false,
                examples: vec!["justscale::app!(Shop);".to_owned()],
                place,
            }),
        }
    }

    fn app_component(&self, call: &Macro, name: Ident, attributes: &[syn::Attribute]) -> Component {
        Component {
            kind: Kind::App,
            place: self.here.place(&name),
            name,
            file: Arc::clone(&self.here.stands.file),
            module: self.here.module,
            path: self.here.stands.path.clone(),
            conditions: self.here.stands.conditions.and(attributes),
            visibility: syn::Visibility::Inherited,
            arguments: call.tokens.clone(),
            attribute: self.here.place(&call.path),
            item: TokenStream::new(),
            range: range(attributes, call),
        }
    }

    fn component(&mut self, found: Found<Item>) {
        let Found { kind, attribute, item, attributes } = found;
        macro_rules! of {
            ($item:expr) => {
                Found { kind, attribute, item: $item, attributes }
            };
        }
        match (kind, item) {
            (Kind::Process, Item::Fn(item)) => {
                process::process(of!(item), self.here, self.found, self.problems)
            }
            (Kind::Command, Item::Fn(item)) => {
                process::command(of!(item), self.here, self.found, self.problems)
            }
            (Kind::Service, Item::Struct(item)) => {
                service::of_struct(of!(item), self.here, self.found, self.problems);
            }
            (Kind::Service, Item::Impl(item)) => {
                service::of_impl(of!(item), self.here, self.found, self.problems);
            }
            (Kind::Signal, item @ (Item::Struct(_) | Item::Enum(_))) => {
                message::signal(of!(item), self.here, self.found, self.problems);
            }
            // `#[command(..)]` on a type that derives something is that derive's own, clap's `Parser` say.
            (Kind::Command, Item::Struct(_) | Item::Enum(_) | Item::Union(_))
                if attributes.iter().any(|other| other.path().is_ident("derive")) => {}
            (_, item) => self.wrong_item(of!(item)),
        }
    }

    /// The attribute stands on something that it means nothing on.
    fn wrong_item(&mut self, found: Found<Item>) {
        let (what, name) = described(&found.item);
        let help = match found.kind {
            Kind::Process => {
                "a process is a free `async fn`: `#[process(\"/order/{order}\")] async fn fulfil(order: Order) { … }`"
            }
            Kind::Signal => {
                "a signal is a struct or an enum: `#[signal(\"/order/{order}/paid\")] struct Paid { order: Order }`"
            }
            Kind::Service => {
                "a service is a struct, or an `impl` with a `#[new]` fn: `#[service] struct Billing { db: Db }`"
            }
            Kind::Command | Kind::App => {
                "a command is a free `async fn`: `#[command(\"order list\")] async fn list() { … }`"
            }
        };
        let component = self.here.component(&found, &name, &syn::Visibility::Inherited);
        self.problems.error(WrongItem {
            attribute: found.kind.attribute(),
            found: what,
            help,
            place: component.attribute.clone(),
        });
        self.found.all.push(component);
    }

    fn inside(&mut self, found: &Found<impl ToTokens + Spanned>, name: &Ident, is_method: bool) {
        let component = self.here.component(found, name, &syn::Visibility::Inherited);
        let place = component.attribute.clone();
        let name = name.to_string();
        if is_method {
            self.problems.error(TakesSelf { kind: found.kind.attribute(), name, place });
        } else {
            self.problems.error(InsideFn { name, place });
        }
        self.found.all.push(component);
    }
}

fn described(item: &Item) -> (&'static str, Ident) {
    let nameless = || Ident::new("it", item.span());
    match item {
        Item::Fn(item) => ("a fn", item.sig.ident.clone()),
        Item::Struct(item) => ("a struct", item.ident.clone()),
        Item::Enum(item) => ("an enum", item.ident.clone()),
        Item::Union(item) => ("a union", item.ident.clone()),
        Item::Trait(item) => ("a trait", item.ident.clone()),
        Item::Type(item) => ("a type alias", item.ident.clone()),
        Item::Const(item) => ("a constant", item.ident.clone()),
        Item::Static(item) => ("a static", item.ident.clone()),
        Item::Impl(_) => ("an `impl`", nameless()),
        _ => ("something else", nameless()),
    }
}

/// Looks for components where none may stand: in the bodies of fns, and on methods.
struct Inner<'f, 'a> {
    finder: &'f mut Finder<'a>,
    in_fn: bool,
}

impl Inner<'_, '_> {
    fn body(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.in_fn, true);
        visit(self);
        self.in_fn = outside;
    }
}

impl<'ast> Visit<'ast> for Inner<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let Here { names, module, .. } = self.finder.here;
        if self.in_fn
            && let Some(mark) = mark(attributes::of(item), names, module)
            && let Some(found) = take(mark, item.clone(), attributes::of(item).to_vec(), attributes::put)
        {
            let (_, name) = described(&found.item);
            self.finder.inside(&found, &name, false);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let Here { names, module, .. } = self.finder.here;
        let put = |item: &mut ImplItemFn, attributes| item.attrs = attributes;
        if let Some(mark) = mark(&item.attrs, names, module)
            && let Some(found) = take(mark, item.clone(), item.attrs.clone(), put)
        {
            self.finder.inside(&found, &item.sig.ident, true);
        }
        self.body(|inner| visit::visit_impl_item_fn(inner, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        let Here { names, module, .. } = self.finder.here;
        let put = |item: &mut TraitItemFn, attributes| item.attrs = attributes;
        if let Some(mark) = mark(&item.attrs, names, module)
            && let Some(found) = take(mark, item.clone(), item.attrs.clone(), put)
        {
            self.finder.inside(&found, &item.sig.ident, true);
        }
        self.body(|inner| visit::visit_trait_item_fn(inner, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(|inner| visit::visit_item_fn(inner, item));
    }
}

/// The predicates of a field or a parameter.
pub(super) fn conditions_of(attributes: &[syn::Attribute]) -> Conditions {
    Conditions::default().and(attributes)
}
