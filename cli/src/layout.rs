//! The stage `layout`: where each process can stand, what it keeps there, and why.

use crate::compiled::counted;
use crate::palette::{CODE, FAINT, HEADING};
use justscale_compiler::{KeptModel, Model, ProcessModel, StateKind, StateModel};
use std::fmt::Write;

/// Each process with its states, each state with what it keeps.
pub(crate) fn text(model: &Model) -> String {
    let mut text = String::new();
    for process in model.roots.iter().flat_map(|root| &root.processes) {
        if !text.is_empty() {
            text.push('\n');
        }
        write_process(&mut text, process);
    }
    text
}

fn write_process(text: &mut String, process: &ProcessModel) {
    write_heading(text, process);
    for state in &process.states {
        write_state(text, state, &process.origin.file);
    }
}

/// A process in one line: `subscription /subscription/{customer}  src/main.rs:60, 3 states`.
pub(crate) fn write_heading(text: &mut String, process: &ProcessModel) {
    let path = process.path.as_deref().unwrap_or("a part");
    let place = format!("{}:{}", process.origin.file, process.origin.line);
    let saved = process.states.iter().filter(|state| state.kind != StateKind::Block).count();
    let _ = writeln!(
        text,
        "{HEADING}{}{HEADING:#} {path}  {FAINT}{place}, {}{FAINT:#}",
        process.name,
        counted(saved, "state", "states")
    );
}

fn write_state(text: &mut String, state: &StateModel, file: &str) {
    let what = match state.kind {
        StateKind::Start => "where it begins",
        StateKind::Step => "saved before the call",
        StateKind::Wait => "parked",
        StateKind::Block => "jumped to, never saved",
    };
    let _ = writeln!(text, "\n  {CODE}{}{CODE:#}  {FAINT}{file}:{}, {what}{FAINT:#}", state.name, state.line);
    for awaited in &state.awaits {
        let _ = writeln!(text, "    awaits {awaited}");
    }
    let names: Vec<String> = state.keeps.iter().map(named).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (kept, name) in state.keeps.iter().zip(&names) {
        let _ = writeln!(text, "    keeps  {name:<width$}  {FAINT}{}{FAINT:#}", reason(kept));
    }
    if state.keeps.is_empty() {
        let _ = writeln!(text, "    keeps  nothing");
    }
    let mut ways: Vec<&str> = state.next.iter().map(String::as_str).collect();
    if state.ends {
        ways.push("the end");
    }
    if !ways.is_empty() {
        let _ = writeln!(text, "    then   {}", ways.join(", "));
    }
}

fn named(kept: &KeptModel) -> String {
    match &kept.kind {
        Some(kind) => format!("{}: {kind}", kept.name),
        None => kept.name.clone(),
    }
}

fn reason(kept: &KeptModel) -> String {
    let lines: Vec<String> = kept.read_at.iter().map(usize::to_string).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("read in line {line}"),
        lines => format!("read in lines {}", lines.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_with_what_it_keeps_and_why() {
        insta::assert_snapshot!(anstream::adapter::strip_str(&text(&crate::sample::model())).to_string());
    }
}
