use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[service] impl Pool` without `#[new]`.
#[derive(Debug, Error, Diagnostic)]
#[error("{}", said(name, *count))]
#[diagnostic(
    code(JS0120),
    help(
        "put `#[new]` on the fn that builds a `{name}`, on one only: `#[new] async fn connect(db: &Db) -> Result<Self> {{ … }}`"
    )
)]
pub(crate) struct NoConstructor {
    pub(crate) name: String,
    pub(crate) count: usize,
    pub(crate) place: Place,
}

impl Fault for NoConstructor {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the constructor is looked for here".to_owned()
    }
}

fn said(name: &str, count: usize) -> String {
    match count {
        0 => format!("`#[service] impl {name}` has no constructor"),
        count => format!("`#[service] impl {name}` has {count} constructors"),
    }
}
