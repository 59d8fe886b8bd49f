use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `Some(n) if allowed(n).await => …`.
#[derive(Debug, Error, Diagnostic)]
#[error("a process can't be saved inside {inside}")]
#[diagnostic(code(JS0202), help("{way_out}"))]
pub(crate) struct UncutAwait {
    pub(crate) inside: &'static str,
    pub(crate) way_out: &'static str,
    pub(crate) place: Place,
}

impl Fault for UncutAwait {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this await is a point where the process is saved".to_owned()
    }
}
