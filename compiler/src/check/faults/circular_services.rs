use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Services that need each other.
#[derive(Debug, Error, Diagnostic)]
#[error("services need each other in a circle: {circle}")]
#[diagnostic(
    code(JS0142),
    help(
        "each is built from the others, so none can be the first: move what two of them share to a service of its own, or hand it over in a call instead of keeping it"
    )
)]
pub(crate) struct CircularServices {
    pub(crate) circle: String,
    pub(crate) label: String,
    pub(crate) links: Vec<(Place, String)>,
    pub(crate) place: Place,
}

impl Fault for CircularServices {
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
