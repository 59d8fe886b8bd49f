use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `mod orders;` without a file.
#[derive(Debug, Error, Diagnostic)]
#[error("there is no file for the module `{name}`")]
#[diagnostic(code(JS0003), help("create {}, or take the `mod {name};` away", tried.join(" or ")))]
pub(super) struct MissingModule {
    pub(super) name: String,
    /// The paths where it was looked for, in backticks.
    pub(super) tried: Vec<String>,
    pub(super) place: Place,
}

impl Fault for MissingModule {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "no such file".to_owned()
    }

    fn is_rustcs_too(&self) -> bool {
        true
    }
}
