//! One program per data folder; and beside it the command line, whose changes it notices.

use justscale::Status;
use justscale::prelude::*;
use justscale::store::{Message, Operation, SqliteStore, Store, StoreError, Topic, Write};

use crate::world::{World, on_sqlite};

signal! { Go at "/go/{key}" { key: String } kept 168 hours }

process! {
    order at "/order/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitGo { key }),
    wait AwaitGo { key: String } => {
        let go = Go::of(&key).step_in(cx).await;
        next.to(State::Call { key: go.key })
    },
    step Call { key: String } => {
        match world.try_call("call").await {
            Ok(_) => next.done(key),
            Err(error) => panic!("{error}"),
        }
    },
}
starts! { order(key: String) }

#[test]
fn a_second_program_hears_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = SqliteStore::open(folder.path()).unwrap();
    let second = SqliteStore::open(folder.path()).unwrap_err();
    assert!(matches!(&second, StoreError::InUse { .. }));
    let (place, pid) = (folder.path().display(), std::process::id());
    assert_eq!(
        second.to_string(),
        format!(
            "{place} is in use by another process (pid {pid}): stop it, or set `database.url` to another place"
        )
    );
    drop(first);
    SqliteStore::open(folder.path()).expect("it is free again");
}

#[test]
fn what_the_command_line_does_is_noticed_while_the_program_runs() {
    on_sqlite(&async |site| {
        site.outside.refuse(1);
        let app = site.start_in_real_time(&[order::process]).await;
        let handle = app.run(order("a").start()).await.unwrap();
        let cancelled = app.run(order("b").start()).await.unwrap();
        while site.status("/order/a").await != Status::Waiting
            || site.status("/order/b").await != Status::Waiting
        {
            tokio::task::yield_now().await;
        }
        let operator = SqliteStore::operator(site.folder().unwrap()).unwrap();
        let now = app.engine.now();
        let topic = Topic { signal: "/go/{key}".into(), identity: "/go/a".into() };
        let message = Message {
            topic,
            payload: r#"{"key":"from outside"}"#.into(),
            at: now,
            keep_until: now + hours(1),
        };
        operator.commit(Write { messages: vec![message], ..Write::default() }).await.unwrap();
        site.outside.called(1).await;
        while site.status("/order/a").await != Status::Paused {
            tokio::task::yield_now().await;
        }
        operator.operate("/order/a", Operation::Retry, now).await.unwrap();
        operator.operate("/order/b", Operation::Cancel, now).await.unwrap();
        assert_eq!(app.run(handle).await.unwrap(), "from outside");
        assert!(app.run(cancelled).await.is_err());
        assert!(app.engine.stop(secs(60)).await);
    });
}

#[test]
fn a_file_that_is_no_database_of_ours_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("justscale.db");
    std::fs::write(&database, "a shopping list, by mistake ".repeat(100)).unwrap();
    let error = SqliteStore::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("can't be read: the file is no SQLite database: put a backup in its place"),
        "{error}"
    );
    assert!(std::fs::read_to_string(&database).unwrap().starts_with("a shopping list"));

    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let newer = "UPDATE justscale_meta SET value = 2 WHERE key = 'schema'";
    let rows = on_one_thread(justscale::Db::new(std::sync::Arc::new(store)).execute(newer, vec![]));
    assert_eq!(rows.unwrap(), 1);
    let error = SqliteStore::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("its tables are of version 2, and this program knows version 1: run it with"),
        "{error}"
    );
}

fn on_one_thread<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
