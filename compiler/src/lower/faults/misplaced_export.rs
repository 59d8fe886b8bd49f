use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[export]` where it can't show anything.
#[derive(Debug, Error, Diagnostic)]
#[error("this can't be exported: {what}")]
#[diagnostic(code(JS0221), help("{way_out}"))]
pub(crate) struct MisplacedExport {
    pub(crate) what: String,
    pub(crate) way_out: String,
    pub(crate) place: Place,
}

impl Fault for MisplacedExport {
    fn place(&self) -> &Place {
        &self.place
    }
}
