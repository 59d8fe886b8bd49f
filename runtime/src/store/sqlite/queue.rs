//! The queue in front of the writer: many put jobs in, one takes them all at once.
//!
//! Putting a job in wakes the writer only when it sleeps and has as many as it hoped for, so a group of 64 costs one
//! wake-up and not 64.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

    /// Waits for a job. `None` when the queue is closed and empty.
    pub(super) fn take(&self) -> Option<Vec<J>> {
        let mut state = self.state();
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

    /// What is there; if nothing is, what comes within this time, of so many that are expected.
    pub(super) fn take_more(&self, expected: usize, time: Duration) -> Vec<J> {
        /// So many are worth waking up for: while they are made the others come.
        const ENOUGH: usize = 16;
        let mut state = self.state();
        if state.jobs.is_empty() && !state.closed && !time.is_zero() {
            state.wanted = expected.clamp(1, ENOUGH);
            state = self.arrived.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.wanted = usize::MAX;
        std::mem::take(&mut state.jobs)
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
