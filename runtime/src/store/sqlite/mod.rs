//! The SQLite store: one file in one folder, nothing to install.
//!
//! One thread owns the writing connection (WAL, `synchronous = FULL`) and makes what waits at the same time in one
//! transaction: see [`group`]. Readers see what is committed and wait for nobody. What [`Store::commit`] has answered is on
//! the disk.

mod apply;
pub(crate) mod faults;
pub(crate) mod folder;
mod group;
mod hand;
mod mailbox;
mod member;
mod open;
mod operate;
mod patience;
mod queue;
mod readers;
mod rows;
mod schema;
mod session;
pub(crate) mod statement;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use rusqlite::Connection;

use self::apply::apply;
use self::faults::fault;
use self::folder::FolderLock;
use self::hand::Hand;
use self::mailbox::Mailbox;
use self::open::Database;
pub use self::open::SqliteOptions;
use self::readers::Readers;
use self::session::SqliteSession;
use self::writer::{Writer, closed};
use super::micros::{micros, timestamp};
use super::{
    BoxFuture, Committed, Delivery, Due, Filter, Instance, InstanceId, Operation, Rows, Session, Store,
    StoreError, Topic, Value, Write,
};
use crate::clock::idle::Working;

/// A store in a folder: `justscale.db`, its write-ahead log, and `justscale.pid`, which says who holds it.
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    changes: Arc<Changes>,
}

/// What others have done to the file.
#[derive(Debug, Default)]
struct Changes {
    version: AtomicI64,
    count: AtomicU64,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").field("place", &self.readers.place()).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the store in this folder, for the one program that runs its processes. Both are made if they are not there.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, SqliteOptions::default())
    }

    /// Opens the store in this folder, with these options.
    pub fn open_with(folder: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        folder::make(folder)?;
        let lock = folder::lock(folder)?;
        Self::start(folder, options, Some(lock))
    }

    /// Opens the store in this folder beside the program that runs its processes: to look, to signal, to retry and to cancel.
    /// That program notices ([`Store::foreign_changes`]).
    pub fn operator(folder: &Path) -> Result<Self, StoreError> {
        folder::make(folder)?;
        Self::start(folder, SqliteOptions::default(), None)
    }

    fn start(folder: &Path, options: SqliteOptions, lock: Option<FolderLock>) -> Result<Self, StoreError> {
        let database = Database::new(folder, options);
        let mut connection = database.writer()?;
        schema::prepare(&mut connection, &database.place)?;
        let version = data_version(&connection, &database.place)?;
        let changes = Changes { version: AtomicI64::new(version), count: AtomicU64::new(0) };
        Ok(Self {
            writer: Arc::new(Writer::start(connection, database.clone(), lock)?),
            readers: Arc::new(Readers::new(database)),
            changes: Arc::new(changes),
        })
    }

    /// Reads where the caller stands: a look-up by key takes microseconds, less than the way to another thread and back.
    fn look_up<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.readers.read(|connection| work(connection).map_err(|error| fault(&error, self.readers.place())))
    }

    /// Reads on a thread that may block.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let _working = Working::begin();
        let read = move || readers.read(|connection| work(connection, readers.place()));
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Err(closed()))
    }

    /// Reads rows of the store's own on a thread that may block.
    async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read(move |connection, place| work(connection).map_err(|error| fault(&error, place))).await
    }
}

impl Store for SqliteStore {
    fn commit(&self, write: Write) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(self.writer.submit(move |hand| apply(hand, &write)))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Session>, StoreError>> {
        let session = SqliteSession::new(Arc::clone(&self.writer));
        Box::pin(async move { Ok(Box::new(session) as Box<dyn Session>) })
    }

    fn query(&self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        Box::pin(self.read(move |connection, place| statement::read(connection, &sql, &params, place)))
    }

    fn load(&self, id: InstanceId) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        Box::pin(async move { self.look_up(|connection| rows::load(connection, id)) })
    }

    fn find(&self, name: &str) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        let name = name.to_owned();
        Box::pin(async move { self.look_up(|connection| rows::find(connection, &name)) })
    }

    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Instance>, StoreError>> {
        Box::pin(self.scan(move |connection| rows::list(connection, &filter)))
    }

    fn deliveries(
        &self,
        id: InstanceId,
        topics: Vec<Topic>,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, StoreError>> {
        Box::pin(async move { self.look_up(|connection| rows::deliveries(connection, id, &topics)) })
    }

    fn active(
        &self,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>> {
        Box::pin(self.scan(move |connection| rows::active(connection, after, limit)))
    }

    fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Due>, StoreError>> {
        Box::pin(self.scan(move |connection| rows::due(connection, micros(now), after, limit)))
    }

    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async move {
            let next = self.look_up(|connection| rows::next_wake(connection, after.map(micros)))?;
            Ok(next.map(timestamp))
        })
    }

    fn last_move(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async move { Ok(self.scan(rows::last_move).await?.map(timestamp)) })
    }

    fn operate(
        &self,
        name: &str,
        operation: Operation,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<Option<(Instance, Committed)>, StoreError>> {
        let name = name.to_owned();
        let work = move |hand: &Hand<'_>| Ok(operate::operate(hand, &name, &operation, micros(at))?);
        Box::pin(self.writer.submit(work))
    }

    fn expire(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.writer.submit(move |hand| Ok(Mailbox(hand).expire(micros(now))?)))
    }

    fn foreign_changes(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        let changes = Arc::clone(&self.changes);
        let place = self.readers.place().to_owned();
        Box::pin(self.writer.look(move |connection| {
            let version = data_version(connection, &place)?;
            if changes.version.swap(version, Ordering::Relaxed) != version {
                changes.count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(changes.count.load(Ordering::Relaxed))
        }))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let (writer, readers) = (Arc::clone(&self.writer), Arc::clone(&self.readers));
        let close = move || {
            readers.close();
            writer.close();
        };
        Box::pin(async move { tokio::task::spawn_blocking(close).await.map_err(|_| closed()) })
    }
}

fn data_version(connection: &Connection, place: &str) -> Result<i64, StoreError> {
    let version =
        connection.prepare_cached("PRAGMA data_version").and_then(|mut s| s.query_row([], |row| row.get(0)));
    version.map_err(|error| fault(&error, place))
}
