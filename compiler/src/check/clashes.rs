//! Two components may not have one name, one path or one text, unless no build has both.

use std::collections::BTreeMap;

use super::faults::{SameName, SamePath, SameText};
use crate::Problems;
use crate::collect::{Component, Components};

pub(super) fn check(components: &Components, problems: &mut Problems) {
    let mut clashes = Clashes { components, problems };
    let names = |ids: Vec<usize>| {
        ids.into_iter().filter_map(|id| Some((id, components.component(id)?.name.to_string()))).collect()
    };
    let (processes, parts): (Vec<_>, Vec<_>) =
        components.processes.iter().partition(|one| one.item.path.is_some());
    clashes.names("processes", names(processes.iter().map(|one| one.component).collect()));
    // Nothing is found by the name of a part, so only its whole text must be its own.
    let texts = parts.iter().map(|one| one.component);
    clashes.names("parts", texts.map(|id| (id, components.item(id).to_string())).collect());
    clashes.names("services", names(components.services.iter().map(|one| one.component).collect()));
    clashes.names("signals", names(components.signals.iter().map(|one| one.component).collect()));
    let commands = components.commands.iter().map(|one| (one.component, one.name.clone()));
    clashes.names("commands", commands.collect());
    let paths = components.processes.iter().filter_map(|one| Some((one.component, one.item.path.clone()?)));
    clashes.paths("processes", paths.collect());
    let paths = components.signals.iter().map(|one| (one.component, one.path.clone()));
    clashes.paths("signals", paths.collect());
}

/// Two of one name.
struct Pair<'a> {
    first: &'a Component,
    own: &'a Component,
    name: String,
    is_same_text: bool,
}

struct Clashes<'a> {
    components: &'a Components,
    problems: &'a mut Problems,
}

impl<'a> Clashes<'a> {
    /// For each of `named`, the first that has the same name and may be in the same build.
    fn pairs(&self, named: Vec<(usize, String)>) -> Vec<Pair<'a>> {
        let mut before: BTreeMap<String, Vec<(usize, &Component)>> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (id, name) in named {
            let Some(own) = self.components.component(id) else { continue };
            let known = before.entry(name.clone()).or_default();
            if let Some((first_id, first)) = known.iter().find(|(_, first)| may_meet(first, own)) {
                let is_same_text = first.arguments.to_string() == own.arguments.to_string()
                    && self.components.item(*first_id).to_string() == self.components.item(id).to_string();
                pairs.push(Pair { first, own, name, is_same_text });
            } else {
                known.push((id, own));
            }
        }
        pairs
    }

    fn names(&mut self, kind: &'static str, named: Vec<(usize, String)>) {
        for Pair { first, own, name, is_same_text } in self.pairs(named) {
            let (first_place, place) = (first.place.clone(), own.place.clone());
            if is_same_text {
                self.problems.error(SameText { name: own.name.to_string(), first: first_place, place });
            } else {
                self.problems.error(SameName { kind, name, first: first_place, place });
            }
        }
    }

    /// `/order/{order}` and `/order/{id}` name the same instances, or the same mailboxes.
    fn paths(&mut self, kind: &'static str, paths: Vec<(usize, String)>) {
        let shapes = paths.iter().map(|(id, path)| (*id, shape(path))).collect();
        for Pair { first, own, .. } in self.pairs(shapes) {
            let is_own = |(id, _): &&(usize, String)| {
                self.components.component(*id).is_some_and(|component| std::ptr::eq(component, own))
            };
            let path = paths.iter().find(is_own).map(|(_, path)| path.clone()).unwrap_or_default();
            // Two of one name have been reported already.
            if first.name != own.name {
                self.problems.error(SamePath {
                    kind,
                    first_name: first.name.to_string(),
                    name: own.name.to_string(),
                    path,
                    first: first.attribute.clone(),
                    place: own.attribute.clone(),
                });
            }
        }
    }
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let texts = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    texts.collect::<Vec<_>>().join("{}")
}

/// Whether a build may have both. What is there for tests only takes the place of the other in tests.
pub(super) fn may_meet(one: &Component, other: &Component) -> bool {
    one.conditions.is_test_only() == other.conditions.is_test_only()
        && !one.conditions.excludes(&other.conditions)
}
