//! Finds every component of a crate and resolves the names that it uses.
//!
//! Syntax trees in; for each crate its app, processes, services, signals and commands out, in the order of the source. What cannot be
//! understood is a fault and stays a [`Component`] without a part in the app. The user's trees are never rewritten: they move into their
//! components.

mod arguments;
mod attributes;
mod component;
mod faults;
mod find;
mod fns;
mod mentioned;
mod message;
mod names;
mod pattern;
mod process;
mod service;
mod wanted;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, Type, Visibility};

use crate::parse::Syntax;
use crate::{Place, Problems, Root, SourceFile};

pub(crate) use component::attribute_taken;
pub use component::{Component, Kind};
pub(crate) use fns::why_owned;
pub use names::{ItemName, Names, Resolved};
pub use wanted::{Holder, Identity, Provided, Target, Wanted, text};

/// A process fn as the later stages see it.
#[derive(Debug, Clone)]
pub struct ProcessItem {
    /// Where it was written.
    pub file: Arc<SourceFile>,
    /// The modules that it stands in, from the crate's root.
    pub module: Vec<String>,
    /// The attribute's arguments, as they stand.
    pub arguments: TokenStream,
    /// The attribute itself.
    pub attribute: Place,
    /// The path's pattern, `/subscription/{customer}`; `None` for a part.
    pub path: Option<String>,
    /// The names of the path's parameters, in order.
    pub keys: Vec<String>,
    /// What stands below the attribute.
    pub item: syn::ItemFn,
    /// Paths, as they are written in the body, that name a signal of this crate (`Cancelled`, `billing::Cancelled`).
    pub signals: Vec<String>,
    /// Types of this crate that have a `Drop`, by their names in the body.
    pub droppers: Vec<String>,
    /// The parts that the body calls, by the paths as they are written there (`bids`, `auction::bids`).
    pub parts: BTreeMap<String, CalledPart>,
}

/// A part that a process calls.
#[derive(Debug, Clone)]
pub struct CalledPart {
    /// The part's fn.
    pub name: ItemName,
    /// Where it is called first.
    pub place: Place,
}

/// The components of a package.
#[derive(Debug)]
pub struct Collected {
    /// Crate by crate, in the order of the roots.
    pub crates: Vec<Components>,
}

/// The components of one crate.
#[derive(Debug)]
pub struct Components {
    /// Where the crate begins.
    pub root: Root,
    /// Whether all its files could be read. Where one could not, nothing can be said to be missing.
    pub is_whole: bool,
    /// The names of the modules in its root.
    pub root_modules: Vec<String>,
    /// What its names mean.
    pub names: Rc<Names>,
    /// Every component, sound or not. The lists below refer to it by position.
    pub all: Vec<Component>,
    /// Its `app!`s: one, unless something is wrong.
    pub apps: Vec<usize>,
    /// Its processes.
    pub processes: Vec<Process>,
    /// Its services.
    pub services: Vec<Service>,
    /// Its signals.
    pub signals: Vec<Signal>,
    /// Its commands.
    pub commands: Vec<Command>,
    /// Who implements what.
    pub implementations: Vec<Implementation>,
    /// The types and traits of the crate.
    pub types: BTreeMap<ItemName, Declared>,
}

/// A type or a trait, where it is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Where its name stands.
    pub place: Place,
    /// Who may name it.
    pub visibility: Visibility,
    /// The modules that it stands in, from the crate's root.
    pub path: Vec<String>,
}

impl Components {
    /// A component by its position.
    pub fn component(&self, id: usize) -> Option<&Component> {
        self.all.get(id)
    }

    /// What the slot of the component at this position gets as its item, as tokens of the user's.
    pub fn item(&self, id: usize) -> TokenStream {
        match self.processes.binary_search_by_key(&id, |process| process.component) {
            Ok(position) => self.processes.get(position).map(|process| process.item.item.to_token_stream()),
            Err(_) => self.component(id).map(|component| component.item.clone()),
        }
        .unwrap_or_default()
    }
}

/// A process.
#[derive(Debug)]
pub struct Process {
    /// Its component.
    pub component: usize,
    /// What `lower` reads.
    pub item: ProcessItem,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a fn, or a field of a service.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// Its type, as written.
    pub ty: Type,
    /// Where it stands, its type included.
    pub place: Place,
    /// What its type asks for.
    pub wanted: Wanted,
    /// The predicates that it stands under.
    pub conditions: crate::parse::Conditions,
}

/// A service.
#[derive(Debug)]
pub struct Service {
    /// Its component.
    pub component: usize,
    /// Its type, as written where the attribute stands.
    pub ty: Type,
    /// Its type, by name.
    pub identity: Identity,
    /// The traits that it provides.
    pub provides: Vec<Provides>,
    /// What it is built from, in order.
    pub needs: Vec<Parameter>,
    /// How it is built.
    pub construction: Construction,
}

/// `provides = dyn Payments`.
#[derive(Debug, Clone)]
pub struct Provides {
    /// `dyn Payments`, as written.
    pub ty: Type,
    /// The trait, by name.
    pub identity: Identity,
    /// Where it stands.
    pub place: Place,
}

/// How a service is built.
#[derive(Debug, Clone)]
pub enum Construction {
    /// From its fields, by name.
    Named,
    /// From its fields, by position.
    Tuple,
    /// It has none.
    Unit,
    /// By a fn of its own.
    Constructor(Constructor),
}

/// A `#[new]` fn.
#[derive(Debug, Clone)]
pub struct Constructor {
    /// Its name.
    pub name: Ident,
    /// Whether it is awaited.
    pub is_async: bool,
    /// Whether it gives a `Result`.
    pub is_fallible: bool,
}

/// A signal.
#[derive(Debug)]
pub struct Signal {
    /// Its component.
    pub component: usize,
    /// The path of its identity; `/Tick` where none is written.
    pub path: String,
    /// The fields that fill the path, in order.
    pub keys: Vec<(Ident, Type)>,
    /// How long a message waits for its first subscriber, where it is said.
    pub retention: Option<Duration>,
    /// Whether its own derives make it `Serialize`.
    pub serializes: bool,
    /// Whether its own derives make it `Deserialize`.
    pub deserializes: bool,
}

/// A command of the app's own.
#[derive(Debug)]
pub struct Command {
    /// Its component.
    pub component: usize,
    /// `order list`.
    pub name: String,
    /// Its doc comment.
    pub help: String,
    /// The fn's parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Where its return type stands, or its name where it has none.
    pub returns: proc_macro2::Span,
    /// Whether the fn is awaited.
    pub is_async: bool,
    /// `clock = manual`.
    pub has_manual_clock: bool,
    /// `data = temporary`.
    pub has_temporary_data: bool,
}

/// `impl Payments for Stripe`.
#[derive(Debug, Clone)]
pub struct Implementation {
    /// The trait.
    pub of: Identity,
    /// The type.
    pub by: Identity,
    /// The type's name where it implements.
    pub place: Place,
}

/// Finds the components of every crate.
pub fn collect(syntax: Syntax) -> (Collected, Problems) {
    let mut problems = Problems::default();
    let crates = syntax.crates.into_iter().map(|one| find::components(one, &mut problems)).collect();
    (Collected { crates }, problems)
}
