use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `justscale.toml` is no TOML.
#[derive(Debug, Error, Diagnostic)]
#[error("`justscale.toml` cannot be read as TOML: {problem}")]
#[diagnostic(code(JS0004), help("put the syntax right, or take the file away: it is optional"))]
pub(super) struct BadSettings {
    pub(super) problem: String,
    pub(super) place: Place,
}

impl Fault for BadSettings {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "from here on".to_owned()
    }
}
