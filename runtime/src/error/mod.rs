//! [`Error`]: the error of an app, like anyhow's, and unlike it one that can be saved with a process.
//!
//! `?` turns any error into it. What it keeps is text and a kind: the message, those of its causes, and whether a later
//! try may help. So nothing is lost when a process parks, and the same error comes back from the store.

mod context;
mod kind;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use context::Context;
pub use kind::Kind;

/// The result of an app's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error, as text with its causes and its [`Kind`]; it can be saved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    kind: Kind,
    #[serde(flatten)]
    link: Box<Link>,
}

/// One message of a chain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Link {
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Box<Link>>,
}

impl Error {
    /// An error of this kind with this message.
    pub fn new(kind: Kind, message: impl fmt::Display) -> Self {
        Self { kind, link: Box::new(Link { message: message.to_string(), cause: None }) }
    }

    /// An error with this message and no particular kind.
    pub fn msg(message: impl fmt::Display) -> Self {
        Self::new(Kind::Other, message)
    }

    /// A mistake that may be gone at the next try.
    pub fn transient(message: impl fmt::Display) -> Self {
        Self::new(Kind::Transient, message)
    }

    /// A mistake that no other try will mend.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self::new(Kind::Permanent, message)
    }

    /// What was asked for does not exist.
    pub fn not_found(message: impl fmt::Display) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// What was asked for clashes with what is there.
    pub fn conflict(message: impl fmt::Display) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// What was given is wrong.
    pub fn invalid(message: impl fmt::Display) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// What was asked for was cancelled.
    pub fn cancelled(message: impl fmt::Display) -> Self {
        Self::new(Kind::Cancelled, message)
    }

    /// What kind of mistake it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The same error as one of this kind.
    #[must_use]
    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Puts a message in front, which says what was being done.
    #[must_use]
    pub fn context(self, message: impl fmt::Display) -> Self {
        let link = Link { message: message.to_string(), cause: Some(self.link) };
        Self { kind: self.kind, link: Box::new(link) }
    }

    /// The messages, from the outermost to the root.
    pub fn chain(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(&*self.link), |link| link.cause.as_deref())
            .map(|link| link.message.as_str())
    }

    /// The innermost message.
    pub fn root_cause(&self) -> &str {
        self.chain().last().unwrap_or_default()
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let kind = kind::of(&error);
        let mut messages = vec![error.to_string()];
        let mut source = error.source();
        while let Some(cause) = source {
            messages.push(cause.to_string());
            source = cause.source();
        }
        // A wrapper that is transparent, or that repeats its cause's words, adds nothing to the chain.
        messages.dedup();
        let mut cause = None;
        while let Some(message) = messages.pop() {
            cause = Some(Box::new(Link { message, cause }));
        }
        let link = cause.unwrap_or_else(|| Box::new(Link { message: error.to_string(), cause: None }));
        Self { kind, link }
    }
}

/// Any code that takes a `dyn Error` takes this one: `&*error`.
impl std::ops::Deref for Error {
    type Target = dyn std::error::Error + Send + Sync + 'static;

    fn deref(&self) -> &Self::Target {
        &*self.link
    }
}

impl AsRef<dyn std::error::Error + Send + Sync + 'static> for Error {
    fn as_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.link
    }
}

impl From<Error> for Box<dyn std::error::Error + Send + Sync + 'static> {
    fn from(error: Error) -> Self {
        error.link
    }
}

impl fmt::Display for Error {
    /// The outermost message; the whole chain, joined by colons, as `{:#}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return f.write_str(&self.link.message);
        }
        for (place, message) in self.chain().enumerate() {
            f.write_str(if place == 0 { "" } else { ": " })?;
            f.write_str(message)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    /// What a person sees when `main` or a test ends with this error: each cause on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, message) in self.chain().enumerate() {
            match place {
                0 => write!(f, "{message}")?,
                1 => write!(f, "\n\ncaused by:\n    {message}")?,
                _ => write!(f, "\n    {message}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.message)
    }
}

impl std::error::Error for Link {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|link| link as &(dyn std::error::Error + 'static))
    }
}

/// Returns with an error that has this text: `bail!("no order {id}")`.
#[macro_export]
macro_rules! bail {
    ($($message:tt)+) => { return ::core::result::Result::Err($crate::Error::msg(::std::format!($($message)+)).into()) };
}

/// Returns with an error that has this text, unless the condition holds: `ensure!(price > 0, "a price of {price}")`.
#[macro_export]
macro_rules! ensure {
    ($condition:expr $(,)?) => {
        if !$condition { $crate::bail!("Condition failed: `{}`", ::core::stringify!($condition)) }
    };
    ($condition:expr, $($message:tt)+) => { if !$condition { $crate::bail!($($message)+) } };
}

#[cfg(test)]
mod tests;
