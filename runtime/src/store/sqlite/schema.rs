//! The tables, all with the prefix `justscale_`, beside which the app's own tables live in the same file.
//!
//! A plain step writes point, locals, waits, step, attempts, cause and `updated_at`. No index is made of any of these, so the
//! hot path touches one b-tree.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::faults::fault;
use crate::store::StoreError;

/// The version that this program writes.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE justscale_meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE justscale_instances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    process TEXT NOT NULL,
    status INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    step INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    wake_at INTEGER,
    parent INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    point TEXT NOT NULL,
    locals TEXT NOT NULL,
    waits TEXT NOT NULL,
    cause TEXT,
    result TEXT
);
CREATE INDEX justscale_active ON justscale_instances (status) WHERE status = 0;
CREATE INDEX justscale_timers ON justscale_instances (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX justscale_children ON justscale_instances (parent) WHERE parent IS NOT NULL;

CREATE TABLE justscale_mailbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL,
    signal TEXT NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL,
    keep_until INTEGER NOT NULL
);
CREATE INDEX justscale_mailbox_topic ON justscale_mailbox (identity, signal);
CREATE INDEX justscale_mailbox_keep_until ON justscale_mailbox (keep_until);

CREATE TABLE justscale_subscriptions (
    identity TEXT NOT NULL,
    signal TEXT NOT NULL,
    instance INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (identity, signal, instance)
) WITHOUT ROWID;
CREATE INDEX justscale_subscriptions_instance ON justscale_subscriptions (instance);

INSERT INTO justscale_meta VALUES ('schema', 1);
";

/// Makes the tables if they are not there, and refuses those of a newer version.
pub(super) fn prepare(connection: &mut Connection, place: &str) -> Result<(), StoreError> {
    let found = version(connection).map_err(|error| fault(&error, place))?;
    let found = match found {
        Some(found) => found,
        None => create(connection).map_err(|error| fault(&error, place))?,
    };
    if found == VERSION {
        return Ok(());
    }
    let reason = format!(
        "its tables are of version {found}, and this program knows version {VERSION}: run it with the program that wrote it, or a newer one"
    );
    Err(StoreError::Corrupt { place: place.to_owned(), reason })
}

fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'justscale_meta'";
    if connection.query_row(exists, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    connection
        .query_row("SELECT value FROM justscale_meta WHERE key = 'schema'", [], |row| row.get(0))
        .map(Some)
}

fn create(connection: &mut Connection) -> rusqlite::Result<i64> {
    // Someone else may be doing the same at this moment, so it is looked at again under the lock.
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    if let Some(found) = version(&transaction)? {
        return Ok(found);
    }
    transaction.execute_batch(TABLES)?;
    transaction.commit()?;
    Ok(VERSION)
}
