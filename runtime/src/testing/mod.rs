//! Tests of an app: [`TestApp`], an app of its own with a clock that the test moves; and [`run`], which `#[justscale::test]` calls.

mod outcome;

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

pub use self::outcome::TestOutcome;
use crate::app::{App, Data, Host, Registry, read_command, unless_stuck};
use crate::clock::ManualClock;
use crate::db::Db;
use crate::engine::panics::{self, Said};
use crate::engine::{Engine, EngineParts};
use crate::store::{MemoryStore, Store};

/// On which databases a test runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Database {
    /// In memory.
    #[default]
    Memory,
    /// SQLite, in a folder that is removed at the end.
    Sqlite,
    /// On each, one after the other.
    All,
}

/// How a test is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    database: Database,
}

impl Options {
    /// In memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// On this database.
    #[must_use]
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }
}

/// An app of a test's own: empty, its processes running, its clock standing still at the beginning of 2026.
///
/// In the test's body `start()`, `emit()` and handles belong to this app.
pub struct TestApp<A: App> {
    host: Host<A>,
    clock: ManualClock,
}

impl<A: App> TestApp<A> {
    /// Starts an app on a store of the test's own: a [`Faulty`](crate::store::Faulty) one dies where it is told to.
    ///
    /// It must run on a single-threaded tokio runtime, and what is not done in the body of a `#[justscale::test]` must be done inside
    /// [`Engine::scope`]. An error of a service that can't be built is this one's.
    pub async fn on(store: Arc<dyn Store>, clock: ManualClock) -> crate::Result<Self> {
        let data = Data::temporary::<A>()?;
        let host = Host::wire(parts(store, &clock), data, Arc::new(Registry::of_app())).await?;
        host.start();
        Ok(Self { host, clock })
    }

    /// Starts it again, as after a crash: with new services, in the same folder and at the same time, on a store that holds what it has
    /// left. Whatever of this one runs ends in the middle.
    pub async fn restart(&self, store: Arc<dyn Store>) -> crate::Result<Self> {
        self.host.engine.kill().await;
        let host = self.host.wire_again(parts(store, &self.clock)).await?;
        host.start();
        Ok(Self { host, clock: self.clock.clone() })
    }

    /// Its clock: `app.clock().advance(days(30)).await` runs all that falls due, and no real time passes.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// Its services.
    pub fn services(&self) -> &A::Services {
        &self.host.app.services
    }

    /// Runs a command of the app's own, as its words stand on a command line: `app.run(&["order", "list", "--limit", "3"])`.
    ///
    /// It runs in this app and by its clock, whatever the command's own `clock` and `data` say. What it prints goes to the test's output.
    ///
    /// # Errors
    ///
    /// When the words are no command of the app's own, and what the command returns.
    pub async fn run(&self, words: &[&str]) -> crate::Result<ExitCode> {
        let (command, arguments) =
            read_command(&self.host.registry, words).map_err(|failure| failure.into_error())?;
        command.run(&self.host.app, arguments).await.map_err(|failure| failure.into_error())
    }

    /// Its database.
    pub fn db(&self) -> &Db {
        self.host.engine.db()
    }

    /// The engine that runs its processes.
    pub fn engine(&self) -> &Engine {
        &self.host.engine
    }
}

impl<A: App> Clone for TestApp<A> {
    fn clone(&self) -> Self {
        Self { host: self.host.clone(), clock: self.clock.clone() }
    }
}

impl<A: App> std::fmt::Debug for TestApp<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("app", &A::NAME).field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// Runs a test's body in an app of its own, on each of its databases.
///
/// # Panics
///
/// When the body does, when the app can't be built, and when the body waits for what can't happen before the clock is moved.
pub fn run<A, F, Fut>(options: Options, test: F) -> Fut::Output
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future<Output: TestOutcome>,
{
    match options.database {
        Database::Memory => run_on(Database::Memory, &test),
        Database::Sqlite => run_on(Database::Sqlite, &test),
        Database::All => {
            let outcome = run_on(Database::Memory, &test);
            if outcome.has_failed() {
                return outcome;
            }
            run_on(Database::Sqlite, &test)
        }
    }
}

fn run_on<A, F, Fut>(database: Database, test: &F) -> Fut::Output
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future,
{
    let _note = Note(database);
    panics::note_places(Said::AsUsual);
    // One thread: what a test sees does not depend on how the machine shares its processors.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime could be made for this test: {error}"));
    runtime.block_on(async {
        let app = build::<A>(database)
            .await
            .unwrap_or_else(|error| panic!("the app `{}` could not be built: {error:#}", A::NAME));
        let engine = app.engine().clone();
        let outcome = unless_stuck(&engine, engine.scope(test(app))).await;
        let outcome = outcome.unwrap_or_else(|reason| panic!("this test {reason}"));
        engine.kill().await;
        outcome
    })
}

async fn build<A: App>(database: Database) -> crate::Result<TestApp<A>> {
    let (clock, data) = (ManualClock::default(), Data::temporary::<A>()?);
    let parts = parts(store(database, &data.folder)?, &clock);
    let host = Host::wire(parts, data, Arc::new(Registry::of_app())).await?;
    host.start();
    Ok(TestApp { host, clock })
}

fn parts(store: Arc<dyn Store>, clock: &ManualClock) -> EngineParts {
    let mut parts = EngineParts::new(store);
    parts.clock = clock.clone().into();
    parts.seed = Some(0);
    // A type that does not survive being saved is found by the first test that passes there.
    parts.options.verify_restore = true;
    parts
}

fn store(database: Database, folder: &std::path::Path) -> crate::Result<Arc<dyn Store>> {
    match database {
        #[cfg(feature = "sqlite")]
        Database::Sqlite => Ok(Arc::new(crate::store::SqliteStore::open(folder)?)),
        #[cfg(not(feature = "sqlite"))]
        Database::Sqlite => Err(crate::Error::invalid(
            "switch on the feature `sqlite` of the crate `justscale` to test on SQLite",
        )),
        Database::Memory | Database::All => {
            let _ = folder;
            Ok(Arc::new(MemoryStore::new()))
        }
    }
}

/// Says on which database a test has failed.
struct Note(Database);

impl Drop for Note {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was with `database = {}`", format!("{:?}", self.0).to_lowercase());
        }
    }
}
