//! The memory store: the same semantics as the others, kept in maps and gone with the program. For tests and demonstrations.
//!
//! The user's own statements run on an in-memory SQLite connection that is opened when the first one comes; what they do
//! is committed together with the change of the maps.

mod apply;
mod mailbox;
#[cfg(not(feature = "sqlite"))]
#[path = "no_sql.rs"]
mod sql;
#[cfg(feature = "sqlite")]
mod sql;
mod tables;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use self::sql::{Sql, Turn};
use self::tables::Tables;
use super::{
    BoxFuture, Committed, Delivery, Due, Filter, Instance, InstanceId, Operation, Part, Rows, Session, Store,
    StoreError, Topic, Value, Write, micros,
};

/// A store that lives as long as its handles.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    tables: Mutex<Tables>,
    sql: Sql,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::with_session_limit(Duration::from_secs(30))
    }

    /// An empty store in which a transaction may stand open for so long while another one waits.
    pub fn with_session_limit(limit: Duration) -> Self {
        Self { shared: Arc::new(Shared { tables: Mutex::default(), sql: Sql::new(limit) }) }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.shared.tables()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits a session's statements, if it has run any, together with its write.
    fn commit(&self, turn: Option<Turn>, write: Write) -> Result<Committed, StoreError> {
        let mut tables = self.tables();
        tables.admit(&write)?;
        if let Some(turn) = turn {
            self.sql.commit(turn)?;
        }
        Ok(tables.apply(write))
    }
}

impl Store for MemoryStore {
    fn commit(&self, write: Write) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move { self.shared.commit(None, write) })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Session>, StoreError>> {
        let session = MemorySession { shared: Arc::clone(&self.shared), turn: None };
        Box::pin(async move { Ok(Box::new(session) as Box<dyn Session>) })
    }

    fn query(&self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        Box::pin(async move { self.shared.sql.read(&sql, &params).await })
    }

    fn load(&self, id: InstanceId) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        Box::pin(async move { Ok(self.tables().get(id).cloned()) })
    }

    fn find(&self, name: &str) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        let found = self.tables().named(name).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Instance>, StoreError>> {
        Box::pin(async move { Ok(self.tables().list(&filter)) })
    }

    fn deliveries(
        &self,
        id: InstanceId,
        topics: Vec<Topic>,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, StoreError>> {
        Box::pin(async move { Ok(self.tables().deliveries(id, &topics)) })
    }

    fn active(
        &self,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>> {
        Box::pin(async move { Ok(self.tables().active(after, limit)) })
    }

    fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Due>, StoreError>> {
        Box::pin(async move { Ok(self.tables().due(micros::kept(now), after, limit)) })
    }

    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async move { Ok(self.tables().next_wake(after.map(micros::kept))) })
    }

    fn last_move(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async move { Ok(self.tables().last_move()) })
    }

    fn operate(
        &self,
        name: &str,
        operation: Operation,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<Option<(Instance, Committed)>, StoreError>> {
        let name = name.to_owned();
        Box::pin(async move {
            let mut tables = self.tables();
            let Some(id) = tables.named(&name).map(|row| row.id) else { return Ok(None) };
            let committed = tables.operate(id, &operation, at);
            Ok(tables.get(id).cloned().map(|row| (row, committed)))
        })
    }

    fn expire(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { Ok(self.tables().mailbox.expire(micros::kept(now))) })
    }

    fn foreign_changes(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        // Nobody else can reach the maps.
        Box::pin(async move { Ok(0) })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { Ok(()) })
    }
}

/// An open transaction. It takes the connection with its first statement.
struct MemorySession {
    shared: Arc<Shared>,
    turn: Option<Turn>,
}

impl MemorySession {
    async fn turn(&mut self) -> Result<Turn, StoreError> {
        match self.turn {
            Some(turn) => Ok(turn),
            None => {
                let turn = self.shared.sql.claim().await?;
                self.turn = Some(turn);
                Ok(turn)
            }
        }
    }
}

impl Session for MemorySession {
    fn execute(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let turn = self.turn().await?;
            self.shared.sql.execute(turn, &sql, &params)
        })
    }

    fn query(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        Box::pin(async move {
            let turn = self.turn().await?;
            self.shared.sql.query(turn, &sql, &params)
        })
    }

    fn nest(&mut self, part: Part) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let turn = self.turn().await?;
            self.shared.sql.nest(turn, part)
        })
    }

    fn commit(mut self: Box<Self>, write: Write) -> BoxFuture<'static, Result<Committed, StoreError>> {
        Box::pin(async move {
            let committed = self.shared.commit(self.turn, write);
            if committed.is_ok() {
                self.turn = None;
            }
            committed
        })
    }
}

impl Drop for MemorySession {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.shared.sql.give_back(turn);
        }
    }
}
