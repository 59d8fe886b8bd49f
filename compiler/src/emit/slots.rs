//! All slots of a package: what is sound gets its code, what is at fault gets its faults.

use std::collections::BTreeSet;

use super::hash::SlotHash;
use super::slot::{SlotFiles, SlotSource, faulted, faulted_with, write};
use super::{app, command, process, service, signal};
use crate::check::{Checked, Wiring};
use crate::collect::{Collected, Component, Components, Kind, Process, ProcessItem};
use crate::lower::Builds;
use crate::made::Made;
use crate::{Files, Problem, Problems};
use quote::{ToTokens, quote};

/// The slot of a component.
fn source(components: &Components, id: usize, component: &Component) -> SlotSource {
    if component.kind == Kind::App {
        return SlotSource::app(&components.root, component.arguments.clone(), &component.file);
    }
    let item = components.item(id);
    SlotSource::new(component.kind.attribute(), component.arguments.clone(), item, &component.file)
}

/// What was written.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The files of every slot.
    pub files: Files,
    /// For each crate, the slot of each of its components; `None` where nothing could be written.
    pub slots: Vec<Vec<Option<SlotHash>>>,
}

/// The slots of one crate, by component; `None` where there is none yet.
pub type Slots = Vec<Option<SlotFiles>>;

/// The slots of all that is neither a process nor an app, crate by crate.
pub fn others(collected: &Collected) -> Vec<Slots> {
    let other = |components: &Components, id: usize, component: &Component| {
        if matches!(component.kind, Kind::App | Kind::Process) {
            return None;
        }
        let source = source(components, id, component);
        let generated = generated(components, id, component, source.hash())?;
        Some(write(&source, generated))
    };
    let slots = |components: &Components| {
        let all = components.all.iter().enumerate();
        all.map(|(id, component)| other(components, id, component)).collect()
    };
    collected.crates.iter().map(slots).collect()
}

fn generated(
    components: &Components,
    id: usize,
    component: &Component,
    hash: SlotHash,
) -> Option<proc_macro2::TokenStream> {
    match component.kind {
        Kind::Service => {
            let found = found(&components.services, id, |one| one.component)?;
            Some(service::service(component, found, hash))
        }
        Kind::Signal => {
            let found = found(&components.signals, id, |one| one.component)?;
            Some(signal::signal(component, found, hash))
        }
        Kind::Command => {
            let found = found(&components.commands, id, |one| one.component)?;
            Some(command::command(component, found, hash))
        }
        Kind::App | Kind::Process => None,
    }
}

/// Who has this component: such lists are in the order of the components.
fn found<T>(all: &[T], component: usize, of: impl Fn(&T) -> usize) -> Option<&T> {
    all.get(all.binary_search_by_key(&component, of).ok()?)
}

/// A process at fault without its body: rustc would say of each part that it calls that only a process may.
fn without_calls(process: &ProcessItem) -> proc_macro2::TokenStream {
    let (attributes, visibility, signature) = (&process.item.attrs, &process.item.vis, &process.item.sig);
    quote! {
        #(#attributes)*
        #[allow(unused_variables, unused_mut, clippy::unused_async)]
        #visibility #signature {
            ::core::unreachable!()
        }
    }
}

/// The slot of a process.
pub fn of_process(process: &ProcessItem, builds: &Builds) -> SlotFiles {
    let (arguments, item) = (process.arguments.clone(), process.item.to_token_stream());
    let source = SlotSource::new(Kind::Process.attribute(), arguments, item, &process.file);
    write(&source, process::process(process, builds, source.hash()))
}

/// The files of every slot: what was `made` of the processes and the `others`, with the apps and with what is at fault.
pub(crate) fn emit(
    collected: &Collected,
    checked: &Checked,
    made: &mut [Vec<Made>],
    others: Vec<Slots>,
    problems: &Problems,
) -> Emitted {
    let mut emitted = Emitted::default();
    let crates = collected.crates.iter().zip(&checked.crates).zip(made).zip(others);
    for (((components, wiring), made), mut slots) in crates {
        for (process, made) in components.processes.iter().zip(made) {
            if let Some(slot) = slots.get_mut(process.component) {
                *slot = made.slot.take();
            }
        }
        let faults = Faults::new(components, problems);
        faults.fill(components, &mut slots);
        if components.is_whole && faults.faulted.is_empty() {
            fill_apps(components, wiring, &mut slots);
        }
        emitted.slots.push(slots.iter().map(|slot| Some(slot.as_ref()?.hash)).collect());
        slots.into_iter().flatten().for_each(|slot| slot.add_to(&mut emitted.files));
    }
    emitted
}

/// An app is all its components.
fn fill_apps(components: &Components, wiring: &Wiring, slots: &mut Slots) {
    let hashes: Vec<Option<SlotHash>> = slots.iter().map(|slot| Some(slot.as_ref()?.hash)).collect();
    for ((id, component), slot) in components.all.iter().enumerate().zip(slots) {
        if component.kind == Kind::App {
            let source = source(components, id, component);
            *slot = Some(write(&source, app::app(component, components, wiring, &hashes)));
        }
    }
}

/// The errors of one crate: whose they are.
struct Faults<'a> {
    errors: Vec<&'a Problem>,
    /// The components that are at fault.
    faulted: BTreeSet<usize>,
}

impl<'a> Faults<'a> {
    fn new(components: &Components, problems: &'a Problems) -> Self {
        let errors: Vec<&Problem> = problems.errors().collect();
        let is_faulted =
            |component: &Component| errors.iter().any(|error| component.holds(error.fault.place()));
        let all = components.all.iter().enumerate();
        let faulted = all.filter(|(_, component)| is_faulted(component)).map(|(id, _)| id).collect();
        Self { errors, faulted }
    }

    fn of(&self, component: &Component) -> Vec<&'a Problem> {
        self.errors.iter().filter(|error| component.holds(error.fault.place())).copied().collect()
    }

    /// Puts the faults in place of what is at fault. With a component at fault, or a file that can't be read, rustc should speak of that
    /// alone: so an app that is not whole has nothing behind its names.
    fn fill(&self, components: &Components, slots: &mut Slots) {
        let is_partial = !components.is_whole || !self.faulted.is_empty();
        for ((id, component), slot) in components.all.iter().enumerate().zip(slots) {
            if self.faulted.contains(&id) || (component.kind == Kind::App && is_partial) {
                let (source, faults) = (source(components, id, component), self.of(component));
                *slot = Some(match found(&components.processes, id, |process| process.component) {
                    Some(Process { item, .. }) if !item.parts.is_empty() => {
                        faulted_with(&source, without_calls(item), &faults)
                    }
                    _ => faulted(&source, &faults),
                });
            }
        }
    }
}
