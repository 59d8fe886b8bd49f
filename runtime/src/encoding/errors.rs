//! What can go wrong when a value is encoded or decoded.

use std::fmt;

/// A value that can't be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The type's own `Serialize` refused.
    #[error("{0}")]
    Refused(String),
    /// It is nested too deep to be read back.
    #[error(
        "the value is nested more than {} levels deep: keep it flat, as a `Vec` with indices for example",
        super::MAX_DEPTH
    )]
    TooDeep,
    /// serde could write it and could not read it back.
    #[error(
        "serde can't read this value back ({0}): a 128-bit integer can't stand inside an untagged or internally tagged enum \
         or a flattened struct; keep it as a string there, or tag the enum"
    )]
    Unreadable(String),
}

impl EncodeError {
    pub(super) fn unreadable(error: DecodeError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl serde::ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

/// A text that is not the encoding of the value that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is no JSON, or a `$` object that this version does not know.
    #[error("no readable JSON at byte {at}: {reason}")]
    Syntax {
        /// The place of the mistake, in bytes.
        at: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A field is not there.
    #[error("`{name}` is missing")]
    Missing {
        /// The field.
        name: String,
    },
    /// It is JSON of another shape.
    #[error("{}{message}", place(.path))]
    Shape {
        /// The way to the value at fault, the innermost part first.
        path: Vec<String>,
        /// serde's words.
        message: String,
    },
}

fn place(path: &[String]) -> String {
    let mut place = String::new();
    for part in path.iter().rev() {
        if !place.is_empty() && !part.starts_with('[') {
            place.push('.');
        }
        place.push_str(part);
    }
    if place.is_empty() { place } else { format!("at `{place}`: ") }
}

impl DecodeError {
    pub(super) fn syntax(at: usize, reason: impl Into<String>) -> Self {
        Self::Syntax { at, reason: reason.into() }
    }

    /// The same error, one level further out.
    pub(super) fn inside(mut self, part: impl FnOnce() -> String) -> Self {
        if let Self::Shape { path, .. } = &mut self {
            path.push(part());
        }
        self
    }
}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Shape { path: Vec::new(), message: message.to_string() }
    }
}
