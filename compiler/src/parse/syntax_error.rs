use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A text that is not Rust.
#[derive(Debug, Error, Diagnostic)]
#[error("`{}` cannot be read as Rust: {message}", place.file.path)]
#[diagnostic(code(JS0001), help("put the syntax right; until then no component of this file is known"))]
pub(super) struct SyntaxError {
    pub(super) message: String,
    pub(super) place: Place,
}

impl Fault for SyntaxError {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        self.message.clone()
    }
}
