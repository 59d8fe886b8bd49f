//! The order in which services are built, and the circles that have none.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use super::faults::CircularServices;
use super::graph::Graph;
use super::{Wiring, clashes};
use crate::collect::Components;
use crate::{Place, Problems};

/// The services so that each stands after all that it needs. Those in a circle are left out.
pub(super) fn order(components: &Components, wiring: &Wiring, problems: &mut Problems) -> Vec<usize> {
    let graph = Graph::new(components, wiring);
    let mut order = Vec::new();
    // Tarjan gives a component after all those that it leads to.
    for group in tarjan_scc(&graph.graph) {
        match circle(components, &graph, &group) {
            Some(circle) => report(components, &circle, problems),
            None => order.extend(group.iter().filter_map(|node| graph.graph.node_weight(*node))),
        }
    }
    order
}

/// One step of a circle: a service and the position of the need that leads on.
type Step = (usize, usize);

/// The shortest circle through the first service of a group, in the order of the source.
fn circle(components: &Components, graph: &Graph, group: &[NodeIndex]) -> Option<Vec<Step>> {
    let mut group: Vec<NodeIndex> = group.to_vec();
    group.sort();
    let within: BTreeSet<NodeIndex> = group.iter().copied().collect();
    group.iter().find_map(|start| {
        let mut ways: Vec<(NodeIndex, Vec<Step>)> = vec![(*start, Vec::new())];
        let mut seen = BTreeSet::new();
        let mut at = 0;
        while let Some((node, way)) = ways.get(at).cloned() {
            let mut edges: Vec<_> = graph.graph.edges(node).collect();
            edges.sort_by_key(|edge| *edge.weight());
            for edge in edges.into_iter().filter(|edge| within.contains(&edge.target())) {
                let mut way = way.clone();
                way.push((*graph.graph.node_weight(node)?, *edge.weight()));
                if edge.target() == *start {
                    return can_meet(components, &way).then_some(way);
                }
                if seen.insert(edge.target()) {
                    ways.push((edge.target(), way));
                }
            }
            at += 1;
        }
        None
    })
}

/// Whether one build may have all of them.
fn can_meet(components: &Components, way: &[Step]) -> bool {
    let all: Vec<_> = way
        .iter()
        .filter_map(|(service, _)| components.component(components.services.get(*service)?.component))
        .collect();
    all.iter().enumerate().all(|(at, one)| all.iter().skip(at + 1).all(|other| clashes::may_meet(one, other)))
}

fn report(components: &Components, circle: &[Step], problems: &mut Problems) {
    let name = |service: usize| {
        let service = components.services.get(service)?;
        Some(components.component(service.component)?.name.to_string())
    };
    let mut names: Vec<String> = circle.iter().filter_map(|(service, _)| name(*service)).collect();
    names.extend(names.first().cloned());
    let mut links: Vec<(Place, String)> = Vec::new();
    for (at, (service, need)) in circle.iter().enumerate() {
        let Some(need) = components.services.get(*service).and_then(|service| service.needs.get(*need))
        else {
            continue;
        };
        if let (Some(own), Some(next)) = (names.get(at), names.get(at + 1)) {
            links.push((need.place.clone(), format!("`{own}` needs `{next}`")));
        }
    }
    if links.is_empty() {
        return;
    }
    let (place, label) = links.remove(0);
    problems.error(CircularServices { circle: names.join(" → "), label, links, place });
}
