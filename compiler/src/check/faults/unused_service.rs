use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A service that nothing needs.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing needs the service `{name}`")]
#[diagnostic(
    code(JS0143),
    help(
        "take the `#[service]` away, or need it: `&{name}` in a process or a command, `Arc<{name}>` in a service; one that only acts by being there implements `Lifecycle`"
    )
)]
pub(crate) struct UnusedService {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl Fault for UnusedService {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "built at start, and used by nothing".to_owned()
    }
}
