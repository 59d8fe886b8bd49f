use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `race! {}`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}!` {problem}")]
#[diagnostic(code(JS0203), help("{way_out}"))]
pub(crate) struct IllFormedWait {
    pub(crate) name: String,
    pub(crate) problem: String,
    pub(crate) way_out: String,
    pub(crate) place: Place,
}

impl Fault for IllFormedWait {
    fn place(&self) -> &Place {
        &self.place
    }
}
