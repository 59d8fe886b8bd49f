use std::sync::Mutex;

use super::*;
use crate::params;
use crate::store::{MemoryStore, Message, StoreError, Topic};

async fn accounts() -> Db {
    let db = Db::new(Arc::new(MemoryStore::new()));
    db.execute("CREATE TABLE account (owner TEXT PRIMARY KEY, cents INTEGER NOT NULL)", params![])
        .await
        .unwrap();
    db
}

async fn put(db: &Db, owner: &str) -> Result<u64, DbError> {
    db.execute("INSERT INTO account VALUES (?1, 1)", params![owner]).await
}

async fn owners(db: &Db) -> Vec<String> {
    db.query("SELECT owner FROM account ORDER BY owner", params![]).await.unwrap()
}

fn message() -> Message {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let topic = Topic { signal: "/s".to_owned(), identity: "/s".to_owned() };
    Message { topic, payload: "1".to_owned(), at: now, keep_until: now }
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    let db = accounts().await;
    let at: jiff::Timestamp = "2026-02-03T04:05:06.789Z".parse().unwrap();
    let row: (bool, i64, Option<String>, f64, Vec<u8>, jiff::Timestamp, u64, u8) = db
        .query_one(
            "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8",
            params![true, -7, None::<String>, 1.5, vec![0_u8, 255], at, u64::MAX, 9_u8],
        )
        .await
        .unwrap();
    assert_eq!(row, (true, -7, None, 1.5, vec![0, 255], at, u64::MAX, 9));
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let db = accounts().await;
    put(&db, "ada").await.unwrap();
    put(&db, "bob").await.unwrap();
    let said = [
        db.query::<(i64,)>("SELECT owner FROM account", params![]).await.unwrap_err().to_string(),
        db.query::<(String, i64, i64)>("SELECT * FROM account", params![]).await.unwrap_err().to_string(),
        db.query_one::<u8>("SELECT 1000 AS size", params![]).await.unwrap_err().to_string(),
        db.query_one::<i64>("SELECT cents FROM account", params![]).await.unwrap_err().to_string(),
        db.query_one::<i64>("SELECT cents FROM account WHERE 0", params![]).await.unwrap_err().to_string(),
        db.execute("SELECT 1", params![]).await.unwrap_err().to_string(),
        db.execute("COMMIT", params![]).await.unwrap_err().to_string(),
        db.execute("INSERT INTO account VALUES (?1, ?2)", params!["eve"]).await.unwrap_err().to_string(),
        db.execute("INSERT INTO acount VALUES (1)", params![]).await.unwrap_err().to_string(),
        db.execute("DELETE FROM account; DELETE FROM account", params![]).await.unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    the column `owner` holds a text of 3 bytes, which is no i64
    the query gives 2 columns (owner, cents), and 3 are read
    the column `size` holds the integer 1000, which is no u8
    the query found 2 rows where one was asked for: add a `LIMIT` or use `query` (`SELECT cents FROM account`)
    the query found no row: use `query_optional` if that may be (`SELECT cents FROM account WHERE 0`)
    this statement gives rows: use `query`
    `COMMIT` is not for statements: the app's own transactions need it; use `transaction(..)`
    the statement has 2 parameters, and 1 are given
    no such table: acount
    there is more than one statement here: run them one by one
    ");
    let twice = put(&db, "ada").await.unwrap_err();
    assert!(twice.is_constraint() && !twice.is_transient(), "{twice}");
}

#[tokio::test]
async fn a_transaction_commits_all_or_nothing() {
    let db = accounts().await;
    let failed = transaction(async {
        put(&db, "ada").await?;
        assert_eq!(owners(&db).await, ["ada"]);
        put(&db, "ada").await?;
        Ok::<_, DbError>(())
    })
    .await;
    assert!(failed.unwrap_err().is_constraint());
    assert!(owners(&db).await.is_empty());

    transaction(async {
        put(&db, "ada").await?;
        // A statement that failed undoes itself alone.
        assert!(put(&db, "ada").await.is_err());
        put(&db, "bob").await
    })
    .await
    .unwrap();
    assert_eq!(owners(&db).await, ["ada", "bob"]);
}

#[tokio::test]
async fn a_panic_or_a_drop_undoes_a_transaction() {
    let db = accounts().await;
    let own = db.clone();
    let panicked = tokio::spawn(async move {
        transaction::<(), DbError, _>(async {
            put(&own, "ada").await?;
            panic!("no")
        })
        .await
    });
    assert!(panicked.await.unwrap_err().is_panic());
    tokio::select! {
        biased;
        _ = transaction::<(), DbError, _>(async { put(&db, "bob").await?; std::future::pending().await }) => {}
        () = async { for _ in 0..10 { tokio::task::yield_now().await; } } => {}
    }
    assert!(owners(&db).await.is_empty());
}

#[tokio::test]
async fn a_nested_transaction_is_a_part_of_the_outer_one() {
    for outer_writes_first in [true, false] {
        let db = accounts().await;
        transaction(async {
            if outer_writes_first {
                put(&db, "outer").await?;
            }
            let undone = transaction::<(), _, _>(async {
                put(&db, "undone").await?;
                Err(DbError::NoRow { sql: String::new() })
            });
            assert!(undone.await.is_err());
            transaction(async { put(&db, "kept").await }).await?;
            let mut dropped = Box::pin(transaction::<(), DbError, _>(async {
                put(&db, "dropped").await?;
                transaction::<(), DbError, _>(async {
                    put(&db, "deeper").await?;
                    std::future::pending().await
                })
                .await
            }));
            assert!(futures_poll(&mut dropped).await);
            drop(dropped);
            put(&db, "after").await
        })
        .await
        .unwrap();
        let expected: &[&str] =
            if outer_writes_first { &["after", "kept", "outer"] } else { &["after", "kept"] };
        assert_eq!(owners(&db).await, expected);
    }
}

/// Polls a future a few times and says whether it is still pending.
async fn futures_poll<T>(future: &mut (impl Future<Output = T> + Unpin)) -> bool {
    tokio::select! {
        biased;
        _ = future => false,
        () = async { for _ in 0..10 { tokio::task::yield_now().await; } } => true,
    }
}

#[tokio::test]
async fn signals_go_out_with_the_transaction_which_is_seen_to_its_end() {
    let kept = Arc::new(Mutex::new(0));
    let count = Arc::clone(&kept);
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let keep = move |commit| {
        *count.lock().unwrap() += 1;
        commit
    };
    let db = Db::kept(store, Arc::new(keep));
    let sent = |ok: bool| {
        let db = db.clone();
        transaction(async move {
            Current::get().unwrap().emit(&db, message())?;
            transaction(async {
                Current::get().unwrap().emit(&db, message())?;
                if ok { Ok(()) } else { Err(DbError::OtherDatabase) }
            })
            .await
        })
    };
    let far = jiff::Timestamp::MAX;
    sent(false).await.unwrap_err();
    assert_eq!((db.store().expire(far).await.unwrap(), *kept.lock().unwrap()), (0, 0));
    sent(true).await.unwrap();
    assert_eq!((db.store().expire(far).await.unwrap(), *kept.lock().unwrap()), (2, 1));
}

#[tokio::test]
async fn a_transaction_stays_on_one_database() {
    let (one, other) = (accounts().await, accounts().await);
    let mixed = transaction(async {
        put(&one, "ada").await?;
        put(&other, "ada").await
    });
    assert!(matches!(mixed.await, Err(DbError::OtherDatabase)));
    assert!(owners(&one).await.is_empty());
}

#[tokio::test]
async fn a_failed_store_is_not_hidden_by_code_that_goes_on() {
    let db = Db::new(Arc::new(MemoryStore::with_session_limit(std::time::Duration::ZERO)));
    db.execute("CREATE TABLE account (owner TEXT PRIMARY KEY, cents INTEGER NOT NULL)", params![])
        .await
        .unwrap();
    let current = Current::of(&db);
    current
        .scope(async {
            put(&db, "ada").await.unwrap();
            // Someone else takes the connection, because the limit is over at once.
            tokio::spawn({
                let db = db.clone();
                async move { put(&db, "bob").await }
            })
            .await
            .unwrap()
            .unwrap();
            put(&db, "eve").await.unwrap_err();
        })
        .await;
    assert!(matches!(current.commit(None).await, Err(StoreError::HeldTooLong { .. })));
    current.discard().await;
    assert_eq!(owners(&db).await, ["bob"]);
}
