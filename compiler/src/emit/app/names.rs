//! The names that an app's wiring gives to its components: each once, none twice.

use std::collections::{BTreeMap, BTreeSet};

use quote::format_ident;
use syn::Ident;

use crate::check::snake;
use crate::collect::{Component, Components, Kind};
use crate::emit::hash::SlotHash;

/// The names of one component.
pub(super) struct Named {
    /// Its type in the wiring: `ConsoleMail`.
    pub(super) ty: Ident,
    /// Its field, if it is a service: `console_mail`.
    pub(super) field: Ident,
    /// Its slot.
    pub(super) hash: SlotHash,
}

/// The names of an app's components.
pub(super) struct AppNames {
    named: BTreeMap<usize, Named>,
    module: Ident,
}

impl AppNames {
    pub(super) fn new(app: &Component, components: &Components, slots: &[Option<SlotHash>]) -> Self {
        let mut taken: BTreeSet<String> =
            ["Services", "services", "parts", "_parts", "chosen"].map(str::to_owned).into();
        let mut named = BTreeMap::new();
        for (id, (component, slot)) in components.all.iter().zip(slots).enumerate() {
            let Some(hash) = slot.filter(|_| component.kind != Kind::App) else { continue };
            let name = component.name.to_string();
            let field = match component.kind {
                Kind::Service => free(&snake(&name), &mut taken),
                _ => format_ident!("_unused"),
            };
            let ty = free(&camel(&name), &mut taken);
            named.insert(id, Named { ty, field, hash });
        }
        let module =
            free(&format!("{}_wiring", snake(&app.name.to_string())), &mut names_of_root(components));
        Self { named, module }
    }

    /// The module that the wiring stands in.
    pub(super) fn module(&self) -> &Ident {
        &self.module
    }

    pub(super) fn of(&self, component: usize) -> Option<&Named> {
        self.named.get(&component)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Named)> {
        self.named.iter().map(|(id, named)| (*id, named))
    }
}

fn names_of_root(components: &Components) -> BTreeSet<String> {
    components.root_modules.iter().cloned().collect()
}

/// The name, with as many underscores as it takes to be free, and to be no keyword.
fn free(name: &str, taken: &mut BTreeSet<String>) -> Ident {
    let name = name.trim_start_matches("r#");
    let mut name = name.to_owned();
    while taken.contains(&name) || syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    taken.insert(name.clone());
    format_ident!("{name}")
}

/// `order_list` as the name of a type.
fn camel(name: &str) -> String {
    let words = name.trim_start_matches("r#").split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    words.collect()
}
