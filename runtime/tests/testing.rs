//! What `#[justscale::test]` is made of, with an app written by hand.
#![allow(missing_docs)] // A test's items are nobody's interface.

use std::sync::Mutex;

use justscale::prelude::*;
use justscale::testing::{Database, Options, run};
use justscale::{App, DataFolder, Db, Result, rt};

/// An app of one service.
struct Shop;

struct Services {
    notes: std::sync::Arc<Notes>,
}

struct Notes {
    db: Db,
    folder: DataFolder,
}

impl rt::Service for Notes {
    const NAME: &'static str = "Notes";
}

impl Notes {
    async fn open(db: Db, folder: DataFolder) -> Result<Self> {
        db.execute("CREATE TABLE note (text TEXT NOT NULL)", params![]).await?;
        Ok(Self { db, folder })
    }

    async fn count(&self) -> Result<i64> {
        Ok(self.db.query_one("SELECT count(*) FROM note", params![]).await?)
    }
}

impl App for Shop {
    const NAME: &'static str = "shop";
    const VERSION: &'static str = "1.0.0";
    type Services = Services;

    async fn wire(parts: &rt::Parts) -> Result<Services> {
        let notes = rt::build(Notes::open(parts.db(), parts.data_folder())).await?;
        Ok(Services { notes })
    }

    fn register(_: &mut rt::Registry<Self>) {}
}

#[test]
fn each_database_gets_an_app_of_its_own() {
    let folders = Mutex::new(Vec::new());
    run(Options::new().database(Database::All), async |app: TestApp<Shop>| {
        app.db().execute("INSERT INTO note VALUES ('one')", params![]).await?;
        assert_eq!(app.services().notes.count().await?, 1, "another app's note is not seen");
        folders.lock().unwrap().push(app.services().notes.folder.to_path_buf());
        Ok::<_, justscale::Error>(())
    })
    .unwrap();
    let folders = folders.into_inner().unwrap();
    assert_eq!(folders.len(), 2);
    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?} are removed");
}

#[test]
fn what_fails_on_the_first_database_has_failed() {
    let runs = Mutex::new(0);
    let outcome = run(Options::new().database(Database::All), async |_: TestApp<Shop>| {
        *runs.lock().unwrap() += 1;
        Err::<(), _>("a mistake")
    });
    assert_eq!((outcome, *runs.lock().unwrap()), (Err("a mistake"), 1));
}

#[test]
fn work_in_a_transaction_is_undone_with_it() {
    run(Options::new().database(Database::All), async |app: TestApp<Shop>| {
        let notes = &app.services().notes;
        let undone = transaction(async {
            notes.db.execute("INSERT INTO note VALUES ('never')", params![]).await?;
            Err::<(), _>(justscale::Error::msg("undo"))
        });
        assert_eq!(undone.await.unwrap_err().to_string(), "undo");
        assert_eq!(notes.count().await.unwrap(), 0);
    });
}

#[test]
fn no_real_time_passes() {
    run(Options::new(), async |app: TestApp<Shop>| {
        let begun = justscale::now();
        join!(sleep(days(365)), app.clock().advance(days(365)));
        assert_eq!(justscale::now().duration_since(begun).as_hours(), 365 * 24);
        let first = race! {
            _ = sleep(days(2)) => "sleep",
            _ = app.clock().advance(days(1)) => "clock",
        };
        assert_eq!(first, "clock");
    });
}

#[test]
#[should_panic(
    expected = "this test waits for a time; the clock stands at 2026-01-01T00:00:00Z, and nothing happens before it is moved"
)]
fn a_test_that_would_wait_for_ever_says_so() {
    run(Options::new(), async |_: TestApp<Shop>| sleep(days(1)).await);
}
