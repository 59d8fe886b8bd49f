use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Parts that call each other, or one that calls itself.
#[derive(Debug, Error, Diagnostic)]
#[error("parts call each other in a circle: {circle}")]
#[diagnostic(
    code(JS0147),
    help(
        "the state of each is kept inside the state of its caller, so this one would have no end: make `{name}` a child with a state of its own, `#[process(\"/{name}/{{…}}\")]`, and await it with `.await?`; or write a loop"
    )
)]
pub(crate) struct CircularParts {
    pub(crate) name: String,
    pub(crate) circle: String,
    pub(crate) label: String,
    pub(crate) links: Vec<(Place, String)>,
    pub(crate) place: Place,
}

impl Fault for CircularParts {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        self.links.clone()
    }
}
