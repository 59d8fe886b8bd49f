use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `info!("charged {}", billing.charge(id).await)`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}!` awaits, and what stands in it can't be read")]
#[diagnostic(code(JS0201), help("{help}"))]
pub(crate) struct UnreadMacro {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) place: Place,
}

impl Fault for UnreadMacro {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "a process is saved at its awaits, so the compiler must see them".to_owned()
    }
}
