//! [`TestApp`]: an app of a test's own, which may die and be started again while the test goes on.

use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;

use crate::app::{App, Data, Host, Registry, read_command};
use crate::clock::ManualClock;
use crate::clock::idle::Busy;
use crate::db::Db;
use crate::engine::{Engine, EngineParts};
use crate::store::{Faults, Faulty, Store, Struck, Write};

/// An app of a test's own: empty, its processes running, its clock standing still at the beginning of 2026.
///
/// In the test's body `start()`, `emit()` and handles belong to this app. After a [crash](super::Crash) the app is another one on the
/// same data; what the test asks of this value, it asks of that one. A service or a `Db` that was taken from it before is the old one's.
pub struct TestApp<A: App> {
    shared: Arc<Shared<A>>,
}

struct Shared<A: App> {
    surroundings: Surroundings,
    first: Life<A>,
}

/// What stays when the app dies.
struct Surroundings {
    clock: ManualClock,
    store: Arc<dyn Store>,
    /// The store as the app sees it, which dies.
    faulty: Arc<dyn Store>,
    faults: Arc<Faults>,
    pulse: Arc<Pulse>,
    last_words: LastWords,
}

/// A start of the app, and the one after its crash.
struct Life<A: App> {
    host: Host<A>,
    next: OnceLock<Box<Life<A>>>,
}

/// What was being committed when an app died.
pub(super) type LastWords = Arc<Mutex<Option<String>>>;

/// Tells of a death.
#[derive(Default)]
struct Pulse {
    stopped: Notify,
    /// From the death until the app runs again something is at work, so that the clock is not moved meanwhile.
    busy: Mutex<Option<Busy>>,
}

impl<A: App> TestApp<A> {
    /// Starts an app on a store, which can be told to die.
    pub(super) async fn begin(store: Arc<dyn Store>, data: Data) -> crate::Result<Self> {
        let surroundings = Surroundings::of(store);
        let host = Host::wire(surroundings.parts(), data, Arc::new(Registry::of_app())).await?;
        Ok(Self { shared: Arc::new(Shared { surroundings, first: Life::begin(host) }) })
    }

    /// Its clock: `app.clock().advance(days(30)).await` runs all that falls due, and no real time passes.
    pub fn clock(&self) -> &ManualClock {
        &self.shared.surroundings.clock
    }

    /// Its services.
    pub fn services(&self) -> &A::Services {
        &self.host().app.services
    }

    /// Runs a command of the app's own, as its words stand on a command line: `app.run(&["order", "list", "--limit", "3"])`.
    ///
    /// It runs in this app and by its clock, whatever the command's own `clock` and `data` say. What it prints goes to the test's output.
    ///
    /// # Errors
    ///
    /// When the words are no command of the app's own, and what the command returns.
    pub async fn run(&self, words: &[&str]) -> crate::Result<ExitCode> {
        let host = self.host();
        let (command, arguments) =
            read_command(&host.registry, words).map_err(|failure| failure.into_error())?;
        command.run(&host.app, arguments).await.map_err(|failure| failure.into_error())
    }

    /// Its database.
    pub fn db(&self) -> &Db {
        self.host().engine.db()
    }

    /// Where its services keep files of their own. A crash leaves them as they are.
    pub fn data_folder(&self) -> &crate::DataFolder {
        &self.host().app.parts.data_folder
    }

    /// The engine that runs its processes.
    pub fn engine(&self) -> &Engine {
        &self.host().engine
    }

    /// What its store is told to do wrong.
    pub(super) fn faults(&self) -> &Arc<Faults> {
        &self.shared.surroundings.faults
    }

    /// What was being committed when it died, in words, once it has.
    pub(super) fn last_words(&self) -> LastWords {
        self.shared.surroundings.last_words.clone()
    }

    /// The latest start of it.
    fn life(&self) -> &Life<A> {
        let mut life = &self.shared.first;
        while let Some(next) = life.next.get() {
            life = next;
        }
        life
    }

    fn host(&self) -> &Host<A> {
        &self.life().host
    }

    /// Goes through a test's body, and starts the app again whenever it dies. The body waits for that, and goes on in the new one.
    pub(super) async fn outlive<F: Future>(&self, body: F) -> crate::Result<F::Output> {
        let mut body = std::pin::pin!(body);
        loop {
            let engine = self.engine().clone();
            let died = self.shared.surroundings.pulse.stopped.notified();
            tokio::select! {
                biased;
                () = died => {}
                output = engine.scope(body.as_mut()) => return Ok(output),
            }
            self.begin_again().await?;
        }
    }

    async fn begin_again(&self) -> crate::Result<()> {
        let (life, surroundings) = (self.life(), &self.shared.surroundings);
        life.host.engine.kill().await;
        surroundings.revive().await?;
        let host = life.host.wire_again(surroundings.parts()).await?;
        // This life has ended just now, so it has no next one yet.
        let _ = life.next.set(Box::new(Life::begin(host)));
        surroundings.pulse.rest();
        Ok(())
    }
}

impl<A: App> Life<A> {
    fn begin(host: Host<A>) -> Self {
        host.start();
        Self { host, next: OnceLock::new() }
    }
}

impl Surroundings {
    fn of(store: Arc<dyn Store>) -> Self {
        let clock = ManualClock::default();
        let (faulty, faults) = Faulty::new(store.clone());
        let pulse = Arc::<Pulse>::default();
        faults.on_death({
            let (pulse, idle) = (pulse.clone(), clock.idle().clone());
            move || pulse.stop(idle.busy())
        });
        Self { clock, store, faulty: Arc::new(faulty), faults, pulse, last_words: LastWords::default() }
    }

    /// What an engine in them is made of.
    fn parts(&self) -> EngineParts {
        let mut parts = EngineParts::new(self.faulty.clone());
        parts.clock = self.clock.clone().into();
        parts.seed = Some(0);
        // A type that does not survive being saved is found by the first test that passes there.
        parts.options.verify_restore = true;
        parts
    }

    /// Lets the store live again, now that nothing of the app that died runs any more.
    async fn revive(&self) -> crate::Result<()> {
        // A write that was on its way is made before anyone looks, or never: a dead program's thread writes no more.
        self.store.commit(Write::default()).await?;
        if self.faults.take_left() {
            // Sessions are served one after another, so one that comes now is served after that which was left to itself.
            let mut last = self.store.begin().await?;
            if last.query("SELECT 1".to_owned(), Vec::new()).await.is_ok() {
                last.commit(Write::default()).await?;
            }
        }
        self.faults.revive();
        let words = match self.faults.struck() {
            None => return Ok(()),
            Some(Struck::Outside) => "which came from outside any process".to_owned(),
            Some(Struck::Move(id, to)) => match self.store.load(id).await? {
                Some(row) => format!("with which `{}` {to}", row.name),
                None => format!("with which an instance {to}"),
            },
        };
        *self.last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
        Ok(())
    }
}

impl Pulse {
    fn stop(&self, busy: Busy) {
        *self.busy.lock().unwrap_or_else(PoisonError::into_inner) = Some(busy);
        self.stopped.notify_one();
    }

    /// The app runs again.
    fn rest(&self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl<A: App> Clone for TestApp<A> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<A: App> std::fmt::Debug for TestApp<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("app", &A::NAME).field("clock", self.clock()).finish_non_exhaustive()
    }
}
