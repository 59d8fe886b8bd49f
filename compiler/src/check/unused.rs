//! Services that are built and used by nothing.

use std::collections::BTreeSet;

use super::faults::UnusedService;
use super::{Source, Wiring};
use crate::Problems;
use crate::collect::Components;

pub(super) fn check(components: &Components, wiring: &Wiring, problems: &mut Problems) {
    // Where someone's needs are unknown, nothing can be said about who is unused.
    let understood = components.processes.len() + components.services.len() + components.signals.len();
    let understood = understood + components.commands.len() + components.apps.len();
    if !components.is_whole || problems.has_errors() || understood < components.all.len() {
        return;
    }
    let users = [&wiring.services, &wiring.processes, &wiring.commands];
    let sources = users.into_iter().flatten().flatten().flatten();
    let used: BTreeSet<usize> = sources.flat_map(Source::services).copied().collect();
    for (id, service) in components.services.iter().enumerate() {
        let Some(component) = components.component(service.component) else { continue };
        let acts_by_itself = components
            .implementations
            .iter()
            .any(|one| one.of.name.is_runtime("Lifecycle") && one.by.is(&service.identity));
        if !used.contains(&id) && !acts_by_itself && !component.conditions.is_test_only() {
            problems
                .warning(UnusedService { name: component.name.to_string(), place: component.place.clone() });
        }
    }
}
