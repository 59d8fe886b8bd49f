//! [`Step`]: what `.await` becomes in a process when the awaited thing is a plain future.
//!
//! Every type has `step_in` through this trait. The runtime's own waits have an inherent method of the same name, which Rust
//! prefers: so a wait is known by its type.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{self, Poll, ready};

use super::Context;
use super::awaited::{Attempt, Await, Begin};

/// Awaits a plain future in a process.
pub trait Step: Sized {
    /// Commits what is not committed yet, then runs the future.
    fn step_in<'a>(self, cx: &'a Context) -> Stepping<'a, <Self as IntoFuture>::Output>
    where
        Self: IntoFuture<IntoFuture: Send + 'a>,
    {
        let flush =
            cx.is_staged().then(|| Box::pin(cx.flush()) as Pin<Box<dyn Future<Output = ()> + Send + 'a>>);
        Stepping { flush, future: Box::pin(self.into_future()) }
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

/// A plain future that is awaited. Its type has a name and no bounds, so that rustc says once, and of the call, what can't be awaited.
pub struct Stepping<'a, T> {
    /// The commit of what is staged, which comes first.
    flush: Option<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>,
    future: Pin<Box<dyn Future<Output = T> + Send + 'a>>,
}

impl<T> std::fmt::Debug for Stepping<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stepping")
    }
}

impl<T> Future for Stepping<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<T> {
        if let Some(flush) = &mut self.flush {
            ready!(flush.as_mut().poll(task));
            self.flush = None;
        }
        self.future.as_mut().poll(task)
    }
}

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
