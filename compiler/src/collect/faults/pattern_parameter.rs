use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process] async fn f((a, b): (u8, u8))`.
#[derive(Debug, Error, Diagnostic)]
#[error("a parameter of the {kind} `{function}` is a pattern")]
#[diagnostic(
    code(JS0114),
    help("give the parameter a name and take it apart inside: `let {pattern} = input;`")
)]
pub(crate) struct PatternParameter {
    pub(crate) kind: &'static str,
    pub(crate) function: String,
    pub(crate) pattern: String,
    pub(crate) place: Place,
}

impl Fault for PatternParameter {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "an input is saved under its name, and this has none".to_owned()
    }
}
