use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process("/order/{id}")] async fn order(id: u32) -> &'static str`.
#[derive(Debug, Error, Diagnostic)]
#[error("{what} holds a borrow, `{written}`, which can't be read back once it is saved")]
#[diagnostic(code(JS0118), help("own it: write `{owned}` instead of `{written}`"))]
pub(crate) struct KeptBorrow {
    /// "what `order` returns", "`kind`"
    pub(crate) what: String,
    pub(crate) written: String,
    pub(crate) owned: String,
    pub(crate) place: Place,
}

impl Fault for KeptBorrow {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "this is saved with the process".to_owned()
    }
}
