use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process] fn subscription(…)`.
#[derive(Debug, Error, Diagnostic)]
#[error("the process `{name}` is not async")]
#[diagnostic(
    code(JS0110),
    help("write `async fn {name}(…)`: a process is saved at its awaits, and only an async fn has any")
)]
pub(crate) struct NotAsync {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Fault for NotAsync {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "`async` is missing before this `fn`".to_owned()
    }
}
