use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A process that takes a service by value.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{function}` takes the service `{service}` by value")]
#[diagnostic(
    code(JS0144),
    help(
        "write `{name}: &{held}`: a borrowed parameter is put in at every resume; an owned one is an input, {why}"
    )
)]
pub(crate) struct ServiceByValue {
    pub(crate) kind: &'static str,
    pub(crate) function: String,
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) held: String,
    pub(crate) why: &'static str,
    pub(crate) place: Place,
}

impl Fault for ServiceByValue {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "a service is borrowed".to_owned()
    }
}
