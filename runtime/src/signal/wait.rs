//! [`SignalWait`]: the next message of a mailbox.

use std::marker::PhantomData;

use super::Signal;
use crate::encoding;
use crate::process::awaited::{Await, Begin};
use crate::process::{Context, Key, fill};
use crate::store::{Delivery, Topic};

/// The next message for an identity that the process has not yet used. Only a process can await it.
#[must_use = "a signal is waited for when this is awaited in a process"]
pub struct SignalWait<S> {
    topic: Topic,
    signal: PhantomData<fn() -> S>,
}

impl<S> std::fmt::Debug for SignalWait<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SignalWait").field(&self.topic.identity).finish()
    }
}

impl<S: Signal> SignalWait<S> {
    /// Waits for the identity that these keys make.
    pub fn new(keys: &[&dyn Key]) -> Self {
        let topic = Topic { signal: S::PATH.to_owned(), identity: fill(S::PATH, keys) };
        Self { topic, signal: PhantomData }
    }

    /// Awaits it in a process.
    pub async fn step_in(self, cx: &Context) -> S {
        cx.one(self).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, _cx: &Context) -> Self {
        self
    }
}

impl<S: Signal> Await for SignalWait<S> {
    type Output = S;

    fn begin(&mut self) -> Result<Begin, String> {
        Ok(Begin::Topic(self.topic.clone()))
    }

    fn over(&mut self, delivery: Option<&Delivery>) -> Result<S, String> {
        let text = delivery.and_then(|delivery| delivery.payload.as_deref()).unwrap_or("null");
        encoding::from_text(text).map_err(|error| {
            format!(
                "a message for `{}` is no `{}`: {error}; run a program that reads it, then `process retry`, or cancel the instance",
                self.topic.identity,
                S::NAME
            )
        })
    }
}
