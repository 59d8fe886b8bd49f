//! What a graph shows, before it is said in a language.

/// Nodes and arrows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Drawing {
    /// What it shows, in a few words.
    pub(super) title: String,
    /// The nodes, in a fixed order.
    pub(super) nodes: Vec<Node>,
    /// The arrows, in a fixed order; never two between the same nodes.
    pub(super) arrows: Vec<Arrow>,
}

/// A node.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// An identifier in every language: letters, digits and underscores.
    pub(super) id: String,
    /// Its first line.
    pub(super) title: String,
    /// What stands below, smaller.
    pub(super) lines: Vec<String>,
    /// How it looks.
    pub(super) shape: Shape,
}

/// How a node looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Where a process begins.
    Start,
    /// A call that is made.
    Step,
    /// A wait that costs nothing.
    Wait,
    /// Where a process ends.
    End,
    /// A service.
    Service,
    /// A process or a command: what needs services.
    User,
    /// What the runtime provides.
    Given,
}

/// An arrow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The position of the node that it leaves.
    pub(super) from: usize,
    /// The position of the node that it enters.
    pub(super) to: usize,
    /// What stands beside it.
    pub(super) label: String,
}

impl Drawing {
    /// Adds a node and gives its position.
    pub(super) fn node(&mut self, title: &str, lines: Vec<String>, shape: Shape) -> usize {
        let plain: String =
            title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        // Mermaid takes `end` for a word of its own, and two nodes may have one title.
        let mut id = if plain.eq_ignore_ascii_case("end") { format!("{plain}_") } else { plain };
        while self.nodes.iter().any(|node| node.id == id) {
            id.push('_');
        }
        self.nodes.push(Node { id, title: title.to_owned(), lines, shape });
        self.nodes.len() - 1
    }

    /// Adds an arrow; a second one between the same nodes adds its label to the first.
    pub(super) fn arrow(&mut self, from: usize, to: usize, label: &str) {
        match self.arrows.iter_mut().find(|arrow| arrow.from == from && arrow.to == to) {
            Some(known) if !label.is_empty() && known.label != label => {
                known.label = if known.label.is_empty() {
                    label.to_owned()
                } else {
                    format!("{}, {label}", known.label)
                };
            }
            Some(_) => {}
            None => self.arrows.push(Arrow { from, to, label: label.to_owned() }),
        }
    }

    /// The identifiers of an arrow's nodes.
    pub(super) fn ends(&self, arrow: &Arrow) -> Option<(&str, &str)> {
        Some((&self.nodes.get(arrow.from)?.id, &self.nodes.get(arrow.to)?.id))
    }
}
