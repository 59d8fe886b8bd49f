use miette::Diagnostic;
use thiserror::Error;

use super::settings::KEYS;
use crate::{Fault, Place};

/// A key of `justscale.toml` that nothing reads.
#[derive(Debug, Error, Diagnostic)]
#[error("there is no setting `{key}`")]
#[diagnostic(code(JS0005), help("{}", self.way_out()))]
pub(super) struct UnknownSetting {
    pub(super) key: String,
    pub(super) nearest: Option<&'static str>,
    pub(super) place: Place,
}

impl UnknownSetting {
    fn way_out(&self) -> String {
        let known = KEYS.map(|key| format!("`{key}`")).join(", ");
        match self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`? the settings are {known}"),
            None => format!("the settings are {known}"),
        }
    }
}

impl Fault for UnknownSetting {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "nothing reads this".to_owned()
    }
}
