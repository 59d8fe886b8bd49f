//! The app's wiring stands in the crate's root and names every component, so the root must be able to. (A command's own fn and a
//! part are called from beside it, so they may be private.)

use std::collections::BTreeSet;

use syn::Visibility;

use super::faults::LessVisible;
use crate::Problems;
use crate::collect::{Component, Components, Identity, Kind, Parameter, Resolved, Target};

pub(super) fn check(components: &Components, problems: &mut Problems) {
    let named = |component: &Component| !matches!(component.kind, Kind::App | Kind::Command);
    let sound = sound(components);
    for (id, component) in components.all.iter().enumerate().filter(|(_, component)| named(component)) {
        if sound.contains(&id) && !is_visible(&component.path, &component.visibility) {
            problems.error(LessVisible {
                kind: component.kind.attribute(),
                name: component.name.to_string(),
                module: format!("crate::{}", component.path.join("::")),
                place: component.place.clone(),
                declared: None,
            });
        }
    }
    let processes = components.processes.iter().map(|process| &process.parameters);
    let commands = components.commands.iter().map(|command| &command.parameters);
    for parameter in processes.chain(commands).flatten() {
        borrowed_trait(parameter, components, problems);
    }
}

/// What a process or a command borrows stands in a type that the wiring uses. A service is a component itself; a trait is not.
fn borrowed_trait(parameter: &Parameter, components: &Components, problems: &mut Problems) {
    let Target::Trait(Identity { name: Resolved::Item(item), .. }) = &parameter.wanted.target else { return };
    let Some(declared) = components.types.get(item) else { return };
    if !is_visible(&declared.path, &declared.visibility) {
        problems.error(LessVisible {
            kind: "trait",
            name: item.name.clone(),
            module: format!("crate::{}", declared.path.join("::")),
            place: parameter.place.clone(),
            declared: Some(declared.place.clone()),
        });
    }
}

/// Those that are understood, and reached by the wiring: one with another fault is left alone.
fn sound(components: &Components) -> BTreeSet<usize> {
    let processes = components.processes.iter().filter(|process| process.item.path.is_some());
    let processes = processes.map(|process| process.component);
    let services = components.services.iter().map(|service| service.component);
    processes.chain(services).chain(components.signals.iter().map(|signal| signal.component)).collect()
}

/// Whether what stands in the modules of `path` can be named in the crate's root.
fn is_visible(path: &[String], visibility: &Visibility) -> bool {
    let depth = path.len();
    match visibility {
        _ if depth == 0 => true,
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => {
            let segments = &restricted.path.segments;
            match segments.first() {
                Some(first) if first.ident == "crate" => segments.len() == 1,
                Some(first) if first.ident == "super" => {
                    segments.len() == depth && segments.iter().all(|segment| segment.ident == "super")
                }
                _ => false,
            }
        }
        _ => false,
    }
}
