use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A `#[new]` fn that does not give a service.
#[derive(Debug, Error, Diagnostic)]
#[error("the constructor `{function}` of `{name}` {problem}")]
#[diagnostic(
    code(JS0121),
    help(
        "write `#[new] async fn {function}(db: &Db) -> Result<Self> {{ … }}`: what it takes is put in, and it gives `Self` or a `Result` with it"
    )
)]
pub(crate) struct WrongConstructor {
    pub(crate) name: String,
    pub(crate) function: String,
    pub(crate) problem: &'static str,
    pub(crate) place: Place,
}

impl Fault for WrongConstructor {
    fn place(&self) -> &Place {
        &self.place
    }
}
