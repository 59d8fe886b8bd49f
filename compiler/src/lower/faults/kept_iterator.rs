use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `for item in order.items.iter().filter(…) { ship(item).await }`.
#[derive(Debug, Error, Diagnostic)]
#[error("a loop that awaits can't keep what this iterator borrows")]
#[diagnostic(
    code(JS0207),
    help(
        "{}{}",
        owned.as_ref().map(|owned| format!("{owned}; or ")).unwrap_or_default(),
        all.as_ref().map_or_else(
            || "let the closure only look: compare, and read fields".to_owned(),
            |all| format!("go over all of them, `{all}`, and test inside the loop; or collect their positions before it")
        )
    )
)]
pub(crate) struct KeptIterator {
    /// How to own the items, where that is simple.
    pub(crate) owned: Option<String>,
    /// The loop over all of them, where they are there without that code.
    pub(crate) all: Option<String>,
    pub(crate) method: Place,
    pub(crate) place: Place,
}

impl Fault for KeptIterator {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "after a restart it would have to find its place again".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.method.clone(), "but this runs code of yours to find the next item".to_owned())]
    }
}
