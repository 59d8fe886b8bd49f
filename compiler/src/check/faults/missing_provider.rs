use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A dependency that nothing provides.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing provides `{wanted}`: {chain}")]
#[diagnostic(code(JS0140), help("{help}"))]
pub(crate) struct MissingProvider {
    pub(crate) wanted: String,
    pub(crate) chain: String,
    pub(crate) help: String,
    pub(crate) nearby: Vec<(Place, String)>,
    pub(crate) place: Place,
}

impl Fault for MissingProvider {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "needed here".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        self.nearby.clone()
    }
}
