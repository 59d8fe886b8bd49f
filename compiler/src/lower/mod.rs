//! Process bodies to states: a process fn goes in, a machine comes out, or faults that say what stands in the way.
//!
//! The passes, in their order: `builds` looks for `#[cfg]`s, `macros` reads the macros whose arguments are expressions, `export` takes note of
//! `#[export]`, `resolve` gives each binding its identity,
//! `flow` (with `unnest` and `desugar`) takes the body apart into regions, `merge` puts together what need not be apart, `borrow` and `live`
//! find out what each region needs, `states` and `names` make states of them. `refuse` says beforehand, and `verdict` afterwards, what
//! can't be lowered. `verify` compares the machine with the fn once more, by means of its own.

mod asked;
mod awaited;
mod begun;
mod binding;
mod borrow;
mod build;
mod builds;
mod cfg;
mod condition;
mod constructs;
mod cut;
mod decide;
mod desugar;
mod diverge;
mod drops;
mod dump;
mod exits;
mod export;
mod faults;
mod flow;
mod forget;
mod guard;
mod head;
mod held;
mod hoist;
mod initial;
mod items;
mod jump;
mod live;
mod looks;
mod machine;
mod macros;
mod mentions;
mod merge;
mod mutates;
mod names;
mod operand;
mod places;
mod point;
mod race;
mod refuse;
mod region;
mod resolve;
mod restore;
mod rests;
mod scope;
mod states;
mod steady;
mod still;
mod successors;
mod table;
mod template;
mod text;
mod tidy;
mod types;
mod unnest;
mod unreached;
mod verdict;
mod verify;
mod wording;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::cases;

pub use builds::{Build, Builds, lower};
pub use dump::{flow, layout};

pub use machine::{
    Awaited, AwaitedKind, Edge, Field, FieldType, Generic, Machine, Parameter, StandIn, State, StateKind,
    Subscription,
};

use crate::Problems;
use crate::collect::ProcessItem;

/// Makes a process fn, as one build has it, a state machine.
fn one(process: &ProcessItem) -> (Option<Machine>, Problems) {
    let mut problems = Problems::default();
    let mut item = process.item.clone();
    let points = point::Points::take(process, &mut item.block, &mut problems);
    let macros = macros::read(&mut item.block);
    let points = points.names(&item.block, &mut problems);
    let exports = export::Exports::take(process, &mut item.block, &mut problems);
    refuse::refuse(process, &item.block, &macros, &mut problems);
    if problems.has_errors() {
        return (None, problems);
    }
    let written = verify::Written::of(&item, &macros.read);
    let mut bindings = resolve::resolve(&mut item, &macros.read);
    let idle = drops::judge(process, &item.block, &mut problems);
    let syn::ItemFn { sig, block, .. } = item;
    let flow = flow::Flow::of(*block, &mut bindings, &macros.read, &process.parts);
    let flow::Flow { mut regions, items, unordered, guards, .. } = flow;
    regions.iter_mut().for_each(|region| tidy::tidy(&mut region.body, &macros.read));
    merge::merge(&mut regions);
    let remakes = borrow::Remakes::of(&regions, &bindings);
    let exported = exports.among(&bindings);
    let code = live::Code::of(&regions, &bindings);
    let liveness = live::Liveness::of((&regions, &code), &bindings, &remakes, &exported);
    rests::keep(&mut regions, &bindings, &liveness);
    initial::wrap(&mut regions, &idle, "idle");
    let found = states::Found {
        process,
        name: &sig.ident,
        bindings: &bindings,
        code: &code,
        liveness: &liveness,
        remakes: &remakes,
        macros: &macros.read,
        items: &items,
        exported: &exported,
        points: &points,
    };
    let (mut machine, names) = states::assemble(&found, &mut regions);
    let case = verdict::Case {
        process,
        bindings: &bindings,
        regions: &regions,
        liveness: &liveness,
        names: &names,
        unordered: &unordered,
        guards: &guards,
        items: &items,
    };
    verdict::judge(&case, &mut problems);
    if !problems.has_errors() {
        let flaws = verify::verify(&written, &machine);
        flaws.into_iter().for_each(|flaw| problems.error(case.bug("verify", flaw.what, flaw.span)));
    }
    // Two locals become one name's here, so it comes last.
    machine.states.iter_mut().for_each(|state| tidy::without_renames(&mut state.body, &macros.read));
    let machine = (!problems.has_errors()).then_some(machine);
    (machine, problems)
}
