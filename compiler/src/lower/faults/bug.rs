use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// The compiler contradicts itself.
#[derive(Debug, Error, Diagnostic)]
#[error("justscale has lost its way in `{item}` ({stage}: {what})")]
#[diagnostic(
    code(JS0299),
    help(
        "this is a bug of justscale, not yours: please report it with this fn's text; until it is mended, moving the code at this place to an `async fn` of its own goes around it"
    )
)]
pub(crate) struct Bug {
    pub(crate) stage: &'static str,
    pub(crate) item: String,
    pub(crate) what: String,
    pub(crate) place: Place,
}

impl Fault for Bug {
    fn place(&self) -> &Place {
        &self.place
    }
}
