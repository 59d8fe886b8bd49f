//! All slots of a package: what is sound gets its code, what is at fault gets its faults.

use std::collections::BTreeSet;

use super::hash::SlotHash;
use super::slot::{SlotFiles, SlotSource, faulted, write};
use super::{app, command, process, service, signal};
use crate::check::{Checked, Wiring};
use crate::collect::{Collected, Component, Components, Kind};
use crate::lower::Machines;
use crate::{Files, Problem, Problems, Root};

/// The slot of a component.
fn source(component: &Component, root: &Root) -> SlotSource {
    match component.kind {
        Kind::App => SlotSource::app(root, component.arguments.clone(), &component.file),
        kind => SlotSource::new(
            kind.attribute(),
            component.arguments.clone(),
            component.item.clone(),
            &component.file,
        ),
    }
}

/// What was written.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The files of every slot.
    pub files: Files,
    /// For each crate, the slot of each of its components; `None` where nothing could be written.
    pub slots: Vec<Vec<Option<SlotHash>>>,
}

/// The files of every slot.
pub fn emit(collected: &Collected, checked: &Checked, machines: &[Machines], problems: &Problems) -> Emitted {
    let mut emitted = Emitted::default();
    for ((components, wiring), machines) in collected.crates.iter().zip(&checked.crates).zip(machines) {
        let sources = components.all.iter().map(|component| source(component, &components.root)).collect();
        let faults = Faults::new(components, problems);
        let root = Slots { components, wiring, machines, faults, sources };
        let slots = components.all.iter().zip(&root.sources).enumerate().map(|(id, (component, source))| {
            let slot = root.slot(id, component, source)?;
            let hash = slot.hash;
            slot.add_to(&mut emitted.files);
            Some(hash)
        });
        let slots = slots.collect();
        emitted.slots.push(slots);
    }
    emitted
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
}

struct Slots<'a> {
    components: &'a Components,
    wiring: &'a Wiring,
    machines: &'a Machines,
    faults: Faults<'a>,
    /// The slot of each component.
    sources: Vec<SlotSource>,
}

impl Slots<'_> {
    fn slot(&self, id: usize, component: &Component, source: &SlotSource) -> Option<SlotFiles> {
        let is_app = component.kind == Kind::App;
        // An app is all its components: with one of them at fault, or a file that can't be read, rustc should speak of that alone.
        let is_partial = !self.components.is_whole || !self.faults.faulted.is_empty();
        if self.faults.faulted.contains(&id) || (is_app && is_partial) {
            return Some(faulted(source, &self.faults.of(component)));
        }
        let generated = self.generated(id, component, source.hash())?;
        Some(write(source, generated))
    }

    fn generated(
        &self,
        id: usize,
        component: &Component,
        hash: SlotHash,
    ) -> Option<proc_macro2::TokenStream> {
        let components = self.components;
        match component.kind {
            Kind::App => Some(app::app(component, components, self.wiring, &self.sources)),
            Kind::Service => {
                let found = found(&components.services, id, |one| one.component)?.1;
                Some(service::service(component, found, hash))
            }
            Kind::Signal => {
                let found = found(&components.signals, id, |one| one.component)?.1;
                Some(signal::signal(component, found, hash))
            }
            Kind::Command => {
                let found = found(&components.commands, id, |one| one.component)?.1;
                Some(command::command(component, found, hash))
            }
            Kind::Process => {
                let (position, found) = found(&components.processes, id, |one| one.component)?;
                Some(process::process(&found.item, self.machines.of(position)?, hash))
            }
        }
    }
}

/// Who has this component, and where: such lists are in the order of the components.
fn found<T>(all: &[T], component: usize, of: impl Fn(&T) -> usize) -> Option<(usize, &T)> {
    let position = all.binary_search_by_key(&component, of).ok()?;
    Some((position, all.get(position)?))
}
