use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process] async fn f(name: &str)`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}: {written}` is borrowed, so it would be a service, and `{held}` is none")]
#[diagnostic(code(JS0117), help("own it: `{name}: {owned}`; an owned parameter is an input, {why}"))]
pub(crate) struct BorrowedInput {
    pub(crate) name: String,
    pub(crate) written: String,
    pub(crate) held: String,
    pub(crate) owned: String,
    pub(crate) why: &'static str,
    pub(crate) place: Place,
}

impl Fault for BorrowedInput {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "an input is owned".to_owned()
    }
}
