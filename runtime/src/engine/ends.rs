//! [`Ends`]: who waits in memory for the end of an instance. (A process that does waits in the store.)

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Engine;
use crate::clock::idle::Resting;

/// Those who wait, by the instance's name.
#[derive(Debug, Default)]
pub(super) struct Ends {
    waiting: Mutex<HashMap<String, Arc<Notify>>>,
}

impl Ends {
    /// This instance may have ended.
    pub(super) fn tell(&self, name: &str) {
        if let Some(waiting) = self.lock().get(name) {
            waiting.notify_waiters();
        }
    }

    /// Any instance may have ended.
    pub(super) fn tell_all(&self) {
        self.lock().values().for_each(|waiting| waiting.notify_waiters());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of one instance.
pub(crate) struct EndListener {
    engine: Engine,
    name: String,
    waiting: Option<Arc<Notify>>,
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
    /// Asks with `look` until it gives something: now, and whenever the instance may have ended.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, mut look: impl FnMut() -> F) -> T {
        loop {
            let Some(waiting) = &self.waiting else { return std::future::pending().await };
            let mut told = std::pin::pin!(waiting.notified());
            // Listen before the look, so that an end between the two is heard.
            told.as_mut().enable();
            if let Some(found) = look().await {
                return found;
            }
            let _resting = Resting::begin();
            told.await;
        }
    }
}

impl Drop for EndListener {
    fn drop(&mut self) {
        let mut all = self.engine.shared.ends.lock();
        self.waiting = None;
        // The map's own is the last one: nobody else waits.
        if all.get(&self.name).is_some_and(|waiting| Arc::strong_count(waiting) == 1) {
            all.remove(&self.name);
        }
    }
}
