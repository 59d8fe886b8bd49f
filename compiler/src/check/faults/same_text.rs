use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two components of one crate with the same text.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` stands twice in this crate, word for word")]
#[diagnostic(
    code(JS0134),
    help("a component is known by its text: give one of them another name, or keep one and `use` it")
)]
pub(crate) struct SameText {
    pub(crate) name: String,
    pub(crate) first: Place,
    pub(crate) place: Place,
}

impl Fault for SameText {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the same again".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.first.clone(), "the first".to_owned())]
    }
}
