use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// Two `app!` in one crate root.
#[derive(Debug, Error, Diagnostic)]
#[error("`{second}` is the second app of `{root}`")]
#[diagnostic(
    code(JS0131),
    help("a crate has one app: take one away, or put it in a binary of its own (`src/bin/{binary}.rs`)")
)]
pub(crate) struct TwoApps {
    pub(crate) second: String,
    pub(crate) root: String,
    pub(crate) binary: String,
    pub(crate) first: Place,
    pub(crate) place: Place,
}

impl Fault for TwoApps {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the second".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.first.clone(), "the first".to_owned())]
    }
}
