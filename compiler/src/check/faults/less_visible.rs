use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A component, or a trait that one of them borrows, that the crate cannot name.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{name}` can't be named outside of the module `{module}`")]
#[diagnostic(
    code(JS0133),
    help(
        "make `{name}` `pub(crate)`, or `pub`: the app's wiring stands in the crate's root and must name it"
    )
)]
pub(crate) struct LessVisible {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) place: Place,
    /// Where it is declared, if the fault stands elsewhere.
    pub(crate) declared: Option<Place>,
}

const HIDDEN: &str = "only its module sees it";

impl Fault for LessVisible {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        match self.declared {
            Some(_) => "borrowed here".to_owned(),
            None => HIDDEN.to_owned(),
        }
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        self.declared.iter().map(|place| (place.clone(), HIDDEN.to_owned())).collect()
    }
}
