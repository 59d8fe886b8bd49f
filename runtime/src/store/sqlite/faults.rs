//! SQLite's errors as the store's: each named, with a way out.

use rusqlite::{Error, ErrorCode};

use crate::store::StoreError;

/// What an error of the store's own statements means. `place` is the data file.
pub(crate) fn fault(error: &Error, place: &str) -> StoreError {
    use ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::DiskFull) => StoreError::Full { place: place.to_owned() },
        Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => {
            StoreError::ReadOnly { place: place.to_owned() }
        }
        Some(Code::DatabaseCorrupt) => corrupt(place, "the file is damaged"),
        Some(Code::NotADatabase) => corrupt(place, "the file is no SQLite database"),
        Some(Code::SystemIoFailure) => StoreError::Unavailable(format!(
            "{place} could not be read or written ({error}); look at the disk and its quota"
        )),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
            StoreError::Unavailable(format!("{place} is locked by another program; it is tried again"))
        }
        Some(_) => StoreError::Unavailable(format!("{place}: {error}")),
        None => corrupt(place, &format!("a row is not what this version writes ({error})")),
    }
}

fn corrupt(place: &str, reason: &str) -> StoreError {
    let reason = format!(
        "{reason}: put a backup in its place, or save what is left with `sqlite3 {place} .recover`; nothing was changed"
    );
    StoreError::Corrupt { place: place.to_owned(), reason }
}

/// What an error of a statement of the user's means.
pub(crate) fn statement_fault(error: &Error, sql: &str, place: &str) -> StoreError {
    use ErrorCode as Code;
    let wrong =
        |message: String, constraint| StoreError::Statement { message, sql: sql.to_owned(), constraint };
    match error {
        Error::SqliteFailure(failure, message) => match failure.code {
            Code::ConstraintViolation => wrong(message.clone().unwrap_or_else(|| error.to_string()), true),
            Code::DiskFull
            | Code::ReadOnly
            | Code::CannotOpen
            | Code::PermissionDenied
            | Code::DatabaseCorrupt
            | Code::NotADatabase
            | Code::SystemIoFailure
            | Code::DatabaseBusy
            | Code::OutOfMemory => fault(error, place),
            _ => wrong(message.clone().unwrap_or_else(|| error.to_string()), false),
        },
        Error::SqlInputError { msg, .. } => wrong(msg.clone(), false),
        Error::ExecuteReturnedResults => wrong("this statement gives rows: use `query`".to_owned(), false),
        Error::InvalidQuery => wrong("this statement gives no rows: use `execute`".to_owned(), false),
        Error::MultipleStatement => {
            wrong("there is more than one statement here: run them one by one".to_owned(), false)
        }
        Error::InvalidParameterCount(given, wanted) => {
            wrong(format!("the statement has {wanted} parameters, and {given} are given"), false)
        }
        other => wrong(other.to_string(), false),
    }
}
