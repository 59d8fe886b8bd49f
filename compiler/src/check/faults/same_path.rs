use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two processes with one path.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{first_name}` and `{name}` have one path, `{path}`")]
#[diagnostic(
    code(JS0135),
    help(
        "what is kept is found again by the filled path, so it must tell them apart: `/{name}{path}`, for example"
    )
)]
pub(crate) struct SamePath {
    pub(crate) kind: &'static str,
    pub(crate) first_name: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) first: Place,
    pub(crate) place: Place,
}

impl Fault for SamePath {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the same path".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.first.clone(), format!("the path of `{}`", self.first_name))]
    }
}
