use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two items of one name in different blocks of a process.
#[derive(Debug, Error, Diagnostic)]
#[error("two items called `{name}` stand in the blocks of one process")]
#[diagnostic(
    code(JS0209),
    help(
        "where an await cuts a block, its items are seen by the whole process: call one of them something else, or move it out of the fn"
    )
)]
pub(crate) struct SameItem {
    pub(crate) name: String,
    pub(crate) other: Place,
    pub(crate) place: Place,
}

impl Fault for SameItem {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the second".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.other.clone(), "the first".to_owned())]
    }
}
