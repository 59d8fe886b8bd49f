use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place, SourceFile};

/// A package without a crate root.
#[derive(Debug, Error, Diagnostic)]
#[error("the package `{package}` has no source: neither `src/main.rs` nor `src/lib.rs` is there")]
#[diagnostic(
    code(JS0002),
    help(
        "write `src/main.rs`, or name the root's path in `Cargo.toml`; `justscale new <name>` makes a crate that builds at once"
    )
)]
pub(super) struct NoRoot {
    package: String,
    place: Place,
}

impl NoRoot {
    /// The fault stands at the folder that is missing, so its text is empty.
    pub(super) fn new(package: &str) -> Self {
        let file = Arc::new(SourceFile::new("src".to_owned(), String::new()));
        Self { package: package.to_owned(), place: Place { file, range: 0..0 } }
    }
}

impl Fault for NoRoot {
    fn place(&self) -> &Place {
        &self.place
    }
}
