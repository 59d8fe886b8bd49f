use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A component that the crate cannot name.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{name}` can't be named outside of the module `{module}`")]
#[diagnostic(
    code(JS0133),
    help(
        "write `pub(crate)` before it (or `pub`): the app's wiring stands in the crate's root and must name it"
    )
)]
pub(crate) struct LessVisible {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) place: Place,
}

impl Fault for LessVisible {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "only this module sees it".to_owned()
    }
}
