//! Mailboxes: what is listened to, what is sent, and what arrives.

use jiff::Timestamp;

/// What a subscriber listens to: a signal's name and the values of its path parameters.
///
/// The end of an instance is a topic too: see [`Topic::end_of`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic {
    /// The signal's name: its path pattern, `/subscription/{customer}/cancelled`.
    pub signal: String,
    /// The filled path, `/subscription/ada/cancelled`.
    pub identity: String,
}

impl Topic {
    /// The topic that is woken when the instance called `name` ends (done or cancelled). It never holds messages.
    pub fn end_of(name: &str) -> Self {
        Self { signal: "@end".to_owned(), identity: name.to_owned() }
    }

    /// Whether this is the end of an instance, and of which.
    pub fn ends(&self) -> Option<&str> {
        (self.signal == "@end").then_some(self.identity.as_str())
    }
}

/// A message for a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whom it is for.
    pub topic: Topic,
    /// The signal's value, encoded.
    pub payload: String,
    /// When it was emitted.
    pub at: Timestamp,
    /// When it may be dropped if nobody has subscribed by then.
    pub keep_until: Timestamp,
}

/// A message as a subscriber gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whom it was for.
    pub topic: Topic,
    /// Its place in the mailbox. Zero for the end of an instance.
    pub seq: i64,
    /// The signal's value, encoded; for the end of an instance, its result (see [`Instance::result`](super::Instance::result)), or nothing if it was cancelled.
    pub payload: Option<String>,
    /// When it was emitted.
    pub at: Timestamp,
}
