//! The rules of the graph: components in, who gets what from whom out, and faults for what does not fit together.
//!
//! What is built from what is decided here and nowhere else; `emit` writes it down.

mod apps;
mod circle;
mod clashes;
mod faults;
mod graph;
mod missing;
mod parts;
mod provider;
mod unused;
mod visibility;

use crate::Problems;
pub(crate) use apps::snake;

use crate::collect::{Collected, Components, Provided};

/// How the components of a package fit together.
#[derive(Debug)]
pub struct Checked {
    /// Crate by crate, in the order of [`Collected::crates`].
    pub crates: Vec<Wiring>,
}

/// How the components of one crate fit together. Positions are those of the lists in [`Components`].
#[derive(Debug, Default)]
pub struct Wiring {
    /// The services in the order in which they are built: each after all that it needs.
    pub order: Vec<usize>,
    /// For each service, where each of its needs comes from; `None` where one of them comes from nowhere.
    pub services: Vec<Option<Vec<Source>>>,
    /// For each process, where each of its borrowed parameters comes from, in order.
    pub processes: Vec<Option<Vec<Source>>>,
    /// The same for each command.
    pub commands: Vec<Option<Vec<Source>>>,
}

/// Where a dependency comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The runtime provides it.
    Runtime(Provided),
    /// A service provides it. There is more than one only where `cfg` chooses; the one for tests is first.
    Services(Vec<usize>),
}

impl Source {
    /// The services that may provide it.
    pub fn services(&self) -> &[usize] {
        match self {
            Self::Runtime(_) => &[],
            Self::Services(services) => services,
        }
    }
}

/// Checks how the components of each crate fit together.
pub fn check(collected: &Collected) -> (Checked, Problems) {
    let mut problems = Problems::default();
    let crates = collected.crates.iter().map(|components| wiring(components, &mut problems)).collect();
    (Checked { crates }, problems)
}

fn wiring(components: &Components, problems: &mut Problems) -> Wiring {
    apps::check(components, problems);
    visibility::check(components, problems);
    clashes::check(components, problems);
    parts::check(components, problems);
    let mut wiring = provider::find(components, problems);
    wiring.order = circle::order(components, &wiring, problems);
    unused::check(components, &wiring, problems);
    wiring
}
