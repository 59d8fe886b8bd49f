use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process] async fn charge_twice(…)`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` has no path, so no instance of it can have a name")]
#[diagnostic(
    code(JS0208),
    help(
        "give it one, `#[process(\"/{name}/{{…}}\")]`, and await it as a child; or write a plain `async fn`, which is then one step of whoever awaits it. (Parts, whose waits belong to the process that calls them, do not exist yet.)"
    )
)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Fault for Part {
    fn place(&self) -> &Place {
        &self.place
    }
}
