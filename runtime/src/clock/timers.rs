//! [`Timers`]: who waits in memory for which time of a manual clock.

use std::collections::BTreeMap;
use std::task::Waker;

use jiff::Timestamp;

/// Wakers by deadline.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    by_time: BTreeMap<(Timestamp, u64), Waker>,
    count: u64,
}

impl Timers {
    /// A key for a new sleeper.
    pub(crate) fn key(&mut self, at: Timestamp) -> (Timestamp, u64) {
        self.count += 1;
        (at, self.count)
    }

    /// Who is to be woken then.
    pub(crate) fn set(&mut self, key: (Timestamp, u64), waker: Waker) {
        self.by_time.insert(key, waker);
    }

    /// Nobody waits for this one any more.
    pub(crate) fn remove(&mut self, key: (Timestamp, u64)) {
        self.by_time.remove(&key);
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.by_time.keys().next().map(|(at, _)| *at)
    }

    /// Takes out those whose time has come, the earliest first.
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<Waker> {
        let later = self.by_time.split_off(&(now, u64::MAX));
        std::mem::replace(&mut self.by_time, later).into_values().collect()
    }
}
