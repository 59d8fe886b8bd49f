//! `.retry(..)`: a call that is made again until it works.
//!
//! Each attempt is one run of the awaiting step from its saved state, so the call's arguments are evaluated again. What a
//! failed attempt wrote is rolled back. Between attempts the instance is parked: the pause survives a restart.
//!
//! A panic of the call is a failed attempt as well: who asks for a call to be made again has no less reason to when the library that
//! makes it unwraps an answer that never came. Only `when` and `or_return`, which are about errors, know nothing of it.

use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{self, Poll};

use super::awaited::{Attempt, Await, Begin};
use super::{Backoff, Context};
use crate::engine::panics;

/// Gives futures of a `Result` the method [`retry`](Retries::retry).
pub trait Retries: IntoFuture<Output = Result<Self::Value, Self::Error>> + Sized {
    /// What a call gives that works.
    type Value;
    /// What a call fails with.
    type Error;

    /// Makes this call again, after a pause, as long as it fails: `billing.charge(..).retry(Backoff::fixed(secs(5)).max(3)).await?`.
    ///
    /// When the last attempt has failed, the instance is paused with its error as the cause, and `process retry` begins
    /// anew; unless [`or_return`](Retry::or_return) says otherwise.
    ///
    /// # Panics
    ///
    /// A call that panics has failed, and is made again like one that gives an error. When it was the last attempt, or when
    /// [`when`](Retry::when) says of which errors it is to be made again, the instance is paused with the panic as the cause.
    fn retry(self, backoff: Backoff) -> Retry<Self> {
        Retry { call: self, backoff, when: None, returns: false }
    }
}

#[diagnostic::do_not_recommend]
impl<F: IntoFuture<Output = Result<T, E>>, T, E> Retries for F {
    type Value = T;
    type Error = E;
}

type When<E> = Box<dyn Fn(&E) -> bool + Send + Sync>;

/// A call that is made again as long as it fails. Only a process can await it.
pub struct Retry<F: Retries> {
    call: F,
    backoff: Backoff,
    when: Option<When<F::Error>>,
    returns: bool,
}

impl<F: Retries> std::fmt::Debug for Retry<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retry").field("backoff", &self.backoff).finish_non_exhaustive()
    }
}

impl<F: Retries> Retry<F> {
    /// Only for errors of which this is true; any other is the await's value at once, and a panic pauses the instance at once.
    #[must_use]
    pub fn when(mut self, worth_it: impl Fn(&F::Error) -> bool + Send + Sync + 'static) -> Self {
        self.when = Some(Box::new(worth_it));
        self
    }

    /// When the last attempt has failed, its error is the await's value. A panic is no error: it pauses the instance.
    #[must_use]
    pub fn or_return(mut self) -> Self {
        self.returns = true;
        self
    }

    /// Awaits it in a process.
    pub async fn step_in<'a>(self, cx: &Context) -> Result<F::Value, F::Error>
    where
        F: 'a,
        F::IntoFuture: Send + 'a,
        F::Value: Send + 'a,
        F::Error: Display + Send + 'a,
    {
        cx.one(self.arm_in(cx)).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in<'a>(self, cx: &Context) -> Retrying<'a, F::Value, F::Error>
    where
        F::IntoFuture: Send + 'a,
    {
        let Self { call, backoff, when, returns } = self;
        Retrying { call: Box::pin(call.into_future()), backoff, when, returns, random: cx.random() }
    }
}

/// One attempt of a [`Retry`].
pub struct Retrying<'a, T, E> {
    call: Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>,
    backoff: Backoff,
    when: Option<When<E>>,
    returns: bool,
    random: f64,
}

impl<T, E> std::fmt::Debug for Retrying<'_, T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retrying").field("backoff", &self.backoff).finish_non_exhaustive()
    }
}

impl<T: Send, E: Display + Send> Await for Retrying<'_, T, E> {
    type Output = Result<T, E>;

    fn begin(&mut self) -> Result<Begin, String> {
        Ok(Begin::Plain)
    }

    fn poll(&mut self, task: &mut task::Context<'_>, attempts: u32) -> Poll<Attempt<Result<T, E>>> {
        // A call that has panicked is not polled again: another attempt makes a new one.
        let polled = match catch_unwind(AssertUnwindSafe(|| self.call.as_mut().poll(task))) {
            Ok(polled) => polled,
            Err(panic) => return Poll::Ready(self.panicked(panics::cause(&*panic), attempts)),
        };
        polled.map(|result| {
            let error = match result {
                Ok(value) => return Attempt::Finished(Ok(value)),
                Err(error) => error,
            };
            if self.when.as_ref().is_some_and(|worth_it| !worth_it(&error)) {
                return Attempt::Finished(Err(error));
            }
            match self.backoff.pause(attempts.saturating_add(1), self.random) {
                Some(delay) => Attempt::Again { delay, cause: error.to_string() },
                None if self.returns => Attempt::Finished(Err(error)),
                None => Attempt::Exhausted { cause: error.to_string() },
            }
        })
    }
}

impl<T, E> Retrying<'_, T, E> {
    /// What comes of an attempt that has panicked: there is no error that could be asked about, or given.
    fn panicked(&self, cause: String, attempts: u32) -> Attempt<Result<T, E>> {
        let pause = self.backoff.pause(attempts.saturating_add(1), self.random);
        match pause.filter(|_| self.when.is_none()) {
            Some(delay) => Attempt::Again { delay, cause },
            None => Attempt::Exhausted { cause },
        }
    }
}
