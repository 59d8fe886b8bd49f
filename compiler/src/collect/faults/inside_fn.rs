use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A component inside the body of a fn.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` stands inside a fn, where the app's wiring cannot name it")]
#[diagnostic(code(JS0105), help("move it out of the fn, to the module"))]
pub(crate) struct InsideFn {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Fault for InsideFn {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this `#[…]` has no effect here".to_owned()
    }
}
