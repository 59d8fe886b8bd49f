//! The same behaviours on SQLite when a statement in the middle of a write fails, or takes the whole transaction with it.
//!
//! A trigger in the file makes it fail: for each of the store's tables and each way to change it, so that every statement of every
//! write fails once. Whatever was done before it must be undone, a session's own statements too, and a later try must work.

use std::sync::Arc;

use rusqlite::Connection;

use super::scene::*;
use super::{Behaviour, Home};
use crate::store::*;

const TABLES: [&str; 3] = ["justscale_instances", "justscale_mailbox", "justscale_subscriptions"];
const WAYS: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];
/// The statement fails; the transaction is gone.
const ENDS: [&str; 2] = ["ABORT", "ROLLBACK"];

/// Fails each kind of statement in each call of a behaviour.
pub(super) async fn withstands(behaviour: Behaviour) {
    let undisturbed = Home::sqlite();
    let scene = Scene::new(undisturbed.open());
    behaviour(&scene).await;
    let calls = scene.log();
    scene.store.close().await.unwrap();
    let mut failed = 0;
    for table in TABLES {
        for way in WAYS {
            for end in ENDS {
                let trigger = format!(
                    "CREATE TRIGGER fails AFTER {way} ON {table} BEGIN SELECT RAISE({end}, 'a test'); END"
                );
                failed += calls_with(&trigger, &calls).await;
            }
        }
    }
    let writes =
        calls.iter().any(|call| !matches!(call, Call::Session(_, write) if *write == Write::default()));
    assert_eq!(failed > 0, writes, "{failed} calls were made to fail");
}

async fn calls_with(trigger: &str, calls: &[Call]) -> usize {
    let Home::Sqlite(folder) = Home::sqlite() else { unreachable!() };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let other = Connection::open(folder.path().join("justscale.db")).unwrap();
    other.execute_batch("PRAGMA synchronous = OFF").unwrap();
    let mut failed = 0;
    for call in calls {
        let before = seen(&*store, calls).await;
        other.execute_batch(trigger).unwrap();
        let made = make(&*store, call.clone()).await;
        other.execute_batch("DROP TRIGGER fails").unwrap();
        let refused = matches!(&made, Err(StoreError::Fenced(_)));
        if made.is_err() {
            assert_eq!(seen(&*store, calls).await, before, "{trigger}: {call:?}");
        }
        if made.is_err() && !refused {
            failed += 1;
            make(&*store, call.clone()).await.unwrap();
        }
    }
    store.close().await.unwrap();
    failed
}
