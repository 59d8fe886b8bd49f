//! [`Held`]: a message that a body of a run has used and that is not committed as used.
//!
//! The store gives the first message of a topic until that is consumed, to whoever asks. Of the bodies of one run that wait for the same
//! topic beside each other, each message is for one.

use std::sync::Arc;

use super::frame::Run;
use crate::store::{Delivery, Topic};

/// A message in use. When this is dropped it is consumed, or free again.
pub(crate) struct Held {
    run: Arc<Run>,
    topic: Topic,
    seq: i64,
}

impl Held {
    /// The message of a delivery, for nobody else of this run.
    pub(super) fn take(run: &Arc<Run>, delivery: &Delivery) -> Self {
        let (topic, seq) = (delivery.topic.clone(), delivery.seq);
        run.held().push((topic.clone(), seq));
        Self { run: run.clone(), topic, seq }
    }

    /// What is consumed with a commit.
    pub(super) fn consumed(&self) -> (Topic, i64) {
        (self.topic.clone(), self.seq)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.run.held();
        if let Some(at) = held.iter().position(|(topic, seq)| *topic == self.topic && *seq == self.seq) {
            held.swap_remove(at);
        }
        drop(held);
        // There is another message at the head now, or this one again.
        self.run.look_again();
    }
}
