//! [`ManualClock`]: stands still until it is moved, and moves from due time to due time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use jiff::Timestamp;

use super::Timers;
use super::idle::Idle;
use crate::store::BoxFuture;
use crate::time::IntoDelay;

/// A clock that stands still until it is moved. Cheap to clone; clones are the same clock.
#[derive(Clone)]
pub struct ManualClock {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    idle: Arc<Idle>,
}

struct State {
    now: Timestamp,
    timers: Timers,
    followers: Vec<Weak<dyn Follower>>,
}

/// What a manual clock moves besides sleeps in memory: an engine.
pub(crate) trait Follower: Send + Sync {
    /// Sets off what is due now.
    fn fire(&self) -> BoxFuture<'_, ()>;
    /// The next time after now at which something falls due.
    fn next(&self) -> BoxFuture<'_, Option<Timestamp>>;
}

impl Default for ManualClock {
    /// At the beginning of 2026.
    fn default() -> Self {
        const NEW_YEAR_2026: i64 = 1_767_225_600;
        Self::at(Timestamp::from_second(NEW_YEAR_2026).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl std::fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

impl ManualClock {
    /// A clock that stands at this time.
    pub fn at(now: Timestamp) -> Self {
        let state =
            State { now: super::whole_microseconds(now), timers: Timers::default(), followers: Vec::new() };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), idle: Arc::default() }) }
    }

    /// Where it stands.
    pub fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// Moves on, from due time to due time: at each, what falls due is run until nothing is at work.
    ///
    /// A delay that the calendar doesn't have leads to its end.
    pub async fn advance(&self, delay: impl IntoDelay) {
        self.advance_to(delay.deadline(self.now()).unwrap_or(Timestamp::MAX)).await;
    }

    /// Moves on to a time, as [`advance`](Self::advance) does. A time that is over is no move.
    pub async fn advance_to(&self, time: Timestamp) {
        let time = super::whole_microseconds(time);
        self.settle().await;
        while let Some(next) = self.next_due().await.filter(|next| *next <= time) {
            self.stand_at(next).await;
        }
        if self.now() < time {
            self.stand_at(time).await;
        }
    }

    /// Waits until nothing is at work: all that can happen at this time has happened.
    pub async fn settle(&self) {
        // What a test has just spawned by itself gets its turn first.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.shared.idle.wait().await;
    }

    /// Lets it stand at a time without running what falls due: whoever asks does that.
    #[cfg(test)]
    pub(crate) fn set(&self, now: Timestamp) {
        self.lock().now = now;
    }

    async fn stand_at(&self, time: Timestamp) {
        let due = {
            let mut state = self.lock();
            state.now = state.now.max(time);
            let now = state.now;
            state.timers.due(now)
        };
        due.into_iter().for_each(std::task::Waker::wake);
        for follower in self.followers() {
            follower.fire().await;
        }
        self.settle().await;
    }

    /// The next time at which something falls due, if anything is waited for.
    pub async fn next_due(&self) -> Option<Timestamp> {
        let mut next = self.lock().timers.next();
        for follower in self.followers() {
            next = [next, follower.next().await].into_iter().flatten().min();
        }
        next
    }

    fn followers(&self) -> Vec<Arc<dyn Follower>> {
        let mut state = self.lock();
        state.followers.retain(|follower| follower.strong_count() > 0);
        state.followers.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn follow(&self, follower: Weak<dyn Follower>) {
        self.lock().followers.push(follower);
    }

    pub(crate) fn idle(&self) -> &Arc<Idle> {
        &self.shared.idle
    }

    pub(crate) fn timers<T>(&self, work: impl FnOnce(&mut Timers) -> T) -> T {
        work(&mut self.lock().timers)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
