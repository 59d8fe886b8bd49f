//! The store is in trouble: what runs is given up at its last checkpoint and tried again, nothing is lost, and all goes on by itself
//! when the store answers again.

use std::sync::{Arc, Mutex};

use justscale::prelude::*;
use justscale::store::{Fault, Faulty, Moment, SqliteOptions, SqliteStore, StoreError};
use justscale::{Db, Status, params};

use crate::world::{App, Site, World, on_both, on_sqlite_with};

process! {
    order at "/order/{key}" gives usize;
    |cx, next, world|
    step Start { key: String } => next.to(State::Fetch { key }),
    step Fetch { key: String } => {
        world.long_call("fetch").step_in(cx).await;
        // More than what has a place on the pages that are there.
        next.to(State::Write { key, parcel: "x".repeat(40_000) })
    },
    step Write { key: String, parcel: String } => {
        world.write(&key).step_in(cx).await;
        next.to(State::Sleep { parcel })
    },
    wait Sleep { parcel: String } => {
        sleep(hours(1)).step_in(cx).await;
        next.done(parcel.len())
    },
}
starts! { order(key: String) }

const MANY: usize = 10;

async fn start_many(app: &App, site: &Site) {
    for key in 0..MANY {
        app.run(order(format!("{key}")).start()).await.unwrap();
    }
    site.outside.called(MANY).await;
}

async fn all_are(site: &Site, status: Status) {
    for key in 0..MANY {
        let row = site.row(&format!("/order/{key}")).await;
        assert_eq!((row.status, &row.cause), (status, &None), "{row:?}");
    }
}

async fn all_end(app: &App, site: &Site) {
    site.outside.open(100 * MANY);
    // As long as the longest pause before it is tried again.
    app.clock.advance(minutes(1)).await;
    app.clock.advance(hours(2)).await;
    all_are(site, Status::Done).await;
    let mut effects = site.effects().await;
    effects.sort();
    assert_eq!(effects, (0..MANY).map(|key| format!("{key}")).collect::<Vec<_>>());
}

#[test]
fn a_store_that_does_not_answer_loses_nothing() {
    on_both(async |site| {
        let said = Said::default();
        let _listens = said.listen();
        let (store, faults) = Faulty::new(site.store());
        let app = site.start_on(Arc::new(store), &[order::process]).await;
        start_many(&app, &site).await;
        faults.die();
        site.outside.open(MANY);
        app.settle().await;
        assert_eq!(app.engine.load().running, 0, "they are given up");
        all_are(&site, Status::Active).await;
        app.clock.advance(minutes(5)).await;
        all_are(&site, Status::Active).await;
        faults.revive();
        all_end(&app, &site).await;
        let said = said.text();
        assert!(said.contains("ERROR") && said.contains("the store did not answer"), "{said}");
        assert!(said.contains("(what runs is tried again in 1 s)"), "{said}");
        assert!(said.contains("the store answers again"), "{said}");
        assert!(said.lines().filter(|line| line.contains("ERROR")).count() < 5, "one word is enough: {said}");
    });
}

#[test]
fn an_answer_that_got_lost_is_looked_for() {
    on_both(async |site| {
        let (store, faults) = Faulty::new(site.store());
        let app = site.start_on(Arc::new(store), &[order::process]).await;
        // The start is committed, but nobody heard of it.
        let unheard = StoreError::Unavailable("the line is down".into());
        faults.plan(1, Moment::After, Fault::Fail(unheard));
        app.run(order("0").start()).await.unwrap_err();
        site.outside.open(1);
        app.clock.advance(secs(30)).await;
        assert_eq!(site.status("/order/0").await, Status::Waiting);
    });
}

process! {
    quick at "/quick/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::Call { key }),
    step Call { key: String } => { world.call("quick").step_in(cx).await; next.done(key) },
}
starts! { quick(key: String) }

signal! { Go at "/go/{key}" { key: String } kept 168 hours }

process! {
    listener at "/listener/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Race { key }),
    wait Race { key: String } => {
        cx.race((Go::of(&key).arm_in(cx), world.long_call("beside").arm_in(cx))).await;
        next.done(())
    },
}
starts! { listener(key: String) }

#[test]
fn who_waits_in_memory_hears_of_a_commit_whose_answer_got_lost() {
    on_both(async |site| {
        let (store, faults) = Faulty::new(site.store());
        let app = site.start_on(Arc::new(store), &[quick::process, listener::process]).await;
        let unheard = || Fault::Fail(StoreError::Unavailable("the line is down".into()));
        // The end of an instance whose result is awaited: its start, its point and its end are three commits.
        let waits = tokio::spawn(app.engine.scope(async { quick("a").await }));
        faults.plan(3, Moment::After, unheard());
        app.clock.advance(secs(30)).await;
        assert_eq!(site.status("/quick/a").await, Status::Done);
        assert!(waits.is_finished(), "it hears of the end");
        assert_eq!(waits.await.unwrap().unwrap(), "a");
        // A message for an instance that runs and listens beside.
        app.run(listener("a").start()).await.unwrap();
        site.outside.called(2).await;
        app.settle().await;
        faults.plan(faults.commits() + 1, Moment::After, unheard());
        app.run(Go { key: "a".into() }.emit()).await.unwrap_err();
        app.clock.advance(secs(30)).await;
        assert_eq!(site.status("/listener/a").await, Status::Done, "it hears of the message");
    });
}

#[test]
fn a_full_disk_loses_nothing() {
    on_sqlite_with(SqliteOptions { max_pages: Some(200), ..SqliteOptions::default() }, async |site| {
        let said = Said::default();
        let _listens = said.listen();
        let app = site.start(&[order::process]).await;
        start_many(&app, &site).await;
        let full = fill(&Db::new(site.store())).await;
        assert!(full.contains("is full: free some space; nothing is lost"), "{full}");
        // Often enough for all that is tried again.
        site.outside.open(1000);
        app.settle().await;
        assert_eq!(app.engine.load().running, 0, "they are given up");
        all_are(&site, Status::Active).await;
        let big = order("n".repeat(9000));
        assert!(app.run(big.start()).await.unwrap_err().to_string().contains("is full"));
        app.clock.advance(minutes(5)).await;
        all_are(&site, Status::Active).await;
        assert!(said.text().contains("justscale.db is full: free some space"), "{}", said.text());
        // Someone frees some space.
        let other = SqliteStore::operator(site.folder().unwrap()).unwrap();
        Db::new(Arc::new(other)).execute("DELETE FROM ballast", vec![]).await.unwrap();
        all_end(&app, &site).await;
        assert!(said.text().contains("the store answers again"), "{}", said.text());
    });
}

/// Writes until the disk is full, and gives the words with which that ends.
async fn fill(db: &Db) -> String {
    db.execute("CREATE TABLE ballast (bytes BLOB)", vec![]).await.unwrap();
    for size in [8000_i64, 300] {
        loop {
            if let Err(error) = db.execute("INSERT INTO ballast VALUES (randomblob(?1))", params![size]).await
            {
                if size == 300 {
                    return error.to_string();
                }
                break;
            }
        }
    }
    unreachable!("the loops end with an error")
}

#[test]
fn a_step_whose_own_write_does_not_fit_is_tried_again() {
    on_sqlite_with(SqliteOptions { max_pages: Some(60), ..SqliteOptions::default() }, async |site| {
        let app = site.start(&[writer::process]).await;
        app.run(writer("a").start()).await.unwrap();
        app.settle().await;
        // It took the error for something else and would have ended; but what it read then was no truth.
        let row = site.row("/writer/a").await;
        assert_eq!((row.status, row.state.point.as_str()), (Status::Active, "Write"));
        assert_eq!(site.effects().await, [""; 0]);
        app.kill().await;
    });
}

process! {
    writer at "/writer/{key}" gives bool;
    |cx, next, world|
    step Start { key: String } => next.to(State::Write { key }),
    step Write { key: String } => {
        let fits = async {
            world.write("written").await;
            world.db.execute("INSERT INTO effect (name) VALUES (hex(zeroblob(500000)))", vec![]).await.is_ok()
        }.step_in(cx).await;
        next.done(fits)
    },
}
starts! { writer(key: String) }

#[test]
fn a_database_that_becomes_read_only_loses_nothing() {
    let place = "data/justscale.db".to_owned();
    on_both(async |site| {
        let said = Said::default();
        let _listens = said.listen();
        let (store, faults) = Faulty::new(site.store());
        let app = site.start_on(Arc::new(store), &[order::process]).await;
        start_many(&app, &site).await;
        faults.die_of(StoreError::ReadOnly { place: place.clone() });
        site.outside.open(MANY);
        app.clock.advance(minutes(5)).await;
        all_are(&site, Status::Active).await;
        assert!(
            said.text().contains("data/justscale.db can't be written: make the file and its folder writable")
        );
        faults.revive();
        all_end(&app, &site).await;
    });
}

/// The folder that the test below looks at when it is run as someone who may not write there.
const LOOK_AT: &str = "JUSTSCALE_TEST_LOOK_AT";

#[cfg(unix)]
#[test]
fn a_read_only_database_says_so_at_the_start() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let look = |folder: &std::path::Path| {
        let error = SqliteStore::open(folder).unwrap_err().to_string();
        assert!(
            error.contains(" can't be written: make the file and its folder writable for this user"),
            "{error}"
        );
        error
    };
    if let Some(folder) = std::env::var_os(LOOK_AT) {
        println!("{}", look(std::path::Path::new(&folder)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(folder.path()).unwrap());
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap()
    };
    for (pid_file, database) in [(0o444, 0o444), (0o666, 0o444)] {
        set(&folder.path().join("justscale.pid"), pid_file);
        set(&folder.path().join("justscale.db"), database);
        set(folder.path(), 0o555);
        if std::fs::File::create(folder.path().join("probe")).is_err() {
            look(folder.path());
        } else {
            // Whoever runs this may write everywhere (root); so someone else looks.
            const NOBODY: u32 = 65534;
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args(["--exact", "trouble::a_read_only_database_says_so_at_the_start", "--nocapture"]);
            let output = child.env(LOOK_AT, folder.path()).uid(NOBODY).gid(NOBODY).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("can't be written"), "{said}");
        }
    }
    set(folder.path(), 0o755);
}

/// What was logged.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let said = self.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || said.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
