use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Components in a crate root without `app!`.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` belongs to no app: `{root}` has no `justscale::app!`")]
#[diagnostic(
    code(JS0130),
    help(
        "write `justscale::app!({app});` in `{root}`; or, if this crate only lends its code, take the `#[{attribute}]` away"
    )
)]
pub(crate) struct NoApp {
    pub(crate) name: String,
    pub(crate) root: String,
    pub(crate) app: String,
    pub(crate) attribute: &'static str,
    pub(crate) place: Place,
}

impl Fault for NoApp {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        format!("a `#[{}]` needs an app to run in", self.attribute)
    }
}
