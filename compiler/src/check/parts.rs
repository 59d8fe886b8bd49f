//! Parts that call each other in a circle: the state of each would hold that of the next, without an end.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::CircularParts;
use crate::collect::{CalledPart, Components, ItemName};
use crate::{Place, Problems};

/// The calls of each part, by its name.
type Calls<'a> = BTreeMap<ItemName, Vec<&'a CalledPart>>;

pub(super) fn check(components: &Components, problems: &mut Problems) {
    let mut calls = Calls::new();
    let mut order = Vec::new();
    for process in components.processes.iter().filter(|process| process.item.path.is_none()) {
        let Some(component) = components.component(process.component) else { continue };
        let name = ItemName { module: component.module, name: component.name.to_string() };
        let mut called: Vec<&CalledPart> = process.item.parts.values().collect();
        called.sort_by_key(|called| called.place.range.start);
        order.push(name.clone());
        calls.insert(name, called);
    }
    let mut reported = BTreeSet::new();
    for part in order {
        let Some(circle) = circle(&part, &calls).filter(|_| !reported.contains(&part)) else { continue };
        reported.extend(circle.iter().map(|(name, _)| name.clone()));
        report(&circle, problems);
    }
}

/// The shortest way from a part to itself: each part on it, and where it calls the next.
fn circle(start: &ItemName, calls: &Calls<'_>) -> Option<Vec<(ItemName, Place)>> {
    let mut ways = vec![(start.clone(), Vec::new())];
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while let Some((part, way)) = ways.get(at).cloned() {
        for called in calls.get(&part).into_iter().flatten() {
            let mut way: Vec<(ItemName, Place)> = way.clone();
            way.push((part.clone(), called.place.clone()));
            if called.name == *start {
                return Some(way);
            }
            if seen.insert(called.name.clone()) {
                ways.push((called.name.clone(), way));
            }
        }
        at += 1;
    }
    None
}

fn report(circle: &[(ItemName, Place)], problems: &mut Problems) {
    let mut names: Vec<String> = circle.iter().map(|(part, _)| part.name.clone()).collect();
    names.extend(names.first().cloned());
    let calls = circle.iter().zip(&names).zip(names.iter().skip(1));
    let mut links: Vec<(Place, String)> =
        calls.map(|(((_, place), own), next)| (place.clone(), format!("`{own}` calls `{next}`"))).collect();
    let (Some(name), false) = (names.first().cloned(), links.is_empty()) else { return };
    let (place, label) = links.remove(0);
    problems.error(CircularParts { name, circle: names.join(" → "), label, links, place });
}
