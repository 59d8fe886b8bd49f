//! Signals: messages to the mailbox of an identity, sent with [`Emit`] and awaited with [`SignalWait`].
//!
//! A signal is written in its sender's transaction, and each process that listens to the identity gets it once, in order.

mod any;
mod emit;
mod wait;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use any::AnySignal;
pub use emit::Emit;
pub use wait::SignalWait;

/// A message type, as `#[signal]` writes it.
#[diagnostic::on_unimplemented(message = "`{Self}` is no signal", label = "put `#[signal(\"/…\")]` above it")]
pub trait Signal: Serialize + DeserializeOwned + Send + 'static {
    /// The type's name.
    const NAME: &'static str;
    /// The path pattern of its identities.
    const PATH: &'static str;
    /// How long a message is kept that nobody has subscribed to.
    const RETENTION: Duration;
    /// The identity whose mailbox this message is for: the filled path.
    fn identity(&self) -> String;
}
