//! A piece of code as a graph: what happens to locals, and what can come after it.

use super::local::Local;

/// A node of a [`Graph`].
pub(super) type NodeId = usize;

/// What happens at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// Nothing: ways part or come together.
    Nothing,
    /// A local is read, borrowed, or changed in part.
    Read(Local),
    /// A local is assigned as a whole.
    Write(Local),
    /// A pattern binds a local.
    Born(Local),
    /// `let x;`
    Declared(Local),
    /// Another state takes over.
    Jump(usize),
}

#[derive(Debug)]
struct Node {
    event: Event,
    next: Vec<NodeId>,
}

/// Code as a graph.
#[derive(Debug)]
pub(super) struct Graph(Vec<Node>);

impl Default for Graph {
    fn default() -> Self {
        Graph(vec![Node { event: Event::Nothing, next: Vec::new() }])
    }
}

impl Graph {
    /// Where the code begins.
    pub(super) const ENTRY: NodeId = 0;

    /// A node that nothing leads to yet.
    pub(super) fn node(&mut self, event: Event) -> NodeId {
        self.0.push(Node { event, next: Vec::new() });
        self.0.len() - 1
    }

    /// After `from` may come `to`.
    pub(super) fn link(&mut self, from: NodeId, to: NodeId) {
        if let Some(node) = self.0.get_mut(from) {
            node.next.push(to);
        }
    }

    /// The states that it jumps to.
    pub(super) fn jumps(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().filter_map(|node| match node.event {
            Event::Jump(target) => Some(target),
            _ => None,
        })
    }

    /// The locals that it declares without a value.
    pub(super) fn declared(&self) -> impl Iterator<Item = (NodeId, &Local)> {
        self.0.iter().enumerate().filter_map(|(id, node)| match &node.event {
            Event::Declared(local) => Some((id, local)),
            _ => None,
        })
    }

    /// Whether on some way from a node the first event that decides says yes.
    pub(super) fn first_from(&self, node: NodeId, mut decides: impl FnMut(&Event) -> Option<bool>) -> bool {
        let mut seen = vec![false; self.0.len()];
        let mut open: Vec<NodeId> = self.after(node).to_vec();
        while let Some(node) = open.pop() {
            if seen.get_mut(node).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            match self.0.get(node).and_then(|node| decides(&node.event)) {
                Some(true) => return true,
                Some(false) => {}
                None => open.extend(self.after(node)),
            }
        }
        false
    }

    fn after(&self, node: NodeId) -> &[NodeId] {
        self.0.get(node).map_or(&[], |node| &node.next)
    }
}
