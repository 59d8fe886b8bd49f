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
pub(crate) fn source(component: &Component, root: &Root) -> SlotSource {
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

/// The files of every slot.
pub fn emit(collected: &Collected, checked: &Checked, machines: &[Machines], problems: &Problems) -> Files {
    let mut files = Files::default();
    for ((components, wiring), machines) in collected.crates.iter().zip(&checked.crates).zip(machines) {
        let root = Slots { components, wiring, machines, faults: Faults::new(components, problems) };
        for (id, component) in components.all.iter().enumerate() {
            if let Some(slot) = root.slot(id, component) {
                slot.add_to(&mut files);
            }
        }
    }
    files
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
}

impl Slots<'_> {
    fn slot(&self, id: usize, component: &Component) -> Option<SlotFiles> {
        let source = source(component, &self.components.root);
        let is_app = component.kind == Kind::App;
        // An app is all its components: with one of them at fault, or a file that can't be read, rustc should speak of that alone.
        let is_partial = !self.components.is_whole || !self.faults.faulted.is_empty();
        if self.faults.faulted.contains(&id) || (is_app && is_partial) {
            return Some(faulted(&source, &self.faults.of(component)));
        }
        let generated = self.generated(id, component, source.hash())?;
        Some(write(&source, generated))
    }

    fn generated(
        &self,
        id: usize,
        component: &Component,
        hash: SlotHash,
    ) -> Option<proc_macro2::TokenStream> {
        let components = self.components;
        match component.kind {
            Kind::App => Some(app::app(component, components, self.wiring)),
            Kind::Service => {
                let found = components.services.iter().find(|one| one.component == id)?;
                Some(service::service(component, found, hash))
            }
            Kind::Signal => {
                let found = components.signals.iter().find(|one| one.component == id)?;
                Some(signal::signal(component, found, hash))
            }
            Kind::Command => {
                let found = components.commands.iter().find(|one| one.component == id)?;
                Some(command::command(component, found, hash))
            }
            Kind::Process => {
                let position = components.processes.iter().position(|one| one.component == id)?;
                let found = components.processes.get(position)?;
                Some(process::process(&found.item, self.machines.of(position)?, hash))
            }
        }
    }
}
