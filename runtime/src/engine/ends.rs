//! [`Ends`]: who waits in memory for the end of an instance. (A process that does waits in the store.)
//!
//! Whoever waits here gets the result from the run that ends; the store is asked only for an end that may have come by another way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::Notify;

use super::Engine;
use crate::clock::idle::Resting;
use crate::store::{Instance, Status};
use crate::{Error, Result};

/// Those who wait, by the instance's name.
#[derive(Debug, Default)]
pub(super) struct Ends {
    waiting: Mutex<HashMap<String, Arc<Waiting>>>,
}

/// Those who wait for one instance.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    told: Notify,
    /// The encoded result, once it is committed.
    result: OnceLock<String>,
}

impl Waiting {
    /// The instance has ended with this result. There is but one: an instance that is done is never started again.
    pub(super) fn give(&self, result: String) {
        let _ = self.result.set(result);
    }
}

impl Ends {
    /// Those who wait for this instance, if anyone does.
    pub(super) fn waiting_for(&self, name: &str) -> Option<Arc<Waiting>> {
        self.lock().get(name).cloned()
    }

    /// This instance has ended, and `given` has heard with what: those who have waited for it when it began to end.
    pub(super) fn tell(&self, name: &str, given: Option<Arc<Waiting>>) {
        let mut all = self.lock();
        if let Some(waiting) = all.get(name) {
            waiting.told.notify_waiters();
        }
        drop(given);
        tidy(&mut all, name);
    }

    /// Any instance may have ended.
    pub(super) fn tell_all(&self) {
        self.lock().values().for_each(|waiting| waiting.told.notify_waiters());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of one instance.
pub(crate) struct EndListener {
    engine: Engine,
    name: String,
    waiting: Option<Arc<Waiting>>,
}

impl Engine {
    /// The instances whose ends are waited for in memory.
    pub(crate) fn awaited_in_memory(&self) -> Vec<String> {
        let mut names: Vec<_> = self.shared.ends.lock().keys().cloned().collect();
        names.sort();
        names
    }

    /// Listens for the end of this instance.
    pub(crate) fn listen_for_end(&self, name: &str) -> EndListener {
        let waiting = self.shared.ends.lock().entry(name.to_owned()).or_default().clone();
        EndListener { engine: self.clone(), name: name.to_owned(), waiting: Some(waiting) }
    }
}

impl EndListener {
    /// Waits until the instance has ended, and gives its encoded result: `None` if it was cancelled. One that has been started since this
    /// listens need not be looked for at first.
    pub(crate) async fn end(mut self, mut is_new: bool) -> Result<Option<String>> {
        loop {
            is_new &= !self.follow();
            let Some(waiting) = &self.waiting else { return std::future::pending().await };
            let mut told = std::pin::pin!(waiting.told.notified());
            // Listen before the look, so that an end between the two is heard.
            told.as_mut().enable();
            if let Some(result) = waiting.result.get() {
                return Ok(Some(result.clone()));
            }
            if !std::mem::take(&mut is_new)
                && let Some(ended) = self.look().await?
            {
                return Ok(ended.result);
            }
            let _resting = Resting::begin();
            told.await;
        }
    }

    /// Listens to the engine that has taken over, if the one that it listened to is another by now: a test goes on after a crash of
    /// its app. Says whether that is so.
    fn follow(&mut self) -> bool {
        let current = Engine::current().ok();
        let other = current.filter(|current| !Arc::ptr_eq(&current.shared, &self.engine.shared));
        other.map(|other| *self = other.listen_for_end(&self.name)).is_some()
    }

    /// The instance's row, if it has ended.
    async fn look(&self) -> Result<Option<Instance>> {
        let row = self.engine.store().find(&self.name).await?.ok_or_else(|| missing(&self.name))?;
        Ok(matches!(row.status, Status::Done | Status::Cancelled).then_some(row))
    }
}

/// There is no instance of this name.
pub(crate) fn missing(name: &str) -> Error {
    Error::not_found(format!("there is no instance `{name}`"))
}

impl Drop for EndListener {
    fn drop(&mut self) {
        let mut all = self.engine.shared.ends.lock();
        self.waiting = None;
        tidy(&mut all, &self.name);
    }
}

/// Drops the entry of this instance if nobody waits for it any more: the map's own is the last one.
fn tidy(all: &mut HashMap<String, Arc<Waiting>>, name: &str) {
    if all.get(name).is_some_and(|waiting| Arc::strong_count(waiting) == 1) {
        all.remove(name);
    }
}
