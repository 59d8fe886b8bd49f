//! [`Alarm`]: when the next instance falls due. Only that one time is in memory; who is due is asked of the store.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::Engine;

/// The next time at which something falls due.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    times: Mutex<Times>,
    earlier: Notify,
}

#[derive(Debug, Default)]
struct Times {
    /// The earliest time that was set since the store was asked.
    set: Option<Timestamp>,
    /// When the keeper of the alarm will look again.
    rings: Option<Timestamp>,
}

impl Alarm {
    /// Something falls due then.
    pub(super) fn set(&self, at: Timestamp) {
        let mut times = self.lock();
        times.set = Some(times.set.map_or(at, |set| set.min(at)));
        if times.rings.is_none_or(|rings| at < rings) {
            self.earlier.notify_one();
        }
    }

    /// Something may have fallen due.
    pub(super) fn ring(&self) {
        self.earlier.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Keeps the alarm of a real clock, until the engine stops.
    pub(super) async fn keep_alarm(self) {
        while !self.is_stopping() {
            *self.shared.alarm.lock() = Times::default();
            let next = match self.look_for_due().await {
                Ok(next) => next,
                Err(error) => {
                    self.report(&error);
                    self.shared.trouble.again_at()
                }
            };
            let rings = {
                let mut times = self.shared.alarm.lock();
                times.rings = [next, times.set, self.shared.trouble.again_at()].into_iter().flatten().min();
                times.rings
            };
            let earlier = self.shared.alarm.earlier.notified();
            match rings {
                None => earlier.await,
                Some(rings) => tokio::select! {
                    () = earlier => {}
                    () = self.clock().sleep_until(rings) => {}
                },
            }
            self.end_of_trouble();
        }
    }

    /// Runs what is due, and gives the time at which to look again.
    async fn look_for_due(&self) -> Result<Option<Timestamp>, crate::store::StoreError> {
        let now = self.now();
        if self.offer_due(now).await? {
            // More is due than has a place in the queue; some of that will have moved on soon.
            const SOON: jiff::SignedDuration = jiff::SignedDuration::from_millis(20);
            return Ok(now.checked_add(SOON).ok());
        }
        self.store().next_wake(Some(now)).await
    }

    /// Runs what is due, and says whether there may be more than has a place in the queue.
    pub(super) async fn offer_due(&self, now: Timestamp) -> Result<bool, crate::store::StoreError> {
        const BATCH: usize = 512;
        let mut after = None;
        loop {
            let due = self.store().due(now, after, BATCH).await?;
            due.iter().for_each(|due| self.offer(due.id));
            if self.shared.schedule().is_full() {
                return Ok(true);
            }
            if due.len() < BATCH {
                return Ok(false);
            }
            after = due.last().copied();
        }
    }
}
