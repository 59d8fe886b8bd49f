//! The app's wiring stands in the crate's root and names every component, so the root must be able to. (A command's own fn is called from
//! beside it, so it may be private.)

use syn::Visibility;

use super::faults::LessVisible;
use crate::Problems;
use crate::collect::{Component, Components, Kind};

pub(super) fn check(components: &Components, problems: &mut Problems) {
    let named = |component: &&Component| !matches!(component.kind, Kind::App | Kind::Command);
    for component in components.all.iter().filter(named) {
        if is_sound(components, component) && !is_visible(component) {
            problems.error(LessVisible {
                kind: component.kind.attribute(),
                name: component.name.to_string(),
                module: format!("crate::{}", component.path.join("::")),
                place: component.place.clone(),
            });
        }
    }
}

/// Whether it was understood at all: one with another fault is left alone.
fn is_sound(components: &Components, component: &Component) -> bool {
    let is = |id: &usize| components.component(*id).is_some_and(|own| std::ptr::eq(own, component));
    components.processes.iter().any(|process| is(&process.component))
        || components.services.iter().any(|service| is(&service.component))
        || components.signals.iter().any(|signal| is(&signal.component))
}

fn is_visible(component: &Component) -> bool {
    let depth = component.path.len();
    match &component.visibility {
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
