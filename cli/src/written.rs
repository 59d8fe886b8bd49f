//! The generated files of a package without a build script: `justscale` itself writes them to `.justscale/`.

use crate::cargo::Built;
use crate::compiled::{Compiled, counted};
use crate::exit::{Exit, Failure, Outcome};
use crate::package::show;
use crate::palette::FAINT;
use crate::screen::Screen;
use justscale_build::{Stale, folder_in_package, stale};
use serde::Serialize;
use std::path::Path;

/// A file that is not as the compiler would write it.
#[derive(Serialize)]
struct StaleFile<'a> {
    reason: &'static str,
    file: &'a str,
    state: &'static str,
    /// The item that it was made from: `process subscription`.
    item: String,
}

/// Writes what has changed, unless a build script does so.
pub(crate) fn write(compiled: &Compiled, screen: &Screen) -> Outcome<()> {
    if compiled.package.has_build_script {
        return Ok(());
    }
    let folder = folder_in_package(&compiled.package.root);
    let written = justscale_build::write(&folder, &compiled.compilation.files)?;
    let mut done = Vec::new();
    if !written.changed.is_empty() {
        done.push(counted(written.changed.len(), "file", "files"));
    }
    if !written.removed.is_empty() {
        done.push(format!("{} removed", counted(written.removed.len(), "old one", "old ones")));
    }
    if !done.is_empty() {
        screen.status("Wrote", format_args!("`{}`: {}", show(&folder), done.join(", ")));
    }
    Ok(())
}

/// Lists the files that a build would write or remove; none is a good ending.
pub(crate) fn check(compiled: &Compiled, screen: &Screen) -> Outcome {
    if compiled.package.has_build_script {
        screen.status("Fresh", "the build script writes the generated files at each build");
        compiled.summarise(true, screen);
        return Ok(Exit::Fine);
    }
    let folder = folder_in_package(&compiled.package.root);
    let found = stale(&folder, &compiled.compilation.files)?;
    let rows: Vec<StaleFile<'_>> = found.iter().map(|file| row(file, &folder, compiled)).collect();
    let mut shown = 0;
    for row in &rows {
        screen.message(row);
        // The table of spans goes with its text, unless it alone has changed.
        let is_said = row
            .file
            .strip_suffix(".spans")
            .is_some_and(|slot| rows.iter().any(|other| other.file.strip_suffix(".rs") == Some(slot)));
        if !is_said {
            shown += 1;
            let (path, state, item) = (show(&folder.join(row.file)), row.state, &row.item);
            screen.result(&format!("{path}  {state:<11}  {FAINT}{item}{FAINT:#}\n"));
        }
    }
    compiled.summarise(found.is_empty(), screen);
    if found.is_empty() {
        let files = counted(compiled.compilation.files.0.len(), "file", "files");
        screen.status("Fresh", format_args!("`{}`: {files}", show(&folder)));
        return Ok(Exit::Fine);
    }
    let stale = counted(shown, "generated file is stale", "generated files are stale");
    Err(Failure::faults(stale).help("`justscale build` writes them"))
}

fn row<'a>(file: &'a Stale, folder: &Path, compiled: &Compiled) -> StaleFile<'a> {
    let state = match file {
        Stale::Different(_) => "different",
        Stale::Missing(_) => "missing",
        Stale::Superfluous(_) => "superfluous",
    };
    // A table of spans begins with its item.
    let table = Path::new(file.name()).with_extension("spans");
    let written = compiled.compilation.files.0.get(&*table.to_string_lossy());
    let text = written.cloned().or_else(|| std::fs::read_to_string(folder.join(&table)).ok());
    let item = text.as_deref().and_then(|text| text.lines().next()?.strip_prefix("# ")).unwrap_or_default();
    StaleFile { reason: "justscale-stale", file: file.name(), state, item: item.to_owned() }
}

/// Where the generated files are, as people name it.
pub(crate) fn folder(compiled: &Compiled, built: &Built) -> String {
    let folder = match &built.out_dir {
        Some(out) if compiled.package.has_build_script => out.join("justscale"),
        _ => folder_in_package(&compiled.package.root),
    };
    show(&folder)
}
