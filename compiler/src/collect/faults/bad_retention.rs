use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[signal("/x", retention = "a while")]`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{text}` is no length of time")]
#[diagnostic(
    code(JS0122),
    help(
        "write a number and a unit: `retention = \"7 days\"`; the units are seconds, minutes, hours, days and weeks"
    )
)]
pub(crate) struct BadRetention {
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Fault for BadRetention {
    fn place(&self) -> &Place {
        &self.place
    }
}
