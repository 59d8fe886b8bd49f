use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two processes, signals, services or commands with one name.
#[derive(Debug, Error, Diagnostic)]
#[error("there are two {kind} called `{name}`")]
#[diagnostic(code(JS0136), help("{}", way(kind)))]
pub(crate) struct SameName {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) first: Place,
    pub(crate) place: Place,
}

impl Fault for SameName {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the same name".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.first.clone(), "the first".to_owned())]
    }
}

fn way(kind: &str) -> &'static str {
    match kind {
        "commands" => "people call a command by its name: give one of them another",
        "services" => "a service is one of its kind in an app: give one of them another name",
        _ => "what is stored is found again by this name: give one of them another",
    }
}
