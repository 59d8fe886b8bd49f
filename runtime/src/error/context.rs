//! [`Context`]: says what was being done when something failed.

use std::fmt;

use super::{Error, Result};

/// Puts a message in front of an error, or in place of a `None`.
pub trait Context<T> {
    /// Adds a message: `fs::read(path).context("the price list")?`.
    fn context(self, message: impl fmt::Display) -> Result<T>;

    /// Adds a message that is only made when it is needed.
    fn with_context<M: fmt::Display>(self, message: impl FnOnce() -> M) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for Result<T, E> {
    fn context(self, message: impl fmt::Display) -> Result<T> {
        self.map_err(|error| error.into().context(message))
    }

    fn with_context<M: fmt::Display>(self, message: impl FnOnce() -> M) -> Result<T> {
        self.map_err(|error| error.into().context(message()))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, message: impl fmt::Display) -> Result<T> {
        self.ok_or_else(|| Error::msg(message))
    }

    fn with_context<M: fmt::Display>(self, message: impl FnOnce() -> M) -> Result<T> {
        self.ok_or_else(|| Error::msg(message()))
    }
}
