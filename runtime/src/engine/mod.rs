//! The engine: runs the instances of an app's processes, on one store, by one clock.
//!
//! What comes in are processes, a store, a clock, randomness and a way to spawn tasks; so a simulation can run it on one thread with a
//! seed. What always holds: a row is read when its run begins and never while it runs; what an instance does is committed with its moves; an
//! instance that waits is a row, and nothing of it is in memory.

mod alarm;
pub(crate) mod commit;
pub(crate) mod ends;
mod follow;
mod foreign;
#[cfg(test)]
mod orders;
pub(crate) mod panics;
mod run;
pub(crate) mod running;
mod schedule;
mod spawn;
mod start;
mod trouble;
pub(crate) mod watches;

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use jiff::Timestamp;

use self::alarm::Alarm;
use self::ends::Ends;
use self::schedule::Schedule;
use self::trouble::Trouble;
use self::watches::Watches;
use crate::clock::Clock;
use crate::db::Db;
use crate::process::{BoundPart, Process};
use crate::store::Store;
use crate::{Error, Result};

pub use self::spawn::{Spawner, TokioSpawner, spawn};

tokio::task_local! {
    static ENGINE: Engine;
}

/// What an engine is made of.
pub struct EngineParts {
    /// What is durable.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Clock,
    /// Where randomness begins (jitter); by chance, if `None`.
    pub seed: Option<u64>,
    /// What runs tasks.
    pub spawner: Arc<dyn Spawner>,
    /// The rest.
    pub options: EngineOptions,
}

impl EngineParts {
    /// The usual: the machine's clock, tokio's tasks.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            clock: Clock::Real,
            seed: None,
            spawner: Arc::new(TokioSpawner),
            options: EngineOptions::default(),
        }
    }
}

impl std::fmt::Debug for EngineParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineParts")
            .field("clock", &self.clock)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// How an engine runs.
#[derive(Debug, Clone, Copy)]
pub struct EngineOptions {
    /// At most so many instances run at once; the others wait for their turn in a short queue, and beyond that in the store.
    pub max_running: usize,
    /// Whether each state is made again from its text before it goes on, so that a type that does not survive being saved is found by a test.
    pub verify_restore: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { max_running: 1024, verify_restore: false }
    }
}

/// What an engine keeps in memory at the moment. An instance that waits is in neither number: it is a row in the store and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Instances that run.
    pub running: usize,
    /// Instances that wait in memory for their turn.
    pub queued: usize,
}

/// Runs the instances of an app. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    /// This engine, for tasks that must not keep it alive.
    this: Weak<Shared>,
    db: Db,
    clock: Clock,
    random: Mutex<fastrand::Rng>,
    spawner: Arc<dyn Spawner>,
    options: EngineOptions,
    processes: OnceLock<HashMap<&'static str, Process>>,
    parts: OnceLock<HashMap<TypeId, BoundPart>>,
    schedule: Mutex<Schedule>,
    alarm: Alarm,
    trouble: Trouble,
    ends: Ends,
    watches: Watches,
    stopping: AtomicBool,
    killed: AtomicBool,
    emptied: tokio::sync::Notify,
    stopped: tokio::sync::Notify,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("clock", &self.shared.clock).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that does not run anything yet: see [`start`](Self::start).
    pub fn new(parts: EngineParts) -> Self {
        let EngineParts { store, clock, seed, spawner, options } = parts;
        let shared = Arc::new_cyclic(|this: &Weak<Shared>| {
            let keeper = this.clone();
            let db = Db::kept(
                store,
                Arc::new(move |commit| match keeper.upgrade() {
                    Some(shared) => Box::pin(async move { Engine { shared }.keep(commit).await }),
                    None => commit,
                }),
            );
            Shared {
                this: this.clone(),
                db,
                clock,
                random: Mutex::new(seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)),
                spawner,
                options,
                processes: OnceLock::new(),
                parts: OnceLock::new(),
                schedule: Mutex::new(Schedule::new(options.max_running)),
                alarm: Alarm::default(),
                trouble: Trouble::default(),
                ends: Ends::default(),
                watches: Watches::default(),
                stopping: AtomicBool::new(false),
                killed: AtomicBool::new(false),
                emptied: tokio::sync::Notify::new(),
                stopped: tokio::sync::Notify::new(),
            }
        });
        Self { shared }
    }

    /// The engine of the current app: of the process, command, test or task that calls.
    pub fn current() -> Result<Self> {
        ENGINE.try_with(Self::clone).map_err(|_| {
            Error::invalid(
                "this was called outside any app: call it in a process, a service, a command or a `#[justscale::test]`, and start tasks with `justscale::spawn`",
            )
        })
    }

    /// Runs a future inside this app: what it starts, sends and asks goes to this engine.
    pub fn scope<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        ENGINE.scope(self.clone(), work)
    }

    /// The app's database.
    pub fn db(&self) -> &Db {
        &self.shared.db
    }

    /// The app's store.
    pub fn store(&self) -> &Arc<dyn Store> {
        self.shared.db.store()
    }

    /// The app's clock.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What time it is for the app.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// What it keeps in memory at the moment.
    pub fn load(&self) -> Load {
        self.shared.schedule().load()
    }

    /// How it runs.
    pub fn options(&self) -> &EngineOptions {
        &self.shared.options
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn random(&self) -> f64 {
        self.shared.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }

    /// Whether it has been asked to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::Relaxed)
    }
}
