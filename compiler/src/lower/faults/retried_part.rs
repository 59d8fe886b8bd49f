use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `bids(auction).retry(backoff).await`, where `bids` is a part.
#[derive(Debug, Error, Diagnostic)]
#[error("`{part}` is a part, and can't be retried as a whole")]
#[diagnostic(
    code(JS0214),
    help(
        "retry the call in `{part}` that may fail; or call `{part}` again, `loop {{ match {part}(..).await {{ Ok(done) => break done, Err(_) => sleep(minutes(1)).await }} }}`"
    )
)]
pub(crate) struct RetriedPart {
    pub(crate) part: String,
    pub(crate) place: Place,
}

impl Fault for RetriedPart {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "an attempt is one step, and a part is many that are committed one by one".to_owned()
    }
}
