//! What `?` does in a process: [`Branch`] and [`FromResidual`], for `Result` and `Option`.
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

/// `?`'s return: what a process gives when it leaves with this residual.
#[diagnostic::on_unimplemented(
    message = "`?` couldn't convert its error to the process's return type `{Self}`",
    label = "this can't leave a process that returns `{Self}`"
)]
pub trait FromResidual<R> {
    /// The value that is returned.
    fn from_residual(residual: R) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E, F: From<E>> FromResidual<Result<Infallible, E>> for Result<T, F> {
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        match residual {
            Err(error) => Err(error.into()),
            Ok(never) => match never {},
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> FromResidual<Option<Infallible>> for Option<T> {
    fn from_residual(_: Option<Infallible>) -> Self {
        None
    }
}
