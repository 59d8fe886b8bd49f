use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[export] let mut cards = Vec::new();`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` is exported, so its type must be written")]
#[diagnostic(
    code(JS0220),
    help(
        "write the whole type, as a struct's field would have it: `#[export] let mut {name}: Vec<Card> = …;`"
    )
)]
pub(crate) struct UntypedExport {
    pub(crate) name: String,
    pub(crate) why: &'static str,
    pub(crate) place: Place,
}

impl Fault for UntypedExport {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        format!("others read it by its type, {}", self.why)
    }
}
