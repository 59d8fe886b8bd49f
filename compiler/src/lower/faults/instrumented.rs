use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[instrument]` on a process.
#[derive(Debug, Error, Diagnostic)]
#[error("`#[{attribute}]` puts the body of `{process}` into one span, and a process runs in many pieces")]
#[diagnostic(
    code(JS0213),
    help(
        "leave it out: what a process logs stands in a span with its name and its point already; or put it on the `async fn`s that the process awaits; or give a span to one await, `charge(..).instrument(span).await`"
    )
)]
pub(crate) struct Instrumented {
    pub(crate) attribute: String,
    pub(crate) process: String,
    pub(crate) place: Place,
}

impl Fault for Instrumented {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "a span does not outlive a restart".to_owned()
    }
}
