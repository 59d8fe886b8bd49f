use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A type in a block of a process, whose name means something else outside of the block.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}` means two things in one process")]
#[diagnostic(
    code(JS0209),
    help(
        "an await cuts this block, and its parts must share their types, so these are seen by the whole process: call it something else, or move it out of the fn"
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
        "the one of this block".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.other.clone(), format!("another `{}`", self.name))]
    }
}
