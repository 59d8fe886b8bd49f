use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `app!` in a module.
#[derive(Debug, Error, Diagnostic)]
#[error("`app!({name})` stands in the module `{module}`")]
#[diagnostic(
    code(JS0132),
    help("move it to the crate's root, `{root}`: that is where the other slots look for the wiring")
)]
pub(crate) struct AppInModule {
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) root: String,
    pub(crate) place: Place,
}

impl Fault for AppInModule {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "not the crate's root".to_owned()
    }
}
