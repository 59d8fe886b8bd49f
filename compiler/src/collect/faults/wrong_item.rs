use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process]` on a struct, `#[signal]` on a fn.
#[derive(Debug, Error, Diagnostic)]
#[error("`#[{attribute}]` stands on {found}")]
#[diagnostic(code(JS0104), help("{help}"))]
pub(crate) struct WrongItem {
    pub(crate) attribute: &'static str,
    pub(crate) found: &'static str,
    pub(crate) help: &'static str,
    pub(crate) place: Place,
}

impl Fault for WrongItem {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this one".to_owned()
    }
}
