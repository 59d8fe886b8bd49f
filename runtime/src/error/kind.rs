//! What kind of mistake an error is, and how that is read from a foreign error.

use std::io;

use serde::{Deserialize, Serialize};

use crate::db::DbError;
use crate::store::StoreError;

/// What kind of mistake an [`Error`](crate::Error) is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Nothing is known about it.
    #[default]
    Other,
    /// It may be gone at the next try.
    Transient,
    /// No other try will mend it.
    Permanent,
    /// What was asked for does not exist.
    NotFound,
    /// What was asked for clashes with what is there.
    Conflict,
    /// What was given is wrong.
    Invalid,
    /// What was asked for was cancelled.
    Cancelled,
}

/// The kind of a foreign error: that of the first error in its chain which says one.
pub(super) fn of(error: &(dyn std::error::Error + 'static)) -> Kind {
    std::iter::successors(Some(error), |error| error.source()).find_map(said_by).unwrap_or_default()
}

fn said_by(error: &(dyn std::error::Error + 'static)) -> Option<Kind> {
    if let Some(error) = error.downcast_ref::<StoreError>() {
        return Some(match error {
            StoreError::Statement { constraint: true, .. } => Kind::Conflict,
            StoreError::Statement { .. } | StoreError::Corrupt { .. } => Kind::Permanent,
            error if error.is_transient() => Kind::Transient,
            _ => Kind::Other,
        });
    }
    if let Some(DbError::NoRow { .. }) = error.downcast_ref::<DbError>() {
        return Some(Kind::NotFound);
    }
    let error = error.downcast_ref::<io::Error>()?;
    match error.kind() {
        io::ErrorKind::NotFound => Some(Kind::NotFound),
        io::ErrorKind::AlreadyExists => Some(Kind::Conflict),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Some(Kind::Invalid),
        io::ErrorKind::TimedOut
        | io::ErrorKind::Interrupted
        | io::ErrorKind::WouldBlock
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Some(Kind::Transient),
        _ => None,
    }
}
