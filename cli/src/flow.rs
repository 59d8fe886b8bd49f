//! The stage `flow`: the states of each process and the ways between them, the blocks that are only jumped to included.

use crate::layout::write_heading;
use crate::palette::{CODE, FAINT};
use justscale_compiler::{Model, ProcessModel, StateKind};
use std::fmt::Write;

/// Each process with its states, each state with what it waits for and where it goes on.
pub(crate) fn text(model: &Model) -> String {
    let processes = model.roots.iter().flat_map(|root| &root.processes);
    processes.map(process).collect::<Vec<_>>().join("\n")
}

fn process(process: &ProcessModel) -> String {
    let mut text = String::new();
    write_heading(&mut text, process);
    let names = process.states.iter().map(|state| state.name.chars().count());
    let width = names.max().unwrap_or(0);
    for state in &process.states {
        let awaits = match state.kind {
            StateKind::Start => "begins".to_owned(),
            StateKind::Block => "is jumped to".to_owned(),
            StateKind::Step => format!("calls {}", state.awaits.join(", ")),
            StateKind::Wait => format!("waits for {}", state.awaits.join(", ")),
        };
        let ways = state.next.iter().map(String::as_str).chain(state.ends.then_some("the end"));
        let ways = ways.collect::<Vec<_>>().join(", ");
        let ways = if ways.is_empty() { String::new() } else { format!(" → {ways}") };
        let name = &state.name;
        let _ = writeln!(
            text,
            "  {CODE}{name:<width$}{CODE:#}  {FAINT}{:>4}{FAINT:#}  {awaits}{ways}",
            state.line
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_with_its_ways() {
        insta::assert_snapshot!(anstream::adapter::strip_str(&text(&crate::sample::model())).to_string());
    }
}
