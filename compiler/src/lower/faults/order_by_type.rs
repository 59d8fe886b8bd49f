use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `totals[next()] += price().await`.
#[derive(Debug, Error, Diagnostic)]
#[error("which side of this `{operator}` comes first depends on its type")]
#[diagnostic(
    code(JS0205),
    help(
        "numbers evaluate the right side first, all other types the left: say which by a `let` before it, `let value = {right};` and then `{left} {operator} value`"
    )
)]
pub(crate) struct OrderByType {
    pub(crate) operator: String,
    pub(crate) left: String,
    pub(crate) right: String,
    pub(crate) place: Place,
}

impl Fault for OrderByType {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "both sides do something, and one of them awaits".to_owned()
    }
}
