//! The queue in front of the writer: many put jobs in, one takes them all at once.
//!
//! Putting a job in wakes the writer only when it sleeps and has as many as it hoped for, so a group of 64 costs one
//! wake-up and not 64.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A queue of jobs.
#[derive(Debug)]
pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    arrived: Condvar,
}

#[derive(Debug)]
struct State<J> {
    jobs: Vec<J>,
    /// With how many jobs the writer wants to be woken; `usize::MAX` while it is awake.
    wanted: usize,
    closed: bool,
}

/// How long the writer waits for more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// It goes on waiting as long as someone came within this time.
    pub(super) between: Duration,
    /// But no longer than this.
    pub(super) whole: Duration,
}

impl<J> Queue<J> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State { jobs: Vec::new(), wanted: usize::MAX, closed: false }),
            arrived: Condvar::new(),
        }
    }

    /// Puts a job in. Says whether it will be looked at: not when the queue is closed.
    pub(super) fn push(&self, job: J) -> bool {
        let mut state = self.state();
        if state.closed {
            return false;
        }
        state.jobs.push(job);
        let enough = state.jobs.len() >= state.wanted;
        if enough {
            state.wanted = usize::MAX;
        }
        drop(state);
        if enough {
            self.arrived.notify_one();
        }
        true
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.state().jobs.len()
    }

    /// What is there, without waiting.
    pub(super) fn drain(&self) -> Vec<J> {
        std::mem::take(&mut self.state().jobs)
    }

    /// Waits for a job; and if more than one are expected, for those too, within `patience`. `None` when the queue is
    /// closed and empty.
    pub(super) fn take(&self, expected: usize, patience: Patience) -> Option<Vec<J>> {
        let mut state = self.state();
        if expected > 1 {
            state = self.gather(state, expected, patience);
        }
        while state.jobs.is_empty() {
            if state.closed {
                return None;
            }
            state.wanted = 1;
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.wanted = usize::MAX;
        Some(std::mem::take(&mut state.jobs))
    }

    fn gather<'q>(
        &'q self,
        mut state: MutexGuard<'q, State<J>>,
        expected: usize,
        patience: Patience,
    ) -> MutexGuard<'q, State<J>> {
        let end = Instant::now() + patience.whole;
        let mut seen = usize::MAX;
        while state.jobs.len() < expected && state.jobs.len() != seen && !state.closed {
            seen = state.jobs.len();
            let left = end.saturating_duration_since(Instant::now()).min(patience.between);
            if left.is_zero() {
                break;
            }
            state.wanted = expected;
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// Takes no more jobs; those that wait are still served.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.arrived.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
