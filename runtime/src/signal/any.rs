//! [`AnySignal`]: a signal type without its type, for texts that come from a command line.

use std::time::Duration;

use super::Signal;
use crate::encoding;
use crate::store::Topic;
use crate::{Error, Result};

/// A signal type, known by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnySignal {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) retention: Duration,
    check: fn(&str) -> Result<(String, String)>,
}

impl AnySignal {
    pub(crate) fn of<S: Signal>() -> Self {
        Self { name: S::NAME, path: S::PATH, retention: S::RETENTION, check: check::<S> }
    }

    /// Reads a message of this type and gives the mailbox that it is for and its text.
    pub(crate) fn read(&self, text: &str) -> Result<(Topic, String)> {
        let (identity, payload) = (self.check)(text)?;
        Ok((Topic { signal: self.path.to_owned(), identity }, payload))
    }
}

fn check<S: Signal>(text: &str) -> Result<(String, String)> {
    let signal: S = encoding::from_text(text).map_err(Error::invalid)?;
    let payload = encoding::to_text_checked(&signal).map_err(Error::invalid)?;
    Ok((signal.identity(), payload))
}
