//! Regions: the code between two points where a process can stand. Each becomes an arm, or part of one.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Expr, Stmt};

use super::binding::BindingId;

/// The position of a region.
pub(crate) type RegionId = usize;

/// The code from one point to the next jumps.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    /// What its head is.
    pub head: Head,
    /// Its statements. All ways through them end in a jump or a return.
    pub body: Vec<Stmt>,
    /// The bindings that are in scope at its head.
    pub visible: BTreeSet<BindingId>,
}

/// What a region begins with.
#[derive(Debug, Clone)]
pub(crate) enum Head {
    /// The fn's beginning.
    Start,
    /// An await: what is awaited, and the span of the word `await`.
    Await(Box<Expr>, Span),
    /// Code that is joined to: its name and where it stands.
    Block(String, Span),
}

/// What becomes of a value, and where to go on afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// What becomes of the value.
    pub dest: Dest,
    /// Where to go on.
    pub after: After,
}

/// What becomes of a value.
#[derive(Debug, Clone)]
pub(crate) enum Dest {
    /// It is dropped.
    Discard,
    /// It is bound by this `let`, which has no initialiser yet.
    Let(Box<syn::Local>),
    /// The process ends with it.
    Done,
}

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// At a region.
    Jump(RegionId),
    /// Nowhere: Rust knows that this is never reached.
    Never,
}
