//! [`Schedule`]: which instances run, and which come next.
//!
//! So many run at once; a bounded number waits in a queue; the rest waits in the store, from where it is read again when the queue has run
//! dry. So the memory that is used does not depend on how much there is to do.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};

use super::running::Entry;
use super::{Engine, Load, Shared, panics};
use crate::clock::idle::Tracked;
use crate::store::{BoxFuture, Instance, InstanceId, StoreError};

/// At most so many instances wait in memory for their turn.
const QUEUE: usize = 4096;

/// An instance that is to run.
pub(super) struct Wanted {
    pub(super) id: InstanceId,
    /// Its row, if it is known because the instance was just made.
    pub(super) row: Option<Box<Instance>>,
}

/// Which instances run, and which come next.
pub(super) struct Schedule {
    max_running: usize,
    running: HashMap<InstanceId, Arc<Entry>>,
    queue: VecDeque<Wanted>,
    queued: HashSet<InstanceId>,
    /// Whether some had no place in the queue: they are in the store.
    overflow: bool,
    refilling: bool,
    /// How often the store was looked through.
    looks: u64,
    /// Whether nothing new is run.
    closed: bool,
    stalled: Stalled,
}

/// Instances whose process this program doesn't have.
#[derive(Default)]
struct Stalled {
    instances: HashSet<InstanceId>,
    processes: HashSet<String>,
}

impl Schedule {
    pub(super) fn new(max_running: usize) -> Self {
        Self {
            max_running: max_running.max(1),
            running: HashMap::new(),
            queue: VecDeque::new(),
            queued: HashSet::new(),
            overflow: false,
            refilling: false,
            looks: 0,
            closed: false,
            stalled: Stalled::default(),
        }
    }

    /// Takes one in: it runs (then its entry is given back), or waits for its turn.
    fn admit(&mut self, wanted: Wanted) -> Option<(Wanted, Arc<Entry>)> {
        if self.running.len() < self.max_running {
            let entry = Arc::new(Entry::default());
            self.running.insert(wanted.id, entry.clone());
            return Some((wanted, entry));
        }
        if self.is_full() {
            self.overflow = true;
        } else if self.queued.insert(wanted.id) {
            self.queue.push_back(wanted);
        }
        None
    }

    fn next(&mut self) -> Option<(Wanted, Arc<Entry>)> {
        let wanted = self.queue.pop_front()?;
        self.queued.remove(&wanted.id);
        self.admit(wanted)
    }
}

impl Engine {
    /// Runs an instance that was woken or made. If it runs already, it looks again.
    pub(super) fn want(&self, wanted: Wanted) {
        self.take_in(wanted, true);
    }

    /// Runs an instance that is active or due, unless it runs already.
    pub(super) fn offer(&self, id: InstanceId) {
        self.take_in(Wanted { id, row: None }, false);
    }

    fn take_in(&self, wanted: Wanted, woken: bool) {
        // Before its processes are known, an engine runs nothing: what is active then is read when it starts.
        if self.shared.processes.get().is_none() {
            return;
        }
        let mut schedule = self.shared.schedule();
        if schedule.closed || schedule.stalled.instances.contains(&wanted.id) {
            return;
        }
        if let Some(entry) = schedule.running.get(&wanted.id) {
            if woken {
                entry.wake();
            } else {
                entry.offer();
            }
            return;
        }
        if let Some((wanted, entry)) = schedule.admit(wanted) {
            drop(schedule);
            self.work(wanted, entry);
        }
    }

    /// There may be a message for an instance that runs.
    pub(super) fn hear(&self, id: InstanceId) {
        if let Some(entry) = self.shared.schedule().running.get(&id) {
            entry.hear();
        }
    }

    /// There may be a message for any of those that run.
    pub(super) fn hear_all(&self) {
        self.shared.schedule().running.values().for_each(|entry| entry.hear());
    }

    /// A task that runs this instance, and then whichever comes next.
    fn work(&self, wanted: Wanted, entry: Arc<Entry>) {
        let engine = self.clone();
        self.spawn(async move {
            let mut next = Some((wanted, entry));
            while let Some((wanted, entry)) = next {
                let id = wanted.id;
                let ran = panics::caught(engine.run(wanted, &entry)).await;
                if let Err(cause) = ran {
                    // What a process does is caught in its run, so this is ours. The task goes on, and so does the instance, later.
                    engine.report(&StoreError::Unavailable(format!("{cause}: this is a bug in justscale")));
                }
                next = engine.leave(id, &entry);
            }
        });
    }

    /// An instance's run is over: gives what to run next.
    fn leave(&self, id: InstanceId, entry: &Entry) -> Option<(Wanted, Arc<Entry>)> {
        let mut schedule = self.shared.schedule();
        schedule.running.remove(&id);
        if schedule.closed {
            if schedule.running.is_empty() {
                self.shared.emptied.notify_waiters();
            }
            return None;
        }
        if entry.take_again() && schedule.queued.insert(id) {
            // One beyond the bound: it was running until now.
            schedule.queue.push_back(Wanted { id, row: None });
        }
        let next = schedule.next();
        let refill = schedule.queue.is_empty() && schedule.overflow;
        drop(schedule);
        if refill {
            self.refill();
        }
        next
    }

    /// Reads from the store which instances are to be run, and runs them.
    pub(super) fn refill(&self) {
        {
            let mut schedule = self.shared.schedule();
            schedule.overflow = true;
            if std::mem::replace(&mut schedule.refilling, true) {
                return;
            }
        }
        let engine = self.clone();
        self.spawn(async move { engine.read_runnable().await });
    }

    async fn read_runnable(&self) {
        loop {
            self.shared.schedule().overflow = false;
            let full = match self.offer_runnable().await {
                Ok(full) => full,
                Err(error) => {
                    self.shared.schedule().end_of_look();
                    return self.report(&error);
                }
            };
            let mut schedule = self.shared.schedule();
            // What was not read for want of a place is still there, be it that nobody was refused one.
            schedule.overflow |= full;
            // A queue with something in it is emptied first: whoever empties it calls again.
            if schedule.closed || !schedule.overflow || !schedule.queue.is_empty() {
                return schedule.end_of_look();
            }
        }
    }

    /// Runs what is active and what is due, and says whether there may be more than has a place in the queue.
    async fn offer_runnable(&self) -> Result<bool, StoreError> {
        const BATCH: usize = 512;
        let mut after = None;
        loop {
            let batch = self.store().active(after, BATCH).await?;
            batch.iter().for_each(|id| self.offer(*id));
            if self.shared.schedule().is_full() {
                return Ok(true);
            }
            if batch.len() < BATCH {
                return self.offer_due(self.now()).await;
            }
            after = batch.last().copied();
        }
    }

    /// Runs a task of the engine's own, seen by a manual clock.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task: BoxFuture<'static, ()> = match self.clock().manual() {
            Some(clock) => Box::pin(Tracked::run(clock.idle(), task)),
            None => Box::pin(task),
        };
        self.shared.spawner.spawn(task);
    }
}

impl Shared {
    pub(super) fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Schedule {
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// How often the store was looked through; `None` while it is.
    pub(super) fn looks(&self) -> Option<u64> {
        (!self.refilling).then_some(self.looks)
    }

    fn end_of_look(&mut self) {
        self.refilling = false;
        self.looks += 1;
    }

    /// Whether the queue has no place left.
    pub(super) fn is_full(&self) -> bool {
        self.queue.len() >= QUEUE
    }

    /// Nothing new is run from now on.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Notes that this program doesn't have the process of an instance, and says whether that is news.
    pub(super) fn leave_alone(&mut self, id: InstanceId, process: &str) -> bool {
        self.stalled.instances.insert(id);
        self.stalled.processes.insert(process.to_owned())
    }

    /// How many run, and how many wait in memory for their turn.
    pub(super) fn load(&self) -> Load {
        Load { running: self.running.len(), queued: self.queue.len() }
    }

    pub(super) fn poke_all(&self) {
        self.running.values().for_each(|entry| entry.poke());
    }
}
