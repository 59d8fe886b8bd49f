use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A guard lives over a suspension because its block does.
#[derive(Debug, Error, Diagnostic)]
#[error("{local} is held across a suspension by its scope alone")]
#[diagnostic(code(JS0211), help("{way_out}"))]
pub(crate) struct EffectOfDrop {
    pub(crate) local: String,
    pub(crate) why: &'static str,
    pub(crate) way_out: String,
    pub(crate) suspension: Place,
    pub(crate) end: Place,
    pub(crate) place: Place,
}

impl Fault for EffectOfDrop {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        self.why.to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![
            (
                self.suspension.clone(),
                "the process suspends here, and keeps only what it reads again".to_owned(),
            ),
            (self.end.clone(), "plain Rust would drop it here".to_owned()),
        ]
    }
}
