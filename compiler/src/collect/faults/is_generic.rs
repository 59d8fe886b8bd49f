use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A generic process, signal, service or command.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{name}` is generic")]
#[diagnostic(code(JS0112), help("{help}"))]
pub(crate) struct IsGeneric {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) help: &'static str,
    pub(crate) place: Place,
}

impl Fault for IsGeneric {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this stands for more than one type".to_owned()
    }
}
