//! Sources to syntax trees: each crate root with all the modules that it reaches.
//!
//! `mod x;`, `#[path]` and inline modules are followed as rustc does. Every token keeps its file and byte range, and every module the
//! `cfg` predicates that it stands under. A file with a syntax error is a fault and an empty module: the others go on. Bodies
//! that nobody asks about are left out; `bodies` says what is wrong with them. `justscale.toml` is looked at here too.

mod bad_settings;
mod bodies;
mod condition;
mod file;
mod missing_module;
mod module;
mod no_root;
mod settings;
mod skim;
mod syntax_error;
mod unknown_setting;

use std::collections::BTreeSet;

use crate::{Problems, Root, Sources};

pub(crate) use bodies::Bodies;
pub use condition::Conditions;
pub use module::Module;

use file::Parser;
use no_root::NoRoot;

/// A package as syntax trees.
pub struct Syntax {
    /// Its crates, in the order of the roots.
    pub crates: Vec<Crate>,
    /// The files that they are written in, but for those that could not be read as Rust.
    pub files: BTreeSet<String>,
}

/// One crate as syntax trees.
pub struct Crate {
    /// Where it begins.
    pub root: Root,
    /// All its modules, each before its children and in the order of the source; the first is the crate's root.
    pub modules: Vec<Module>,
    /// Whether every file of it is there and could be read. Where one was not, nobody can say what is missing.
    pub is_whole: bool,
}

/// Parses every crate root and the modules that it reaches.
pub fn parse(sources: &Sources) -> (Syntax, Problems) {
    let mut problems = Problems::default();
    if sources.roots.is_empty() {
        problems.error(NoRoot::new(&sources.package));
    }
    if let Some(file) = &sources.config {
        settings::check(file, &mut problems);
    }
    let mut parser = Parser::new(sources);
    let crates = sources.roots.iter().map(|root| module::follow(root, &mut parser, &mut problems)).collect();
    (Syntax { crates, files: parser.sound() }, problems)
}

#[cfg(test)]
mod tests;
