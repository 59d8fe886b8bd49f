use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process("subscription/{customer")]`.
#[derive(Debug, Error, Diagnostic)]
#[error("the path `{path}` {problem}")]
#[diagnostic(
    code(JS0103),
    help("a path begins with `/` and names its parameters in braces: `/subscription/{{customer}}`")
)]
pub(crate) struct BadPath {
    pub(crate) path: String,
    pub(crate) problem: String,
    pub(crate) place: Place,
}

impl Fault for BadPath {
    fn place(&self) -> &Place {
        &self.place
    }
}
