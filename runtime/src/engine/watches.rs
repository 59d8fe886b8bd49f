//! [`Watches`]: who looks at the exported locals of an instance, and is to look again when it has moved.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Engine;
use crate::clock::idle::Resting;

/// Those who look, by the instance's name.
#[derive(Debug, Default)]
pub(super) struct Watches {
    watched: Mutex<HashMap<String, Arc<Notify>>>,
    /// How many instances are looked at, so that a commit of any other costs nothing.
    number: AtomicUsize,
}

impl Watches {
    /// This instance has moved.
    pub(super) fn tell(&self, name: &str) {
        // Whoever looks is counted before the look, and this is asked after the commit: so one of the two sees the other.
        if self.number.load(Ordering::SeqCst) == 0 {
            return;
        }
        if let Some(watched) = self.lock().get(name) {
            watched.notify_waiters();
        }
    }

    /// Any instance may have moved.
    pub(super) fn tell_all(&self) {
        self.lock().values().for_each(|watched| watched.notify_waiters());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at one instance.
pub(crate) struct Watcher {
    engine: Engine,
    name: String,
    watched: Arc<Notify>,
}

impl Watcher {
    /// The one that there is, unless its engine is another by now: a test goes on after a crash of its app.
    pub(crate) fn of(engine: &Engine, name: &str, there: Option<Self>) -> Self {
        if let Some(there) = there
            && Arc::ptr_eq(&there.engine.shared, &engine.shared)
        {
            return there;
        }
        let watches = &engine.shared.watches;
        let mut all = watches.lock();
        let watched = all.entry(name.to_owned()).or_default().clone();
        watches.number.store(all.len(), Ordering::SeqCst);
        Self { engine: engine.clone(), name: name.to_owned(), watched }
    }

    /// Waits until the instance moves, from this call on.
    pub(crate) fn moved(&self) -> impl Future<Output = ()> + Send + use<> {
        let watched = self.watched.clone();
        let mut moved = Box::pin(watched.notified_owned());
        moved.as_mut().enable();
        async move {
            let _resting = Resting::begin();
            moved.await;
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let watches = &self.engine.shared.watches;
        let mut all = watches.lock();
        // The map's own and this one's are the last two: nobody else looks.
        if all.get(&self.name).is_some_and(|watched| Arc::strong_count(watched) <= 2) {
            all.remove(&self.name);
        }
        watches.number.store(all.len(), Ordering::SeqCst);
    }
}
