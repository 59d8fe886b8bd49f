use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[cfg(feature = "audit")] audit().await;`.
#[derive(Debug, Error, Diagnostic)]
#[error("`#[{attribute}]` stands on code that awaits")]
#[diagnostic(
    code(JS0210),
    help(
        "a process's points are the same in every build: write `if cfg!(…) {{ … }}`, or put the `#[cfg]` on two versions of the fn"
    )
)]
pub(crate) struct ConditionalAwait {
    pub(crate) attribute: &'static str,
    pub(crate) place: Place,
}

impl Fault for ConditionalAwait {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "whether this is there is known only to rustc".to_owned()
    }
}
