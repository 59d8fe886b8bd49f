use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process("/x", colour = "red")]`.
#[derive(Debug, Error, Diagnostic)]
#[error("`#[{attribute}]` has no argument `{name}`")]
#[diagnostic(
    code(JS0101),
    help("{}", way(nearest.as_deref(), takes))
)]
pub(crate) struct UnknownArgument {
    pub(crate) attribute: &'static str,
    pub(crate) name: String,
    pub(crate) nearest: Option<String>,
    pub(crate) takes: Vec<String>,
    pub(crate) place: Place,
}

impl Fault for UnknownArgument {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "not known".to_owned()
    }
}

fn way(nearest: Option<&str>, takes: &[String]) -> String {
    let takes = if takes.is_empty() {
        "it takes none".to_owned()
    } else {
        format!("it takes {}", takes.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))
    };
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`? {takes}"),
        None => takes,
    }
}
