use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[point]` without a name, with a name that is taken, or where there is no point.
#[derive(Debug, Error, Diagnostic)]
#[error("this gives no point its name: {what}")]
#[diagnostic(code(JS0212), help("{way_out}"))]
pub(crate) struct IllFormedPoint {
    pub(crate) what: String,
    pub(crate) way_out: &'static str,
    pub(crate) place: Place,
}

impl Fault for IllFormedPoint {
    fn place(&self) -> &Place {
        &self.place
    }
}
