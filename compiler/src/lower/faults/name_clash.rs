use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two locals of one name in macros that can't be read.
#[derive(Debug, Error, Diagnostic)]
#[error("two locals called `{name}` are needed at one place, and neither can be renamed")]
#[diagnostic(
    code(JS0206),
    help(
        "where an await cuts a block, both are there at once, and one gets another name; but macros name both, and what stands in these can't be read: call one of them something else, or bind what the macro takes with a `let` before it"
    )
)]
pub(crate) struct NameClash {
    pub(crate) name: String,
    pub(crate) other: Place,
    pub(crate) place: Place,
}

impl Fault for NameClash {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this one".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.other.clone(), "and this one".to_owned())]
    }
}
