//! What changes without a word to this engine: the command line of the app works on the same data while the app runs, and an answer of the
//! store may get lost.

use std::time::Duration;

use super::Engine;

impl Engine {
    /// Looks a few times a second whether somebody else has changed the data, until the engine stops.
    pub(super) async fn watch_others(self) {
        const GLANCE: Duration = Duration::from_millis(250);
        // What others have done since the store was opened: some of it may have come after the first look at what is active.
        let mut seen = 0;
        while !self.is_stopping() {
            // A look that fails is made again; whoever needs the store reports that it doesn't answer.
            if let Ok(changes) = self.store().foreign_changes().await
                && std::mem::replace(&mut seen, changes) != changes
            {
                self.look_anew();
            }
            self.rest(GLANCE).await;
        }
    }

    /// The store may have moved without a word to this engine: all who rely on its word look for themselves.
    pub(super) fn look_anew(&self) {
        self.refill();
        self.shared.alarm.ring();
        self.shared.ends.tell_all();
        self.shared.watches.tell_all();
        self.hear_all();
    }

    /// Drops, once an hour, messages whose time is over and that nobody has subscribed to.
    pub(super) async fn expire_messages(self) {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        while !self.is_stopping() {
            match self.store().expire(self.now()).await {
                Ok(0) => {}
                Ok(dropped) => tracing::info!(dropped, "messages that nobody has waited for are dropped"),
                Err(error) => tracing::warn!("messages whose time is over can't be dropped now: {error}"),
            }
            self.rest(HOUR).await;
        }
    }
}
