//! [`Failure`]: why the program ends without having done what was asked, and with which exit code.

use std::fmt::Display;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::Error;
use crate::store::StoreError;

/// Why the program ends without having done what was asked.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    error: Error,
    help: Vec<String>,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// It was asked in a wrong way, or in a place that can't be used: exit code 2.
    Usage,
    /// It was tried and failed: exit code 1.
    Failed,
}

/// What the app itself makes.
pub(crate) type Outcome<T = ExitCode> = Result<T, Failure>;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

impl Failure {
    /// It was asked in a wrong way.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { kind: FailureKind::Usage, error: Error::invalid(message), help: Vec::new() }
    }

    /// The place that was named can't be used.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "memory can always be used"))]
    pub(crate) fn of_place(error: StoreError) -> Self {
        let message = match error {
            StoreError::Unavailable(message) => message,
            error => error.to_string(),
        };
        Self::usage(message)
    }

    /// With one more way out.
    #[must_use]
    pub(crate) fn help(mut self, way_out: impl Display) -> Self {
        self.help.push(way_out.to_string());
        self
    }

    #[cfg(test)]
    pub(crate) fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What went wrong.
    pub(crate) fn into_error(self) -> Error {
        self.error
    }

    /// Says it on stderr and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        anstream::eprintln!("{ERROR}error{ERROR:#}: {:?}", self.error);
        for way_out in &self.help {
            anstream::eprintln!("{HELP}help{HELP:#}: {way_out}");
        }
        match self.kind {
            FailureKind::Usage => ExitCode::from(2),
            FailureKind::Failed => ExitCode::FAILURE,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { kind: FailureKind::Failed, error, help: Vec::new() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}
