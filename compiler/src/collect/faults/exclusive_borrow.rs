use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process] async fn f(ledger: &mut Ledger)`.
#[derive(Debug, Error, Diagnostic)]
#[error("the {kind} `{function}` borrows `{name}` with `&mut`")]
#[diagnostic(
    code(JS0113),
    help(
        "write `{name}: &{held}`, since a service is shared by all that use it (one that changes keeps its state in a `Mutex` or in the database); if `{name}` is an input, own it: `mut {name}: {held}`"
    )
)]
pub(crate) struct ExclusiveBorrow {
    pub(crate) kind: &'static str,
    pub(crate) function: String,
    pub(crate) name: String,
    pub(crate) held: String,
    pub(crate) place: Place,
}

impl Fault for ExclusiveBorrow {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "a service is shared, never exclusive".to_owned()
    }
}
