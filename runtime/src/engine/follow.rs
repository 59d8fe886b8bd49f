//! The engine on a manual clock: what is due is run when the clock is moved.

use std::sync::atomic::Ordering;

use jiff::Timestamp;

use super::{Engine, Shared};
use crate::clock::manual::Follower;
use crate::store::BoxFuture;

impl Follower for Shared {
    fn fire(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let Some(shared) = self.this.upgrade() else { return };
            let engine = Engine { shared };
            if engine.is_stopping() {
                return;
            }
            engine.end_of_trouble();
            loop {
                match engine.offer_due(engine.now()).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => return engine.report(&error),
                }
                if let Some(clock) = engine.clock().manual() {
                    clock.settle().await;
                }
            }
        })
    }

    fn next(&self) -> BoxFuture<'_, Option<Timestamp>> {
        Box::pin(async move {
            if self.stopping.load(Ordering::Relaxed) {
                return None;
            }
            let next = self.db.store().next_wake(Some(self.clock.now())).await.ok().flatten();
            [next, self.trouble.again_at()].into_iter().flatten().min()
        })
    }
}
