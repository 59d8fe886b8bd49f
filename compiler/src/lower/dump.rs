//! A machine as text for people: `flow`, where it can go, and `layout`, what each state keeps and why.

use std::fmt::{self, Display, Formatter};

use super::machine::{Edge, Field, FieldType, Machine, State, StateKind};
use crate::Place;

/// The states of a machine, what each waits for and where it goes on.
pub fn flow(machine: &Machine) -> String {
    Flow(machine).to_string()
}

/// The states of a machine, what each keeps and why.
pub fn layout(machine: &Machine) -> String {
    Layout(machine).to_string()
}

struct Flow<'a>(&'a Machine);

impl Display for Flow<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.0.name)?;
        for state in &self.0.states {
            writeln!(out, "\n{}", heading(state))?;
            if state.kind != StateKind::Start {
                writeln!(out, "    {}:{}  {}", state.place.file.path, state.place.line(), state.label)?;
            }
            for awaited in state.awaits.iter().filter(|awaited| awaited.text != state.label) {
                writeln!(out, "    waits for {}", awaited.text)?;
            }
            writeln!(out, "    goes on to {}", ways(state, self.0))?;
        }
        Ok(())
    }
}

fn ways(state: &State, machine: &Machine) -> String {
    let way = |edge: &Edge| match edge {
        Edge::To(position) => machine.states.get(*position).map_or("?", |state| state.name.as_str()),
        Edge::End => "the end",
    };
    match state.edges.as_slice() {
        [] => "nothing".to_owned(),
        edges => edges.iter().map(way).collect::<Vec<_>>().join(", "),
    }
}

struct Layout<'a>(&'a Machine);

impl Display for Layout<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.0.name)?;
        for state in &self.0.states {
            writeln!(out, "\n{}  {}", heading(state), at(&state.place))?;
            if state.kind != StateKind::Start {
                writeln!(out, "    {}", state.label)?;
            }
            if state.fields.is_empty() {
                writeln!(out, "    keeps nothing")?;
            }
            for part in state.awaits.iter().filter_map(|awaited| awaited.part.as_deref()) {
                writeln!(out, "    holds the state of the part {part}")?;
            }
            for field in &state.fields {
                writeln!(out, "    keeps {}", kept(field))?;
            }
        }
        Ok(())
    }
}

fn heading(state: &State) -> String {
    let kind = match state.kind {
        StateKind::Start => "start",
        StateKind::Step => "step",
        StateKind::Wait => "wait",
        StateKind::Block => "block, never saved",
    };
    format!("{} ({kind})", state.name)
}

fn at(place: &Place) -> String {
    format!("{}:{}", place.file.path, place.line())
}

/// `missed, because line 15 reads it (0-based: inferred)`.
fn kept(field: &Field) -> String {
    let ty = match &field.ty {
        FieldType::Written(ty) => format!(": {}", quote::quote!(#ty).to_string().replace(' ', "")),
        FieldType::Text => ": String".to_owned(),
        FieldType::Inferred(_) => String::new(),
    };
    let name = &field.name;
    let local =
        if *name == field.local.as_str() { String::new() } else { format!(" (the local {})", field.local) };
    let mut lines: Vec<usize> = field.reasons.iter().map(Place::line).collect();
    lines.sort_unstable();
    lines.dedup();
    let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
    let shown = if field.exported { ", exported" } else { "" };
    match lines.as_slice() {
        [] => format!("{name}{ty}{local}{shown}"),
        [line] => format!("{name}{ty}{local}{shown}, read in line {line}"),
        _ => format!("{name}{ty}{local}{shown}, read in lines {}", lines.join(", ")),
    }
}
