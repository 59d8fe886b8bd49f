//! The internal verifier: the user's fn and its machine in, contradictions between them out. None, unless a pass before has a bug.
//!
//! It looks at the finished machine alone and shares nothing with the passes that made it, `resolve`, `live` and `names` above all: it
//! finds out by itself what each name means (a token of the user's must mean the same in its arm as it did in the fn), follows each local
//! that a state keeps to the place that reads it, and each one that an arm declares to the place that writes it.

mod graph;
mod local;
mod text;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use proc_macro2::Span;
use syn::visit::{self, Visit};

use super::machine::{Edge, Machine, State};
use super::macros::ReadMacro;
use graph::{Event, Graph, NodeId};
pub(crate) use local::Written;
use local::{Bytes, Local, Meaning, Use, name_of};
use walk::{Walk, Walked};

/// Something that can't be.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    /// What it is.
    pub what: String,
    /// Where it shows.
    pub span: Span,
}

/// Compares a machine with what the fn that it was made of says.
pub(crate) fn verify(written: &Written, machine: &Machine) -> Vec<Flaw> {
    if written.is_lost {
        return Vec::new();
    }
    let mut flaws = Vec::new();
    let arms = Arms::of(machine, written, &mut flaws);
    for (state, arm) in machine.states.iter().zip(&arms.walked) {
        let mut flaw =
            |what: String, span| flaws.push(Flaw { what: format!("{}: {what}", state.name), span });
        arm.uses.iter().for_each(|used| names_the_same(used, written, &mut flaw));
        arm.lost.iter().for_each(|span| {
            flaw("a `break` or `continue` whose loop is not there".to_owned(), *span);
        });
        leads_where_it_says(state, &arm.graph, machine.states.len(), &mut flaw);
        if let Some(second) = awaits(state).get(1) {
            flaw("awaits twice".to_owned(), *second);
        }
    }
    arms.keep_what_is_read(&mut flaws);
    arms.write_before_they_read(written, &mut flaws);
    flaws
}

impl Written {
    /// What each token of the user's own text means, in a fn whose macros are read and whose names are the user's own.
    pub(crate) fn of(original: &syn::ItemFn, macros: &[ReadMacro]) -> Self {
        let mut walk = Walk::through_the_original(macros);
        for input in &original.sig.inputs {
            if let syn::FnArg::Typed(input) = input {
                walk.bind(&input.pat);
            }
        }
        walk.block(&original.block);
        let mut written = Written::default();
        let Walked { graph, uses, binders, lost, .. } = walk.done();
        written.is_lost = !lost.is_empty();
        written.binders = binders;
        written.note(uses);
        written.unwritten = graph
            .declared()
            .filter_map(|(node, local)| {
                let read = graph.first_from(node, |event| of_declared(event, local, &|_| false));
                read.then(|| local.clone())
            })
            .collect();
        written
    }
}

/// A use in an arm means what the same token meant in the fn.
fn names_the_same(used: &Use, written: &Written, flaw: &mut impl FnMut(String, Span)) {
    let name = &used.name;
    let before = written.means(used.bytes);
    match &used.local {
        Some(made @ Local::Made { span, .. }) => {
            if !before.is_empty()
                && *span != used.bytes
                && before.iter().any(|was| was.name == *name && was.local.as_ref() != Some(made))
            {
                flaw(format!("`{name}` means a temporary"), used.span);
            }
        }
        Some(local) => {
            // A word in a macro need be no name at all.
            let is_word = !used.certain && before.iter().any(|was| was.local.is_none());
            let is_binder = written.at(used.bytes) == Some(local) || is_word;
            if !before.is_empty() && !is_binder && before.iter().all(|was| was.local.as_ref() != Some(local))
            {
                flaw(format!("`{name}` means another local than in the fn"), used.span);
            }
        }
        None if before.is_empty() => {
            if used.certain && !name.starts_with(char::is_uppercase) {
                flaw(format!("`{name}` is bound nowhere"), used.span);
            }
        }
        None => {
            if before.iter().all(|was| was.local.is_some()) {
                flaw(format!("`{name}` is not bound"), used.span);
            }
        }
    }
}

/// Its jumps lead to states that exist, and are those that it lists.
fn leads_where_it_says(state: &State, graph: &Graph, states: usize, flaw: &mut impl FnMut(String, Span)) {
    let jumps: BTreeSet<usize> = graph.jumps().collect();
    let listed: BTreeSet<usize> = state
        .edges
        .iter()
        .filter_map(|edge| match edge {
            Edge::To(target) => Some(*target),
            Edge::End => None,
        })
        .collect();
    if jumps.iter().any(|target| *target >= states) {
        flaw("jumps to a state that does not exist".to_owned(), state.span);
    }
    if jumps != listed {
        flaw(format!("jumps to {jumps:?} and lists {listed:?}"), state.span);
    }
}

/// What a state awaits: its own await, and nothing that is not saved.
fn awaits(state: &State) -> Vec<Span> {
    struct Awaits(Vec<Span>);
    impl<'ast> Visit<'ast> for Awaits {
        fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
            self.0.push(await_.await_token.span);
            visit::visit_expr_await(self, await_);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut awaits = Awaits(Vec::new());
    state.body.iter().for_each(|stmt| awaits.visit_stmt(stmt));
    awaits.0
}

/// The arms as graphs, and what their states keep.
struct Arms<'a> {
    machine: &'a Machine,
    kept: Vec<Vec<Meaning>>,
    walked: Vec<Walked>,
}

impl<'a> Arms<'a> {
    fn of(machine: &'a Machine, written: &Written, flaws: &mut Vec<Flaw>) -> Self {
        let meaning = |ident: &proc_macro2::Ident, born: Span| {
            let name = name_of(ident);
            (Rc::clone(&name), written.local(name, Bytes::of(born)))
        };
        let kept: Vec<Vec<Meaning>> = machine
            .states
            .iter()
            .map(|state| state.fields.iter().map(|field| meaning(&field.name, field.born_span)).collect())
            .collect();
        let services = machine.services.iter();
        let services: Vec<Meaning> =
            services.map(|service| meaning(&service.name, service.name.span())).collect();
        let walked = machine
            .states
            .iter()
            .zip(&kept)
            .map(|(state, own)| {
                let mut walk = Walk::through_an_arm(&machine.macros, written, &kept);
                walk.begins_with(services.iter().chain(own));
                walk.stmts(&state.remade);
                walk.stmts(&state.body);
                let walked = walk.done();
                flaws.extend(walked.missing.iter().map(|(name, span)| Flaw {
                    what: format!("{}: hands on `{name}`, which is not there", state.name),
                    span: *span,
                }));
                walked
            })
            .collect();
        Arms { machine, kept, walked }
    }

    fn keeps(&self, state: usize, local: &Local) -> bool {
        self.kept.get(state).is_some_and(|kept| kept.iter().any(|(_, other)| other == local))
    }

    /// What a state keeps, some way from it reads before it writes it.
    fn keep_what_is_read(&self, flaws: &mut Vec<Flaw>) {
        for (position, state) in self.machine.states.iter().enumerate() {
            for (name, local) in self.kept.get(position).into_iter().flatten() {
                let is_shown =
                    state.fields.iter().any(|field| field.exported && name_of(&field.name) == *name);
                if !is_shown && !self.is_read(position, local) {
                    flaws.push(Flaw {
                        what: format!("{}: keeps `{name}`, which nothing reads", state.name),
                        span: state.span,
                    });
                }
            }
        }
    }

    fn is_read(&self, state: usize, local: &Local) -> bool {
        let (mut seen, mut open) = (HashSet::from([state]), vec![state]);
        while let Some(state) = open.pop() {
            let Some(arm) = self.walked.get(state) else { continue };
            let read = arm.graph.first_from(Graph::ENTRY, |event| match event {
                Event::Read(other) if other == local => Some(true),
                Event::Write(other) | Event::Born(other) | Event::Declared(other) if other == local => {
                    Some(false)
                }
                Event::Jump(target) => {
                    if self.keeps(*target, local) && seen.insert(*target) {
                        open.push(*target);
                    }
                    Some(false)
                }
                _ => None,
            });
            if read {
                return true;
            }
        }
        false
    }

    /// What an arm declares without a value, it writes before it reads it or hands it on; unless the user's own fn does not.
    fn write_before_they_read(&self, written: &Written, flaws: &mut Vec<Flaw>) {
        for (state, arm) in self.machine.states.iter().zip(&self.walked) {
            let declared: Vec<(NodeId, &Local)> = arm.graph.declared().collect();
            for (node, local) in declared {
                let kept = |target: usize| self.keeps(target, local);
                let read = arm.graph.first_from(node, |event| of_declared(event, local, &kept));
                if read && !written.unwritten.contains(local) {
                    let what = format!("{}: reads {local} before it writes it", state.name);
                    flaws.push(Flaw { what, span: state.span });
                }
            }
        }
    }
}

/// Whether an event reads a local that has no value yet; `None` where it does neither.
fn of_declared(event: &Event, local: &Local, kept: &dyn Fn(usize) -> bool) -> Option<bool> {
    match event {
        Event::Read(other) if other == local => Some(true),
        Event::Write(other) | Event::Born(other) | Event::Declared(other) if other == local => Some(false),
        Event::Jump(target) => Some(kept(*target)),
        _ => None,
    }
}
