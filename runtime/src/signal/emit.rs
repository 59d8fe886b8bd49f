//! [`Emit`]: a message on its way to a mailbox.

use std::future::IntoFuture;

use super::Signal;
use crate::db::Current;
use crate::encoding;
use crate::engine::Engine;
use crate::process::Boxed;
use crate::store::{Message, Topic};
use crate::{Error, Result};

/// A message to be sent: `.await?`. In a process it is sent with the commit of the step; elsewhere it is durable when this returns.
#[must_use = "a signal is sent when this is awaited"]
#[derive(Debug)]
pub struct Emit<S> {
    signal: S,
}

impl<S: Signal> Emit<S> {
    /// Sends this message.
    pub fn new(signal: S) -> Self {
        Self { signal }
    }
}

impl<S: Signal> IntoFuture for Emit<S> {
    type Output = Result<()>;
    type IntoFuture = Boxed<()>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let engine = Engine::current()?;
            let identity = self.signal.identity();
            let payload = encoding::to_text_checked(&self.signal).map_err(|error| {
                Error::invalid(format!("a `{}` for `{identity}` can't be sent: {error}", S::NAME))
            })?;
            let at = engine.now();
            let keep_until = at.checked_add(S::RETENTION).unwrap_or(jiff::Timestamp::MAX);
            let topic = Topic { signal: S::PATH.to_owned(), identity };
            let message = Message { topic, payload, at, keep_until };
            match Current::get() {
                Some(current) => current.emit(engine.db(), message)?,
                None => engine.emit_now(message).await?,
            }
            Ok(())
        })
    }
}
