//! What the engine keeps of an instance while it runs: an [`Entry`], and the [`Ear`] with which the run hears of messages.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;

use crate::clock::idle::Resting;

/// A running instance.
#[derive(Debug)]
pub(crate) struct Entry {
    /// How often there was a word for it.
    words: AtomicU64,
    spoke: Notify,
    again: AtomicBool,
    /// Whether the run may miss what the store says from now on: it has not read its row yet, or is about to end.
    blind: AtomicBool,
    /// Whether it was trusted to know what the store says, at least once.
    trusted: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            words: AtomicU64::new(0),
            spoke: Notify::new(),
            again: AtomicBool::new(false),
            blind: AtomicBool::new(true),
            trusted: AtomicBool::new(false),
            waker: Mutex::default(),
        }
    }
}

impl Entry {
    /// It was woken: it looks again, or is run again when this run is over.
    pub(super) fn wake(&self) {
        self.run_again();
        self.hear();
    }

    /// The store says that it is to be run, which its run may know or not.
    pub(super) fn offer(&self) {
        if self.blind.load(Ordering::SeqCst) {
            self.again.store(true, Ordering::Release);
        } else {
            self.trusted.store(true, Ordering::Release);
        }
    }

    /// The row has moved without this run, which so did not know what the store says: what it was trusted with is looked at again.
    pub(super) fn was_wrong(&self) {
        if self.trusted.load(Ordering::Acquire) {
            self.again.store(true, Ordering::Release);
        }
    }

    /// It is run again when this run is over.
    pub(super) fn run_again(&self) {
        self.again.store(true, Ordering::Release);
    }

    /// Says whether the run may miss from now on what the store says. Set before it begins to end, so that nobody who reads
    /// the store afterwards takes it for one that goes on.
    pub(super) fn set_blind(&self, blind: bool) {
        self.blind.store(blind, Ordering::SeqCst);
    }

    /// There may be a message for it.
    pub(super) fn hear(&self) {
        self.words.fetch_add(1, Ordering::SeqCst);
        self.spoke.notify_waiters();
    }

    /// Whether it was woken since this was asked last.
    pub(super) fn take_again(&self) -> bool {
        self.again.swap(false, Ordering::AcqRel)
    }

    /// Who polls it.
    pub(super) fn polled_by(&self, waker: &Waker) {
        let mut there = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !there.as_ref().is_some_and(|there| there.will_wake(waker)) {
            *there = Some(waker.clone());
        }
    }

    /// Has it polled, so that it sees that it is to end.
    pub(super) fn poke(&self) {
        if let Some(waker) = self.waker.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waker.wake();
        }
    }
}

/// How a run hears that there may be a message for it.
#[derive(Debug, Clone)]
pub(crate) struct Ear(pub(super) Arc<Entry>);

impl Ear {
    /// The run is about to park, or goes on after all.
    pub(super) fn parks(&self, parks: bool) {
        self.0.set_blind(parks);
    }

    /// How many words there were. Whoever looks at the store asks this before.
    pub(crate) fn words(&self) -> u64 {
        self.0.words.load(Ordering::SeqCst)
    }

    /// Says to all of the run that they look again.
    pub(crate) fn say(&self) {
        self.0.hear();
    }

    /// Waits until there are more words than those `known`.
    pub(crate) async fn heard(&self, known: u64) {
        let mut spoke = std::pin::pin!(self.0.spoke.notified());
        // Listen before the look, so that a word between the two is heard.
        spoke.as_mut().enable();
        if self.words() == known {
            let _resting = Resting::begin();
            spoke.await;
        }
    }
}
