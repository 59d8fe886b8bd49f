use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[process(42)]`, `#[signal("/x", retention = 7)]`.
#[derive(Debug, Error, Diagnostic)]
#[error("{}", said(attribute, name.as_deref(), *is_repeated))]
#[diagnostic(code(JS0102), help("{}", way(examples)))]
pub(crate) struct WrongArgument {
    pub(crate) attribute: &'static str,
    pub(crate) name: Option<String>,
    pub(crate) is_repeated: bool,
    pub(crate) examples: Vec<String>,
    pub(crate) place: Place,
}

impl Fault for WrongArgument {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "not understood".to_owned()
    }
}

fn said(attribute: &str, name: Option<&str>, is_repeated: bool) -> String {
    match name {
        Some(name) if is_repeated => format!("`{name}` of `#[{attribute}]` is given twice"),
        Some(name) => format!("`{name}` of `#[{attribute}]` takes something else"),
        None => format!("the arguments of `#[{attribute}]` cannot be read"),
    }
}

fn way(examples: &[String]) -> String {
    if examples.is_empty() {
        return "it takes no arguments: leave them out".to_owned();
    }
    format!("write {}", examples.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))
}
