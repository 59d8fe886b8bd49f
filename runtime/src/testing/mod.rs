//! Tests of an app: [`TestApp`], an app of its own with a clock that the test moves; and [`run`], which `#[justscale::test]` calls.

mod app;
mod crash;
mod mishap;
mod note;
mod outcome;

use std::future::Future;
use std::sync::Arc;

pub use self::app::TestApp;
pub use self::crash::{Crash, same_after_any_crash};
pub use self::outcome::TestOutcome;
use crate::app::App;
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

impl Database {
    /// Those that it stands for.
    fn each(self) -> &'static [Self] {
        match self {
            Self::Memory => &[Self::Memory],
            Self::Sqlite => &[Self::Sqlite],
            Self::All => &[Self::Memory, Self::Sqlite],
        }
    }
}

/// How a test is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    database: Database,
    crash: Crash,
    name: Option<&'static str>,
}

impl Options {
    /// In memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Under this name: that of the test, as cargo takes it.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// On this database.
    #[must_use]
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    /// With such crashes.
    #[must_use]
    pub fn crash(mut self, crash: Crash) -> Self {
        self.crash = crash;
        self
    }
}

/// Runs a test's body in an app of its own, on each of its databases, with each of its crashes.
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
    let mut outcome = None;
    for &database in options.database.each() {
        let went_well = crash::play_all(Options { database, ..options }, &test, |played| {
            let go_on = !played.has_failed();
            outcome = Some(played);
            go_on
        });
        if !went_well {
            break;
        }
    }
    outcome.unwrap_or_else(|| unreachable!("each test is played on some database"))
}

fn store(database: Database, folder: &std::path::Path) -> crate::Result<Arc<dyn Store>> {
    match database {
        #[cfg(feature = "sqlite")]
        Database::Sqlite => {
            use crate::store::{SqliteOptions, SqliteStore};
            let options = SqliteOptions { flush: false, ..SqliteOptions::default() };
            Ok(Arc::new(SqliteStore::open_with(folder, options)?))
        }
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
