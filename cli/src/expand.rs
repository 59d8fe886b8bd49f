//! `justscale expand`: the Rust that the compiler wrote for an item.

use crate::compiled::Compiled;
use crate::exit::{Failure, Outcome};
use crate::items::{self, Item};
use crate::listing::table;
use crate::rust_text;
use crate::screen::Screen;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Show the Rust that was generated for an item
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale expand                           list the items of the package
  justscale expand subscription              a process: its states and its machine
  justscale expand billing::subscription     where several items have one name
  justscale expand Shop | less -R            the app: its wiring")]
pub(crate) struct ExpandArguments {
    /// The item: its name, or a path that ends in it
    item: Option<String>,
    /// The package's folder, or a path inside it [default: the current folder]
    #[arg(short, long)]
    path: Option<PathBuf>,
}

#[derive(Serialize)]
struct Expansion<'a> {
    reason: &'static str,
    item: String,
    kind: &'static str,
    root: &'a str,
    file: &'a str,
    line: usize,
    slot: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rust: Option<&'a str>,
}

impl<'a> Expansion<'a> {
    fn new(item: &Item<'a>, rust: Option<&'a str>) -> Self {
        Self {
            reason: "justscale-expansion",
            item: item.path(),
            kind: item.kind_word(),
            root: &item.root.path,
            file: &item.origin.file,
            line: item.origin.line,
            slot: item.origin.slot.as_deref(),
            rust,
        }
    }
}

/// Prints the item's generated Rust, or the list of items.
pub(crate) fn run(arguments: &ExpandArguments, screen: &Screen) -> Outcome {
    let compiled = Compiled::new(arguments.path.as_deref(), screen)?;
    let items = items::items(&compiled.compilation.model);
    let Some(wanted) = &arguments.item else {
        list(&items, screen);
        return Ok(compiled.exit());
    };
    let item = items::find(&items, wanted, "item")?;
    let slot = item.origin.slot.as_ref().map(|slot| format!("{slot}.rs"));
    let Some(rust) = slot.and_then(|file| compiled.compilation.files.0.get(&file)) else {
        return Err(Failure::faults(format!(
            "nothing could be generated for the {} `{wanted}`",
            item.kind_word()
        ))
        .help(format!("put right the faults at {}, then ask again", item.place())));
    };
    screen.message(&Expansion::new(&item, Some(rust)));
    screen.result(&rust_text::highlighted(rust));
    Ok(compiled.exit())
}

fn list(items: &[Item<'_>], screen: &Screen) {
    let mut rows = Vec::new();
    for item in items {
        screen.message(&Expansion::new(item, None));
        rows.push(vec![item.path(), item.kind_word().to_owned(), item.place()]);
    }
    if rows.is_empty() {
        screen.note(
            "the package has no items of ours yet: put `#[process(\"/name/{key}\")]` above an `async fn`",
        );
    } else {
        screen.result(&table(&["Item", "Kind", "Source"], rows));
    }
}
