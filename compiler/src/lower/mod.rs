//! Process bodies to states: a process fn goes in, a machine comes out, or faults that say what stands in the way.
//!
//! The passes, in their order: `macros` reads the macros whose arguments are expressions, `resolve` gives each binding its identity,
//! `check` refuses what can't be lowered, `flow` (with `unnest` and `desugar`) takes the body apart into regions, `merge` puts together
//! what need not be apart, `borrow` and `live` find out what each region needs, `states` and `names` make states of them.

mod awaited;
mod binding;
mod borrow;
mod cut;
mod desugar;
mod diverge;
mod dump;
mod exits;
mod flow;
mod forget;
mod jump;
mod live;
mod machine;
mod macros;
mod mentions;
mod merge;
mod mutates;
mod names;
mod region;
mod resolve;
mod restore;
mod scope;
mod states;
mod successors;
mod tidy;
mod types;
mod unnest;
mod wording;

#[cfg(test)]
mod tests;

pub use dump::{flow, layout};

pub use machine::{
    Awaited, AwaitedKind, Edge, Field, FieldType, Generic, Machine, Parameter, StandIn, State, StateKind,
    Subscription,
};

use crate::Problems;
use crate::collect::{Collected, ProcessItem};

/// The machines of one crate, in the order of its processes.
#[derive(Debug, Default)]
pub struct Machines(Vec<Option<Machine>>);

impl Machines {
    /// The machine of the process at this position, unless a fault stood in its way.
    pub fn of(&self, process: usize) -> Option<&Machine> {
        self.0.get(process)?.as_ref()
    }
}

/// Lowers every process, crate by crate.
pub fn machines(collected: &Collected) -> (Vec<Machines>, Problems) {
    let mut problems = Problems::default();
    let crates = collected.crates.iter().map(|components| {
        let processes = components.processes.iter();
        Machines(processes.map(|process| problems.absorb(lower(&process.item))).collect())
    });
    (crates.collect(), problems)
}

/// Makes a process fn a state machine. There is no machine where a fault stands in the way.
pub fn lower(process: &ProcessItem) -> (Option<Machine>, Problems) {
    let problems = Problems::default();
    let mut item = process.item.clone();
    let macros = macros::read(&mut item.block);
    let mut bindings = resolve::resolve(&mut item, &macros);
    let body = (*item.block).clone();
    let flow = flow::Flow::of(body, &mut bindings, &macros);
    let (mut regions, items, _unordered) = (flow.regions, flow.items, flow.unordered);
    regions.iter_mut().for_each(|region| tidy::tidy(&mut region.body, &macros));
    merge::merge(&mut regions);
    let remakes = borrow::Remakes::of(&regions, &bindings);
    let liveness = live::Liveness::of(&regions, &bindings, &remakes);
    let found = states::Found {
        process,
        item: &item,
        regions: &regions,
        bindings: &bindings,
        liveness: &liveness,
        remakes: &remakes,
        macros: &macros,
        items,
    };
    let (machine, _names) = states::assemble(found);
    if problems.has_errors() {
        return (None, problems);
    }
    (Some(machine), problems)
}
