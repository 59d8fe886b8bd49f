//! [`Step`]: what `.await` becomes in a process when the awaited thing is a plain future.
//!
//! Every type has `step_in` through this trait. The runtime's own waits have an inherent method of the same name, which Rust
//! prefers: so a wait is known by its type.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{self, Poll};

use super::Context;
use super::awaited::{Attempt, Await, Begin};

/// Awaits a plain future in a process.
pub trait Step: Sized {
    /// Commits what is not committed yet, then runs the future.
    fn step_in(self, cx: &Context) -> impl Future<Output = <Self as IntoFuture>::Output> + Send
    where
        Self: IntoFuture<IntoFuture: Send>,
    {
        let future = self.into_future();
        async move {
            cx.flush().await;
            future.await
        }
    }

    /// The future as an arm of a `race!` or a branch of a `join!`.
    fn arm_in<'a>(self, _cx: &Context) -> Plain<'a, <Self as IntoFuture>::Output>
    where
        Self: IntoFuture<IntoFuture: Send + 'a>,
    {
        Plain(Box::pin(self.into_future()))
    }
}

#[diagnostic::do_not_recommend]
impl<T> Step for T {}

/// A plain future as an arm of a `race!` or a branch of a `join!`.
pub struct Plain<'a, T>(Pin<Box<dyn Future<Output = T> + Send + 'a>>);

impl<T> std::fmt::Debug for Plain<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plain")
    }
}

impl<T: Send> Await for Plain<'_, T> {
    type Output = T;

    fn begin(&mut self) -> Result<Begin, String> {
        Ok(Begin::Plain)
    }

    fn poll(&mut self, task: &mut task::Context<'_>, _attempts: u32) -> Poll<Attempt<T>> {
        self.0.as_mut().poll(task).map(Attempt::Finished)
    }
}
