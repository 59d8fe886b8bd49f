use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A reference is still needed after the process suspends, and can't be made again.
#[derive(Debug, Error, Diagnostic)]
#[error("`{local}` {what} across a suspension")]
#[diagnostic(code(JS0204), help("{way_out}"))]
pub(crate) struct BorrowAcrossSuspension {
    pub(crate) local: String,
    pub(crate) what: &'static str,
    pub(crate) way_out: String,
    pub(crate) suspension: Place,
    pub(crate) later_use: Place,
    pub(crate) place: Place,
}

impl Fault for BorrowAcrossSuspension {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "it is made here, and what is not owned can't be saved".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        vec![
            (self.suspension.clone(), "the process suspends here".to_owned()),
            (self.later_use.clone(), format!("and `{}` is needed again here", self.local)),
        ]
    }
}
