use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process("/subscription/{customr}")]`.
#[derive(Debug, Error, Diagnostic)]
#[error("the path names `{{{key}}}`, but `{name}` has no {member} `{key}`")]
#[diagnostic(
    code(JS0115),
    help("{}", way(key, nearest.as_deref(), member))
)]
pub(crate) struct UnknownKey {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) member: &'static str,
    pub(crate) nearest: Option<String>,
    pub(crate) place: Place,
}

impl Fault for UnknownKey {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        format!("`{{{}}}` is filled with the {} of that name", self.key, self.member)
    }
}

fn way(key: &str, nearest: Option<&str>, member: &str) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{{{nearest}}}`? or add a {member} `{key}`"),
        None => format!("add a {member} `{key}`, or take `{{{key}}}` out of the path"),
    }
}
