//! When a manual clock may be moved: [`Idle`] counts what is still at work.
//!
//! Work is counted from the moment it is caused: a woken instance from its wake, a commit from its call. A run that only
//! rests (it waits for the clock, or for another instance) is not at work until it is woken; one that waits for the store is,
//! whatever else it waits for beside. So a clock that finds nothing at work can be moved, and nothing that was to happen before
//! is overtaken.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::Notify;

tokio::task_local! {
    static TRACK: Arc<Track>;
}

/// What is at work on a manual clock.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    busy: Mutex<usize>,
    changed: Notify,
}

impl Idle {
    /// Something is at work until the token is dropped.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        *self.lock() += 1;
        Busy(self.clone())
    }

    /// Whether nothing is at work.
    pub(crate) fn is_quiet(&self) -> bool {
        *self.lock() == 0
    }

    /// Waits until nothing is at work.
    pub(crate) async fn wait(&self) {
        loop {
            let changed = self.changed.notified();
            if *self.lock() == 0 {
                return;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something at work.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Idle>);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut busy = self.0.lock();
        *busy = busy.saturating_sub(1);
        if *busy == 0 {
            self.0.changed.notify_waiters();
        }
    }
}

/// A task whose rests are known.
pub(crate) struct Tracked<F> {
    work: Pin<Box<F>>,
    track: Arc<Track>,
}

/// What is known of a task.
struct Track {
    idle: Arc<Idle>,
    /// Whether it is at rest whenever it is not woken, as an app's own background task; a run only while it says so.
    always_rests: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    busy: Option<Busy>,
    woken: bool,
    rests: usize,
    /// How many calls of the store it waits for.
    works: usize,
    over: bool,
    waker: Option<Waker>,
}

impl<F: Future> Tracked<F> {
    /// A run of an instance.
    pub(crate) fn run(idle: &Arc<Idle>, work: F) -> Self {
        Self::new(idle, work, false)
    }

    /// A background task of the app's.
    pub(crate) fn background(idle: &Arc<Idle>, work: F) -> Self {
        Self::new(idle, work, true)
    }

    fn new(idle: &Arc<Idle>, work: F, always_rests: bool) -> Self {
        let state = State { busy: Some(idle.busy()), ..State::default() };
        let track = Track { idle: idle.clone(), always_rests, state: Mutex::new(state) };
        Self { work: Box::pin(work), track: Arc::new(track) }
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let track = self.track.clone();
        {
            let mut state = track.lock();
            state.waker = Some(task.waker().clone());
            state.woken = false;
            if state.busy.is_none() {
                state.busy = Some(track.idle.busy());
            }
        }
        let waker = Waker::from(track.clone());
        let polled =
            TRACK.sync_scope(track.clone(), || self.work.as_mut().poll(&mut Context::from_waker(&waker)));
        let mut state = track.lock();
        state.over = polled.is_ready();
        let rests = track.always_rests || state.rests > 0;
        if state.over || (rests && !state.woken && state.works == 0) {
            let busy = state.busy.take();
            drop(state);
            drop(busy);
        }
        polled
    }
}

impl Track {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Track {
    fn wake(self: Arc<Self>) {
        let waker = {
            let mut state = self.lock();
            state.woken = true;
            if state.busy.is_none() && !state.over {
                state.busy = Some(self.idle.busy());
            }
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<F> Drop for Tracked<F> {
    fn drop(&mut self) {
        // Its wakers may outlive it: what is dropped is at work no more, and is not woken.
        let mut state = self.track.lock();
        state.over = true;
        let busy = state.busy.take();
        drop(state);
        drop(busy);
    }
}

/// A rest of the current task: it waits for the clock, or for an instance.
#[derive(Default)]
pub(crate) struct Resting(Option<Arc<Track>>);

impl Resting {
    /// The current task rests until this is dropped.
    pub(crate) fn begin() -> Self {
        let track = TRACK.try_with(Arc::clone).ok();
        if let Some(track) = &track {
            track.lock().rests += 1;
        }
        Self(track)
    }
}

impl Drop for Resting {
    fn drop(&mut self) {
        if let Some(track) = &self.0 {
            let mut state = track.lock();
            state.rests = state.rests.saturating_sub(1);
        }
    }
}

/// A call of the store by the current task, which is at work until this is dropped.
pub(crate) struct Working(Option<Arc<Track>>);

impl Working {
    /// The current task waits for the store until this is dropped.
    pub(crate) fn begin() -> Self {
        let track = TRACK.try_with(Arc::clone).ok();
        if let Some(track) = &track {
            track.lock().works += 1;
        }
        Self(track)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some(track) = &self.0 {
            let mut state = track.lock();
            state.works = state.works.saturating_sub(1);
        }
    }
}

impl std::fmt::Debug for Resting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resting")
    }
}
