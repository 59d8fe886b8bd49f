//! What was generated, as tables for people and as one object each for programs.

use crate::compiled::counted;
use crate::items::items;
use crate::palette::{FAINT, HEADING};
use crate::screen::{self, Screen};
use comfy_table::{ContentArrangement, Table};
use justscale_compiler::{
    CommandModel, Compilation, NeedModel, ProcessModel, RootModel, ServiceModel, SignalModel, StateKind,
};
use serde::Serialize;
use std::fmt::Write;

/// An object for programs: the model's own fields, and what they are.
#[derive(Serialize)]
struct Artefact<'a, T: Serialize> {
    reason: &'static str,
    root: &'a str,
    #[serde(flatten)]
    artefact: &'a T,
}

#[derive(Serialize)]
struct GeneratedFile<'a> {
    reason: &'static str,
    file: &'a str,
    /// The item that it was made from.
    item: String,
    kind: &'static str,
    lines: usize,
}

/// Prints what was generated; `folder` is where the files are, as people name it.
pub(crate) fn print(compilation: &Compilation, folder: &str, screen: &Screen) {
    if screen.is_json() {
        return print_objects(compilation, screen);
    }
    let mut text = components(compilation);
    let files = files(compilation);
    let rows = files.iter().map(|file| {
        vec![file.file.to_owned(), format!("{} {}", file.kind, file.item), file.lines.to_string()]
    });
    section(&mut text, &format!("Files in {folder}"), &["File", "From", "Lines"], rows.collect());
    screen.result(&text);
}

/// The tables of the components, without the files: the stage `components` too.
pub(crate) fn components(compilation: &Compilation) -> String {
    let mut text = String::new();
    let roots = &compilation.model.roots;
    let several = roots.iter().filter(|root| !is_empty(root)).count() > 1;
    for root in roots.iter().filter(|root| !is_empty(root)) {
        if several {
            let _ = writeln!(text, "\n{HEADING}{}{HEADING:#} {FAINT}{}{FAINT:#}", root.name, root.path);
        }
        section(
            &mut text,
            "Processes",
            &["Process", "Path", "States", "Source"],
            root.processes.iter().map(process_row).collect(),
        );
        section(
            &mut text,
            "Services",
            &["Service", "Provides", "Needs", "Source"],
            root.services.iter().map(service_row).collect(),
        );
        section(
            &mut text,
            "Signals",
            &["Signal", "Path", "Source"],
            root.signals.iter().map(signal_row).collect(),
        );
        section(
            &mut text,
            "Commands",
            &["Command", "Arguments", "Source"],
            root.commands.iter().map(command_row).collect(),
        );
    }
    text
}

fn print_objects(compilation: &Compilation, screen: &Screen) {
    for root in &compilation.model.roots {
        let name = root.path.as_str();
        for artefact in &root.processes {
            screen.message(&Artefact { reason: "justscale-process", root: name, artefact });
        }
        for artefact in &root.services {
            screen.message(&Artefact { reason: "justscale-service", root: name, artefact });
        }
        for artefact in &root.signals {
            screen.message(&Artefact { reason: "justscale-signal", root: name, artefact });
        }
        for artefact in &root.commands {
            screen.message(&Artefact { reason: "justscale-command", root: name, artefact });
        }
    }
    for file in files(compilation) {
        screen.message(&file);
    }
}

fn is_empty(root: &RootModel) -> bool {
    root.processes.is_empty()
        && root.services.is_empty()
        && root.signals.is_empty()
        && root.commands.is_empty()
}

/// The generated Rust, file by file, each with the item it was made from.
fn files(compilation: &Compilation) -> Vec<GeneratedFile<'_>> {
    let items = items(&compilation.model);
    let mut files: Vec<GeneratedFile<'_>> = Vec::new();
    for item in items {
        let Some(slot) = &item.origin.slot else { continue };
        let Some((file, text)) = compilation.files.0.get_key_value(&format!("{slot}.rs")) else { continue };
        if files.iter().all(|known| known.file != file) {
            files.push(GeneratedFile {
                reason: "justscale-file",
                file,
                item: item.path(),
                kind: item.kind_word(),
                lines: text.lines().count(),
            });
        }
    }
    files
}

fn process_row(process: &ProcessModel) -> Vec<String> {
    let saved: Vec<&str> = process
        .states
        .iter()
        .filter(|state| state.kind != StateKind::Block)
        .map(|state| state.name.as_str())
        .collect();
    let path = process.path.clone().unwrap_or_else(|| "a part".to_owned());
    vec![process.name.clone(), path, saved.join(", "), place(&process.origin)]
}

fn service_row(service: &ServiceModel) -> Vec<String> {
    let needs: Vec<String> = service.needs.iter().map(need).collect();
    vec![
        service.name.clone(),
        or_dash(service.provides.join(", ")),
        or_dash(needs.join(", ")),
        place(&service.origin),
    ]
}

fn need(need: &NeedModel) -> String {
    match need.from.as_slice() {
        [] => need.wanted.clone(),
        [only] if *only == need.wanted => need.wanted.clone(),
        from => format!("{} ({})", need.wanted, from.join(" or ")),
    }
}

fn signal_row(signal: &SignalModel) -> Vec<String> {
    vec![signal.name.clone(), or_dash(signal.path.clone().unwrap_or_default()), place(&signal.origin)]
}

fn command_row(command: &CommandModel) -> Vec<String> {
    let own: Vec<String> = command
        .parameters
        .iter()
        .filter(|parameter| parameter.service.is_none() && parameter.provided.is_none())
        .map(|parameter| format!("{}: {}", parameter.name, parameter.kind))
        .collect();
    vec![command.name.clone(), or_dash(own.join(", ")), place(&command.origin)]
}

fn place(origin: &justscale_compiler::Origin) -> String {
    format!("{}:{}", origin.file, origin.line)
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// Adds a table under a heading; nothing where there is nothing to show.
fn section(text: &mut String, heading: &str, columns: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let count = counted(rows.len(), "", "");
    let _ = writeln!(text, "\n{HEADING}{heading}{HEADING:#} {FAINT}{}{FAINT:#}", count.trim());
    text.push_str(&table(columns, rows));
}

/// A table without lines, indented by two, no wider than the terminal.
pub(crate) fn table(columns: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    let width = u16::try_from(screen::width()).unwrap_or(100);
    table.set_width(width.saturating_sub(1));
    table.set_header(columns.to_vec());
    for row in rows {
        table.add_row(row);
    }
    let mut text = String::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim_end();
        let _ =
            if number == 0 { writeln!(text, " {FAINT}{line}{FAINT:#}") } else { writeln!(text, " {line}") };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_components_as_tables() {
        let compilation = Compilation { model: crate::sample::model(), ..Compilation::default() };
        insta::assert_snapshot!(anstream::adapter::strip_str(&components(&compilation)).to_string());
    }
}
