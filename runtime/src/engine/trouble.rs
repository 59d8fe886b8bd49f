//! [`Trouble`]: the store does not answer (a full disk, say). Runs are given up at their last checkpoint and made again after a pause; nothing is lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use crate::store::StoreError;

/// Whether the store is in trouble, and when it is tried again.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    there: AtomicBool,
    pause: Mutex<Pause>,
}

#[derive(Debug, Default)]
struct Pause {
    again_at: Option<Timestamp>,
    times: u32,
    /// How often it was tried again without any success.
    times_told: u32,
}

impl Trouble {
    /// When what was given up is tried again.
    pub(super) fn again_at(&self) -> Option<Timestamp> {
        self.lock().again_at
    }

    fn lock(&self) -> MutexGuard<'_, Pause> {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// The store did not do something that it may do later.
    pub(super) fn report(&self, error: &StoreError) {
        self.shared.trouble.there.store(true, Ordering::Relaxed);
        let mut pause = self.shared.trouble.lock();
        if pause.again_at.is_some() {
            // Many runs meet the same trouble; one word about it is enough.
            return tracing::debug!(%error, "given up until the store answers again");
        }
        let seconds = 1_i64.checked_shl(pause.times).unwrap_or(i64::MAX).clamp(1, 30);
        let again_at = self.now().checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
        pause.times = (pause.times + 1).min(10);
        pause.again_at = Some(again_at);
        // The first word, and one every few minutes for as long as it lasts.
        let aloud = pause.times_told.is_multiple_of(10);
        pause.times_told += 1;
        drop(pause);
        if aloud {
            tracing::error!("{error} (what runs is tried again in {seconds} s)");
        } else {
            tracing::debug!("{error} (what runs is tried again in {seconds} s)");
        }
        self.shared.alarm.set(again_at);
    }

    /// Something outside any run may have been committed or not, so what it has woken is looked for later. Its caller hears of the error.
    pub(super) fn doubt(&self, error: &StoreError) {
        if error.is_transient() {
            self.report(error);
        }
    }

    /// The store has done something.
    pub(super) fn answered(&self) {
        // One relaxed look on the hot path.
        if self.shared.trouble.there.load(Ordering::Relaxed) {
            let mut pause = self.shared.trouble.lock();
            pause.times = 0;
            pause.times_told = 0;
            if pause.again_at.is_none() {
                self.shared.trouble.there.store(false, Ordering::Relaxed);
                drop(pause);
                tracing::info!("the store answers again");
            }
        }
    }

    /// Tries again what was given up, if it is time.
    pub(super) fn end_of_trouble(&self) {
        let mut pause = self.shared.trouble.lock();
        if pause.again_at.is_some_and(|at| at <= self.now()) {
            pause.again_at = None;
            drop(pause);
            // What was committed although its answer was an error has woken somebody who did not hear of it.
            self.look_anew();
        }
    }
}
