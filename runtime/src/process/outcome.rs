//! What `?` does in a process: [`Branch`] and [`Leaves`], for `Result` and `Option`.
//!
//! The standard library's own pair can't be named on stable Rust; these two do the same, `From` included.

use std::convert::Infallible;
use std::ops::ControlFlow;

/// `?`'s test: go on with a value, or leave with a residual.
#[diagnostic::on_unimplemented(
    message = "the `?` operator can only be applied to values that are a `Result` or an `Option`",
    label = "`?` can't be applied to `{Self}`"
)]
pub trait Branch {
    /// What goes on.
    type Output;
    /// What leaves.
    type Residual;
    /// Which of the two it is.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

impl<T, E> Branch for Result<T, E> {
    type Output = T;
    type Residual = Result<Infallible, E>;

    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}

impl<T> Branch for Option<T> {
    type Output = T;
    type Residual = Option<Infallible>;

    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Some(value) => ControlFlow::Continue(value),
            None => ControlFlow::Break(None),
        }
    }
}

/// `?`'s return: how a residual leaves a process that returns an `O`.
///
/// It is the residual's trait and not the outcome's, as the standard library has it, so that an error without a conversion is said to
/// be one: rustc would take the only outcome that fits for what was meant, and speak of mismatched types.
#[diagnostic::on_unimplemented(
    message = "`?` can't leave a process that returns `{O}`",
    label = "cannot use `?` in a process that returns `{O}`"
)]
pub trait Leaves<O> {
    /// The value that is returned.
    fn leave(self) -> O;
}

impl<T, E: ErrorInto<F>, F> Leaves<Result<T, F>> for Result<Infallible, E> {
    fn leave(self) -> Result<T, F> {
        match self {
            Err(error) => Err(error.error_into()),
            Ok(never) => match never {},
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> Leaves<Option<T>> for Option<Infallible> {
    fn leave(self) -> Option<T> {
        None
    }
}

/// An error that `?` turns into another one: `From`, with `?`'s words where it is missing.
#[diagnostic::on_unimplemented(
    message = "`?` couldn't convert the error to `{F}`",
    label = "the trait `From<{Self}>` is not implemented for `{F}`"
)]
pub trait ErrorInto<F> {
    /// The other one.
    fn error_into(self) -> F;
}

#[diagnostic::do_not_recommend]
impl<E, F: From<E>> ErrorInto<F> for E {
    fn error_into(self) -> F {
        self.into()
    }
}
