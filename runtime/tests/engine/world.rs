//! What the processes of a test use, and where they run: on a memory store or a SQLite one, by a clock that the test moves.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use justscale::engine::{Engine, EngineOptions, EngineParts};
use justscale::process::{BoundPart, Process};
use justscale::store::{Instance, MemoryStore, SqliteOptions, SqliteStore, Status, Store};
use justscale::{Clock, Db, ManualClock, idempotency_key, params};
use tokio::sync::{Notify, Semaphore};

/// What a process has at hand: the app's database, and the outside world, which remembers how it was called.
pub struct World {
    pub db: Db,
    outside: Arc<Outside>,
}

/// It outlives every engine.
#[derive(Default)]
pub struct Outside {
    calls: Mutex<Vec<(String, String)>>,
    called: Notify,
    /// So many calls are refused before one is accepted.
    refusals: AtomicU32,
    /// Calls that stop half-way until the test lets them go on.
    gate: Gate,
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl World {
    /// Notes a row under the name of what was done: the effect that must happen exactly once.
    pub async fn write(&self, effect: &str) {
        self.db.execute("INSERT INTO effect (name) VALUES (?1)", params![effect]).await.unwrap();
    }

    /// Calls the outside world, which must happen at least once, always with the same key.
    pub async fn call(&self, what: impl Into<String>) -> u32 {
        self.outside.note(what.into())
    }

    /// Calls it and may be refused.
    pub async fn try_call(&self, what: impl Into<String>) -> Result<u32, String> {
        let number = self.outside.note(what.into());
        let refused = |left: u32| left.checked_sub(1);
        match self.outside.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refused) {
            Ok(_) => Err(format!("refused call {number}")),
            Err(_) => Ok(number),
        }
    }

    /// Calls it and gets its answer when the test lets it.
    pub async fn long_call(&self, what: impl Into<String>) -> u32 {
        let number = self.outside.note(what.into());
        self.outside.gate.0.acquire().await.unwrap().forget();
        number
    }
}

impl Outside {
    fn note(&self, what: String) -> u32 {
        let mut calls = self.calls.lock().unwrap();
        calls.push((what, idempotency_key()));
        self.called.notify_waiters();
        u32::try_from(calls.len()).unwrap()
    }

    /// What was called, in order.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(what, _)| what.clone()).collect()
    }

    /// The keys of the calls, in order.
    pub fn keys(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().map(|(_, key)| key.clone()).collect()
    }

    /// What was called and with which keys, without repeats.
    pub fn distinct(&self) -> Vec<(String, String)> {
        let mut calls = self.calls.lock().unwrap().clone();
        calls.sort();
        calls.dedup();
        calls
    }

    pub fn refuse(&self, calls: u32) {
        self.refusals.store(calls, Ordering::SeqCst);
    }

    /// Lets so many long calls go on.
    pub fn open(&self, calls: usize) {
        self.gate.0.add_permits(calls);
    }

    /// Waits until there were so many calls.
    pub async fn called(&self, number: usize) {
        loop {
            let called = self.called.notified();
            if self.calls.lock().unwrap().len() >= number {
                return;
            }
            called.await;
        }
    }
}

/// Where engines run one after the other.
pub struct Site {
    home: Home,
    pub clock: ManualClock,
    pub outside: Arc<Outside>,
    pub options: EngineOptions,
    /// The parts that its processes call.
    pub parts: Vec<fn(&Arc<World>) -> BoundPart>,
}

enum Home {
    Memory(MemoryStore),
    Sqlite { store: Arc<SqliteStore>, folder: tempfile::TempDir },
}

impl Site {
    pub fn memory() -> Self {
        Self::new(Home::Memory(MemoryStore::new()))
    }

    pub fn sqlite() -> Self {
        Self::sqlite_with(SqliteOptions::default())
    }

    pub fn sqlite_with(options: SqliteOptions) -> Self {
        // Tests open many, so they are in memory where the system has a folder for that.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.unwrap();
        let store = Arc::new(SqliteStore::open_with(folder.path(), options).unwrap());
        Self::new(Home::Sqlite { store, folder })
    }

    fn new(home: Home) -> Self {
        let options = EngineOptions { verify_restore: true, ..EngineOptions::default() };
        Self { home, clock: ManualClock::default(), outside: Arc::default(), options, parts: Vec::new() }
    }

    /// The data folder, if there is one.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.home {
            Home::Memory(_) => None,
            Home::Sqlite { folder, .. } => Some(folder.path()),
        }
    }

    pub fn store(&self) -> Arc<dyn Store> {
        match &self.home {
            Home::Memory(store) => Arc::new(store.clone()),
            Home::Sqlite { store, .. } => store.clone(),
        }
    }

    /// An engine for these processes, as a start of the program makes one.
    pub async fn start(&self, processes: &[fn(&Arc<World>) -> Process]) -> App {
        self.start_on(self.store(), processes).await
    }

    /// An engine on a store that stands in front of the site's.
    pub async fn start_on(&self, store: Arc<dyn Store>, processes: &[fn(&Arc<World>) -> Process]) -> App {
        self.start_with(EngineParts::new(store), Clock::Manual(self.clock.clone()), processes).await
    }

    /// An engine by the machine's clock.
    pub async fn start_in_real_time(&self, processes: &[fn(&Arc<World>) -> Process]) -> App {
        self.start_with(EngineParts::new(self.store()), Clock::Real, processes).await
    }

    pub async fn start_with(
        &self,
        mut parts: EngineParts,
        clock: Clock,
        processes: &[fn(&Arc<World>) -> Process],
    ) -> App {
        let table = "CREATE TABLE IF NOT EXISTS effect (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
        Db::new(self.store()).execute(table, vec![]).await.unwrap();
        parts.clock = clock;
        parts.options = self.options;
        let engine = Engine::new(parts);
        let world = Arc::new(World { db: engine.db().clone(), outside: self.outside.clone() });
        engine.with_parts(self.parts.iter().map(|part| part(&world)).collect());
        engine.start(processes.iter().map(|process| process(&world)).collect());
        App { engine, clock: self.clock.clone() }
    }

    /// The effects in the database, in order.
    pub async fn effects(&self) -> Vec<String> {
        let rows =
            Db::new(self.store()).query::<(String,)>("SELECT name FROM effect ORDER BY id", vec![]).await;
        rows.unwrap().into_iter().map(|(name,)| name).collect()
    }

    pub async fn row(&self, name: &str) -> Instance {
        self.store().find(name).await.unwrap().unwrap()
    }

    pub async fn status(&self, name: &str) -> Status {
        self.row(name).await.status
    }
}

/// A running program.
pub struct App {
    pub engine: Engine,
    pub clock: ManualClock,
}

impl App {
    /// Does something in the app, as a command does.
    pub async fn run<F: IntoFuture>(&self, work: F) -> F::Output {
        self.engine.scope(async { work.await }).await
    }

    /// Waits until all that can happen now has happened.
    pub async fn settle(&self) {
        self.clock.settle().await;
    }

    /// Ends in the middle of whatever runs.
    pub async fn kill(self) {
        self.engine.kill().await;
    }
}

/// Plays a test on both stores; which one failed is seen from what is printed last.
pub fn on_both(test: impl AsyncFn(Site)) {
    eprintln!("on memory:");
    on_memory(&test);
    eprintln!("on SQLite:");
    on_sqlite(&test);
}

pub fn on_memory(test: &impl AsyncFn(Site)) {
    one_thread().block_on(test(Site::memory()));
}

pub fn on_sqlite(test: &impl AsyncFn(Site)) {
    one_thread().block_on(test(Site::sqlite()));
}

/// Plays a test on both stores, with several threads that run tasks.
pub fn on_both_with_threads(test: impl AsyncFn(Site)) {
    let threads =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    threads().block_on(test(Site::memory()));
    threads().block_on(test(Site::sqlite()));
}

pub fn on_sqlite_with(options: SqliteOptions, test: impl AsyncFn(Site)) {
    one_thread().block_on(test(Site::sqlite_with(options)));
}

fn one_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
