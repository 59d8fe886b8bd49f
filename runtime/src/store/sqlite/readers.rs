//! The connections that read. They see what is committed and wait for nobody.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::open::Database;
use crate::store::StoreError;

/// So many are kept open; more are opened when they are needed at once.
const KEPT: usize = 4;

/// A pool of readers.
#[derive(Debug)]
pub(super) struct Readers {
    database: Database,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(database: Database) -> Self {
        Self { database, idle: Mutex::default() }
    }

    /// Reads with one of the connections.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.database.reader()?,
        };
        let found = work(&connection);
        let mut idle = self.idle();
        // One that has failed may be damaged; another one is opened soon enough.
        if idle.len() < KEPT && (found.is_ok() || matches!(found, Err(StoreError::Statement { .. }))) {
            idle.push(connection);
        }
        found
    }

    /// The data file, for errors.
    pub(super) fn place(&self) -> &str {
        &self.database.place
    }

    /// Closes what is open.
    pub(super) fn close(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
