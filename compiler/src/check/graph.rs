//! The services as a graph: an edge from each to what it is built from.

use petgraph::graph::{DiGraph, NodeIndex};

use super::{Source, Wiring};
use crate::collect::Components;

/// The graph of a crate's services. A node's weight is the service's position, an edge's the need's.
pub(super) struct Graph {
    pub(super) graph: DiGraph<usize, usize>,
}

impl Graph {
    pub(super) fn new(components: &Components, wiring: &Wiring) -> Self {
        let mut graph = DiGraph::new();
        let nodes: Vec<NodeIndex> = (0..components.services.len()).map(|id| graph.add_node(id)).collect();
        for (needs, from) in wiring.services.iter().zip(&nodes) {
            for (need, source) in needs.iter().flatten().enumerate() {
                for to in source.services().iter().filter_map(|service| nodes.get(*service)) {
                    graph.add_edge(*from, *to, need);
                }
            }
        }
        Self { graph }
    }
}

/// The shortest way from a process or a command down to a service, by name; the service alone where none needs it.
pub(super) fn chain(
    components: &Components,
    found: &[Vec<Option<Source>>],
    roots: &[(String, Vec<usize>)],
    to: usize,
) -> Vec<String> {
    let name = |id: usize| {
        let service = components.services.get(id)?;
        Some(components.component(service.component)?.name.to_string())
    };
    let mut reached: Vec<(usize, Vec<String>)> = Vec::new();
    for (root, services) in roots {
        for service in services {
            if !reached.iter().any(|(known, _)| known == service) {
                reached.push((*service, vec![root.clone()]));
            }
        }
    }
    let mut at = 0;
    while let Some((service, before)) = reached.get(at).cloned() {
        let mut way = before;
        way.extend(name(service));
        if service == to {
            return way;
        }
        let next = found.get(service).into_iter().flatten().flatten().flat_map(Source::services);
        for next in next {
            if !reached.iter().any(|(known, _)| known == next) {
                reached.push((*next, way.clone()));
            }
        }
        at += 1;
    }
    name(to).into_iter().collect()
}
