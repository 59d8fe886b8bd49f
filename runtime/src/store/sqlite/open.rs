//! Connections, and how they are set.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::faults::fault;
use crate::store::StoreError;

/// How a [`SqliteStore`](super::SqliteStore) behaves.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// For how long a transaction may stand open. One that takes longer is rolled back.
    pub session_limit: Duration,
    /// For how long another OS process may hold the write lock before a write fails.
    pub busy_timeout: Duration,
    /// How large the file may grow, in pages; no limit but the disk's if `None`.
    pub max_pages: Option<u32>,
    /// Whether what is answered is on the disk. Without it a commit outlives the program, but not the machine: for data that a test
    /// throws away.
    pub flush: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            session_limit: Duration::from_secs(30),
            busy_timeout: Duration::from_secs(10),
            max_pages: None,
            flush: true,
        }
    }
}

/// The data file and how to open it.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) path: PathBuf,
    pub(super) place: String,
    pub(super) options: SqliteOptions,
}

impl Database {
    pub(super) fn new(folder: &Path, options: SqliteOptions) -> Self {
        let path = folder.join("justscale.db");
        Self { place: path.display().to_string(), path, options }
    }

    /// The connection that writes.
    pub(super) fn writer(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        self.open(flags, |connection| {
            connection.execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA cache_size = -8192;",
            )?;
            if !self.options.flush {
                connection.execute_batch("PRAGMA synchronous = OFF")?;
            }
            if let Some(pages) = self.options.max_pages {
                connection.execute_batch(&format!("PRAGMA max_page_count = {pages}"))?;
            }
            Ok(())
        })
    }

    /// A connection that reads.
    pub(super) fn reader(&self) -> Result<Connection, StoreError> {
        // Opened for writing, because the first one on a WAL may have to recover it; what it runs is checked to be read-only.
        self.open(OpenFlags::SQLITE_OPEN_READ_WRITE, |connection| {
            connection.execute_batch("PRAGMA query_only = ON")
        })
    }

    fn open(
        &self,
        flags: OpenFlags,
        set: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Connection, StoreError> {
        let opened = Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let connection = opened.map_err(|error| fault(&error, &self.place))?;
        connection.set_prepared_statement_cache_capacity(128);
        connection
            // Without this SQLite plans some statements anew for each value that is bound to them.
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .and_then(|_| connection.busy_timeout(self.options.busy_timeout))
            .and_then(|()| set(&connection))
            .map_err(|error| fault(&error, &self.place))?;
        Ok(connection)
    }
}
