use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A field of a service that nobody could put in.
#[derive(Debug, Error, Diagnostic)]
#[error("`{name}: {written}` of the service `{owner}` is no dependency")]
#[diagnostic(
    code(JS0146),
    help(
        "the fields of a service are put in by the app: `Arc<…>` of a service, or what the runtime provides (`Db`, `Clock`, `DataFolder`); for a value of its own give `{owner}` a constructor: `#[service] impl {owner} {{ #[new] fn new(…) -> Self {{ … }} }}`"
    )
)]
pub(crate) struct NoService {
    pub(crate) name: String,
    pub(crate) written: String,
    pub(crate) owner: String,
    pub(crate) place: Place,
}

impl Fault for NoService {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "nothing can be put in here".to_owned()
    }
}
