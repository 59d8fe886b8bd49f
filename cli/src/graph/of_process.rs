//! A process's states. Blocks are jumped through and never saved, so no instance ever stands in one: arrows go past them. The states of a
//! part that is called stand beside that which holds them, `AwaitBids › Sleep`.

use super::drawing::{Drawing, Shape};
use justscale_compiler::{ProcessModel, StateKind, StateModel};
use std::collections::BTreeSet;

/// Draws the states, and an end for every way out.
pub(super) fn draw(process: &ProcessModel, others: &[ProcessModel]) -> Drawing {
    let mut drawing = Drawing { title: title(process), ..Drawing::default() };
    body(process, &Within { others, callers: Vec::new() }, &mut drawing);
    drawing
}

/// What a body is called by.
struct Within<'a> {
    others: &'a [ProcessModel],
    /// The states that hold it, outermost first, each with its node.
    callers: Vec<(&'a str, usize)>,
}

/// Draws a body, and gives the node of its first state.
fn body<'a>(process: &'a ProcessModel, within: &Within<'a>, drawing: &mut Drawing) -> Option<usize> {
    let before: String = within.callers.iter().map(|(state, _)| format!("{state} › ")).collect();
    let saved: Vec<&StateModel> =
        process.states.iter().filter(|state| state.kind != StateKind::Block).collect();
    let positions: Vec<usize> = saved
        .iter()
        .map(|state| drawing.node(&format!("{before}{}", state.name), lines(state), shape(state)))
        .collect();
    // A part ends where it was called.
    let mut end = within.callers.last().map(|(_, caller)| *caller);
    for (state, from) in saved.iter().zip(&positions) {
        let ways = ways_on(process, state);
        for (next, to) in saved.iter().zip(&positions) {
            if ways.states.contains(next.name.as_str()) {
                drawing.arrow(*from, *to, "");
            }
        }
        if ways.ends {
            let end = *end.get_or_insert_with(|| drawing.node("End", Vec::new(), Shape::End));
            drawing.arrow(*from, end, "");
        }
        for part in &state.parts {
            let Some(part) = within.others.iter().find(|other| other.path.is_none() && other.name == *part)
            else {
                continue;
            };
            let deeper = within.callers.iter().copied().chain([(state.name.as_str(), *from)]);
            let deeper = Within { others: within.others, callers: deeper.collect() };
            // Parts that call each other in a circle are refused, and not followed for ever.
            if deeper.callers.len() < DEEPEST
                && let Some(first) = body(part, &deeper, drawing)
            {
                drawing.arrow(*from, first, "");
            }
        }
    }
    positions.first().copied()
}

/// So many levels of parts are drawn.
const DEEPEST: usize = 8;

fn title(process: &ProcessModel) -> String {
    match &process.path {
        Some(path) => format!("{} {path}", process.name),
        None => process.name.clone(),
    }
}

fn shape(state: &StateModel) -> Shape {
    match state.kind {
        StateKind::Start => Shape::Start,
        StateKind::Wait => Shape::Wait,
        StateKind::Step | StateKind::Block => Shape::Step,
    }
}

fn lines(state: &StateModel) -> Vec<String> {
    state.awaits.iter().map(|awaited| shortened(awaited)).collect()
}

/// A long expression says enough with its beginning.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 44;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The saved states that can come next, and whether the process can end before one does.
#[derive(Default)]
struct WaysOn<'a> {
    states: BTreeSet<&'a str>,
    ends: bool,
}

fn ways_on<'a>(process: &'a ProcessModel, from: &'a StateModel) -> WaysOn<'a> {
    let mut ways = WaysOn { ends: from.ends, ..WaysOn::default() };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&StateModel> = vec![from];
    while let Some(state) = open.pop() {
        for name in &state.next {
            let Some(next) = process.states.iter().find(|state| state.name == *name) else { continue };
            if next.kind != StateKind::Block {
                ways.states.insert(&next.name);
            } else if seen.insert(&next.name) {
                ways.ends |= next.ends;
                open.push(next);
            }
        }
    }
    ways
}
