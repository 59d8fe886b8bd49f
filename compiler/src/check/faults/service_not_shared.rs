use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A service that holds another by value.
#[derive(Debug, Error, Diagnostic)]
#[error("`{owner}` holds the service `{service}` by value")]
#[diagnostic(
    code(JS0145),
    help("write `{name}: Arc<{held}>`: there is one of each service, and all that need it share it")
)]
pub(crate) struct ServiceNotShared {
    pub(crate) owner: String,
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) held: String,
    pub(crate) place: Place,
}

impl Fault for ServiceNotShared {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "not shared".to_owned()
    }
}
