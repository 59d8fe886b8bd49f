use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process("/x/{billing}")] async fn x(billing: &Billing)`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{{{key}}}` of the path is filled with `{key}`, which is borrowed")]
#[diagnostic(
    code(JS0116),
    help(
        "a key is an input: own it (`{key}: {owned}`); a borrowed parameter is a service, and has no place in a path"
    )
)]
pub(crate) struct BorrowedKey {
    pub(crate) key: String,
    pub(crate) owned: String,
    pub(crate) place: Place,
}

impl Fault for BorrowedKey {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "borrowed here".to_owned()
    }
}
