use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process]` on a method.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{name}` is a method")]
#[diagnostic(
    code(JS0111),
    help(
        "make it a free fn and borrow what it used of `self`: `{name}(billing: &Billing, …)`; borrowed parameters are services, which are put in at every resume"
    )
)]
pub(crate) struct TakesSelf {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Fault for TakesSelf {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "stands in an `impl`".to_owned()
    }
}
