//! `justscale new NAME`: a package that builds and runs at once.
//!
//! Its sources are the repository's quickstart, the very files. Nothing is written into a folder that is in use.

mod manifest;
mod package_name;
mod repository;

use crate::exit::{DuringWork, Exit, Failure, Outcome};
use crate::package::show;
use crate::palette::{CODE, HEADING};
use crate::screen::Screen;
use clap::Args;
use package_name::PackageName;
use serde::Serialize;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/quickstart.rs"));

const BUILD_SCRIPT: &str = "\
//! Lets the compiler fill the slots: `#[process]`, `#[service]`, `justscale::app!`, …

fn main() {
    justscale_build::compile();
}
";
const README: &str = include_str!("new/README.md");
const IGNORED: &str = "/target\n/data\n.justscale/\n";

/// Make a package that builds and runs at once
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale new shop              in the new folder `shop`
  justscale new apps/shop         elsewhere
  justscale new shop --no-git     without a git repository")]
pub(crate) struct NewArguments {
    /// The package's name, or a path that ends in it
    #[arg(value_name = "NAME")]
    path: PathBuf,
    /// Do not make a git repository
    #[arg(long)]
    no_git: bool,
}

#[derive(Serialize)]
struct Created<'a> {
    reason: &'static str,
    name: &'a str,
    path: String,
    files: Vec<&'a str>,
}

/// Writes the package and says what to do with it.
pub(crate) fn run(arguments: &NewArguments, screen: &Screen) -> Outcome {
    let root = &arguments.path;
    let name = PackageName::of_path(root)?;
    refuse_a_folder_in_use(root)?;
    let manifest = manifest::text(&name, root)?;
    let readme = README.replace("{{name}}", name.as_str());
    let own = [
        ("Cargo.toml", manifest.as_str()),
        ("README.md", readme.as_str()),
        (".gitignore", IGNORED),
        ("build.rs", BUILD_SCRIPT),
    ];
    let lock = manifest::lock();
    let lock = lock.as_deref().map(|lock| ("Cargo.lock", lock));
    let files: Vec<(&str, &str)> = own.into_iter().chain(lock).chain(QUICKSTART.iter().copied()).collect();
    for (path, text) in &files {
        write(&root.join(path), text)?;
    }
    let has_repository = !arguments.no_git && repository::make(root)?;
    screen.message(&Created {
        reason: "justscale-created",
        name: name.as_str(),
        path: show(root),
        files: files.iter().map(|(path, _)| *path).collect(),
    });
    let repository = if has_repository { ", with a git repository" } else { "" };
    screen.status("Created", format_args!("package `{}` in `{}`{repository}", name.as_str(), show(root)));
    if !screen.is_quiet() {
        say_what_is_next(root, screen);
    }
    Ok(Exit::Fine)
}

fn refuse_a_folder_in_use(root: &Path) -> Outcome<()> {
    let shown = show(root);
    if root.is_file() {
        return Err(Failure::usage(format!("`{shown}` is a file")).help("choose another name"));
    }
    let in_use = std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some());
    if in_use {
        return Err(Failure::usage(format!("the folder `{shown}` is in use"))
            .help("choose another name, or empty the folder first")
            .help(format!(
                "to use justscale in a package that exists: `cd {shown}`, then `cargo add justscale`"
            )));
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).during(format!("could not make the folder `{}`", show(folder)))?;
    }
    std::fs::write(path, text).during(format!("could not write `{}`", show(path)))
}

fn say_what_is_next(root: &Path, screen: &Screen) {
    let steps = [
        (format!("cd {}", show(root)), ""),
        ("cargo run -- demo".to_owned(), "some subscriptions live through months, in seconds"),
        ("justscale build".to_owned(), "what was generated: processes, their states, services"),
        ("justscale graph subscription".to_owned(), "where a subscription can stand, as a Mermaid graph"),
    ];
    screen.note(format_args!("\n{HEADING}Next{HEADING:#}"));
    for (command, what) in steps {
        let gap =
            " ".repeat(if what.is_empty() { 0 } else { 32_usize.saturating_sub(command.chars().count()) });
        screen.note(format_args!("  {CODE}{command}{CODE:#}{gap}{what}"));
    }
}
