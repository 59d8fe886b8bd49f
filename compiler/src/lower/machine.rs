//! A process fn as a state machine: what `lower` gives and everything later reads.
//!
//! The states stand in dominator order, the first is `Start`. Arms are the user's own statements: an await, a `?` and a `return` stand
//! there as the user wrote them; what is not the user's own is a [`StandIn`]. `emit::process` turns these into calls
//! of the runtime; whoever wants to know what a state keeps, and why, reads [`State::fields`].

use super::macros::{self, ReadMacro};
use crate::Place;

/// A lowered process.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The fn's name.
    pub name: String,
    /// Where it can stand.
    pub states: Vec<State>,
    /// The type parameters of its state enum: types that the user did not write, which rustc infers.
    pub generics: Vec<Generic>,
    /// Subscriptions that begin with the process, because their identity is made of its key.
    pub subscriptions: Vec<Subscription>,
    /// Items that the user wrote inside the fn.
    pub items: Vec<syn::Item>,
    /// The borrowed parameters: services, put in at every resume.
    pub services: Vec<Parameter>,
    /// The owned parameters, in order.
    pub inputs: Vec<Parameter>,
    /// The macros that stand in its arms as stand-ins, so that what is in them can be written anew.
    pub(super) macros: Vec<ReadMacro>,
}

/// A parameter of the fn.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: syn::Ident,
    /// Its type, as written.
    pub ty: syn::Type,
}

/// A type parameter of the state enum.
#[derive(Debug, Clone)]
pub struct Generic {
    /// Its name, after the local: `Missed`.
    pub name: syn::Ident,
    /// Whether a saved state holds it, so that it must be durable.
    pub saved: bool,
    /// The token that needs it first after a suspension: where an error about it stands.
    pub needed: proc_macro2::Span,
    /// The token that binds the local of this type.
    pub born: proc_macro2::Span,
}

/// `.subscribe::<Cancelled>(&[&customer])`.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The signal's type.
    pub signal: syn::Path,
    /// The key parameters that make its identity.
    pub keys: Vec<syn::Ident>,
}

/// Where a process can stand.
#[derive(Debug, Clone)]
pub struct State {
    /// Its name, which is the point's name in the store.
    pub name: String,
    /// What kind of point it is.
    pub kind: StateKind,
    /// The await that it stands at; for a block, the code that it begins with.
    pub place: Place,
    /// The token that frame code which leads here serves: the `await`, or what a block begins with.
    pub span: proc_macro2::Span,
    /// What is awaited, as the user wrote it, on one line: `billing.charge(&customer, plan.price)`. For a block, what it is.
    pub label: String,
    /// What it waits for, in the order of the source. Empty for blocks and for `Start`.
    pub awaits: Vec<Awaited>,
    /// What it keeps.
    pub fields: Vec<Field>,
    /// Borrows of kept places that are made again when it is resumed, as `let` statements.
    pub remade: Vec<syn::Stmt>,
    /// The statements of its arm.
    pub body: Vec<syn::Stmt>,
    /// Where it can go on to.
    pub edges: Vec<Edge>,
}

/// The kinds of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    /// Where a process begins: saved when it is started.
    Start,
    /// Saved before the awaited call runs.
    Step,
    /// Saved with what it registers, and parked.
    Wait,
    /// Only jumped to, never saved.
    Block,
}

/// What a state waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// What it is by its name.
    pub kind: AwaitedKind,
    /// Short, for a graph: `Cancelled`, `sleep(days(30))`, `billing.charge`.
    pub text: String,
    /// The name of the part that is called.
    pub part: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// What an awaited thing is by its name. Only the runtime knows for certain, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwaitedKind {
    /// `sleep`, `sleep_until`.
    Timer,
    /// `Signal::of(..)`.
    Signal,
    /// A call of a part.
    Part,
    /// `….retry(..)`.
    Retry,
    /// Anything else: a step, a child, a handle.
    Call,
}

/// A local that a state keeps.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the state.
    pub name: syn::Ident,
    /// The local's name in the source.
    pub local: String,
    /// Where the local is bound.
    pub born: Place,
    /// The token that binds it.
    pub born_span: proc_macro2::Span,
    /// Its type.
    pub ty: FieldType,
    /// Whether the arm needs it `mut`.
    pub mutable: bool,
    /// Whether `#[export]` stands above it, so that others read it where it is saved.
    pub exported: bool,
    /// Why it is kept: the reads that come next, the nearest in the source first (not more than a few).
    pub reasons: Vec<Place>,
}

/// Where a field's type comes from.
#[derive(Debug, Clone)]
pub enum FieldType {
    /// The user wrote it.
    Written(Box<syn::Type>),
    /// It is a `&str`, kept as a `String`.
    Text,
    /// rustc infers it, as this type parameter.
    Inferred(syn::Ident),
}

/// A way out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// On to another state, by its position in [`Machine::states`].
    To(usize),
    /// The process ends, with a value or by `?`.
    End,
}

impl Machine {
    /// Puts the macros of an arm back into their places, when all that stands in them is as it shall be.
    pub(crate) fn put_back_macros(&self, arm: &mut [syn::Stmt]) {
        macros::put_back(arm, &self.macros);
    }

    /// The exported locals, in the order of the source, each as a field and with the saved points that keep it.
    pub fn exports(&self) -> Vec<(&Field, Vec<&str>)> {
        let mut exports: Vec<(&Field, Vec<&str>)> = Vec::new();
        for state in self.states.iter().filter(|state| state.kind != StateKind::Block) {
            for field in state.fields.iter().filter(|field| field.exported) {
                match exports.iter_mut().find(|(known, _)| known.born == field.born) {
                    Some((_, points)) => points.push(&state.name),
                    None => exports.push((field, vec![&state.name])),
                }
            }
        }
        exports.sort_by_key(|(field, _)| field.born.range.start);
        exports
    }

    /// The state of this name.
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// Whether `state` is saved, so that its name and the names of its fields stand in the store.
    pub fn is_saved(&self, name: &str) -> bool {
        self.state(name).is_some_and(|state| state.kind != StateKind::Block)
    }
}

/// What an expression of an arm stands for, where it is not the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandIn {
    /// Go on at the state of this position. It diverges.
    Jump(usize),
    /// The awaited `race!` of its arguments.
    Race,
    /// The awaited `join!` of its arguments.
    Join,
    /// The awaited `try_join!` of its arguments.
    TryJoin,
    /// A name of the runtime's.
    Runtime,
    /// The macro that is its argument, whose `return` gives what the process returns.
    Bail,
    /// The fn `get` of the module around, which the process's own module would hide.
    Get,
}

impl StandIn {
    /// What an expression stands for.
    pub fn of(expr: &syn::Expr) -> Option<Self> {
        if let Some(position) = super::jump::target(expr) {
            return Some(Self::Jump(position));
        }
        match expr {
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => Self::of_path(&path.path).filter(|found| *found != Self::Get),
                _ => None,
            },
            syn::Expr::Path(path) => Self::of_path(&path.path).filter(|found| *found == Self::Get),
            _ => None,
        }
    }

    /// What a path begins with.
    pub fn of_path(path: &syn::Path) -> Option<Self> {
        let is = |name| super::binding::is_stand_in(path, name);
        [
            ("race", Self::Race),
            ("join", Self::Join),
            ("try_join", Self::TryJoin),
            ("rt", Self::Runtime),
            ("bail", Self::Bail),
            ("get", Self::Get),
        ]
        .into_iter()
        .find_map(|(name, found)| is(name).then_some(found))
    }
}
