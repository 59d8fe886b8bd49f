//! The user's own statements on the memory store: one in-memory SQLite connection, one session on it at a time.
//!
//! A session that stands open for longer than the limit while another one waits is ended, so that two that wait for each
//! other don't wait for ever.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::store::sqlite::faults::fault;
use crate::store::sqlite::statement;
use crate::store::{Part, Rows, StoreError, Value};

const PLACE: &str = "the memory store";

/// The connection and who has it.
#[derive(Debug)]
pub(super) struct Sql {
    desk: Mutex<Desk>,
    freed: Notify,
    limit: Duration,
}

#[derive(Debug, Default)]
struct Desk {
    connection: Option<Connection>,
    holder: Option<Holder>,
    last: u64,
}

#[derive(Debug, Clone, Copy)]
struct Holder {
    turn: Turn,
    since: Instant,
}

/// The right to use the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn(u64);

impl Sql {
    pub(super) fn new(limit: Duration) -> Self {
        Self { desk: Mutex::default(), freed: Notify::new(), limit }
    }

    /// Waits for the connection and opens a transaction on it.
    pub(super) async fn claim(&self) -> Result<Turn, StoreError> {
        loop {
            let until = match self.try_claim()? {
                Ok(turn) => return Ok(turn),
                Err(until) => until,
            };
            // When the time is over the holder is ended by the next attempt.
            let _ = timeout_at(until, self.freed.notified()).await;
        }
    }

    /// Takes the connection, or says until when someone else may keep it.
    fn try_claim(&self) -> Result<Result<Turn, Instant>, StoreError> {
        let mut desk = self.desk();
        if let Some(holder) = desk.holder {
            let until = holder.since + self.limit;
            if Instant::now() < until {
                return Ok(Err(until));
            }
            desk.run("ROLLBACK")?;
            desk.holder = None;
        }
        desk.run("BEGIN")?;
        desk.last += 1;
        let turn = Turn(desk.last);
        desk.holder = Some(Holder { turn, since: Instant::now() });
        Ok(Ok(turn))
    }

    pub(super) fn execute(&self, turn: Turn, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.held(turn, |desk| statement::execute(desk.connection()?, sql, params, PLACE))
    }

    pub(super) fn query(&self, turn: Turn, sql: &str, params: &[Value]) -> Result<Rows, StoreError> {
        self.held(turn, |desk| statement::query(desk.connection()?, sql, params, PLACE))
    }

    pub(super) fn nest(&self, turn: Turn, part: Part) -> Result<(), StoreError> {
        self.held(turn, |desk| match part {
            Part::Open => desk.run("SAVEPOINT part"),
            Part::Keep => desk.run("RELEASE part"),
            Part::Undo => desk.run("ROLLBACK TO part").and_then(|()| desk.run("RELEASE part")),
        })
    }

    /// Runs a query on what is committed.
    pub(super) async fn read(&self, sql: &str, params: &[Value]) -> Result<Rows, StoreError> {
        let turn = self.claim().await?;
        let rows = self.held(turn, |desk| statement::read(desk.connection()?, sql, params, PLACE));
        self.give_back(turn);
        rows
    }

    /// Commits what the holder has done and gives the connection back.
    pub(super) fn commit(&self, turn: Turn) -> Result<(), StoreError> {
        let committed = self.held(turn, |desk| desk.run("COMMIT"));
        if committed.is_ok() {
            self.desk().holder = None;
            self.freed.notify_one();
        } else {
            self.give_back(turn);
        }
        committed
    }

    /// Undoes what the holder has done and gives the connection back. Nothing happens to one that has lost its turn.
    pub(super) fn give_back(&self, turn: Turn) {
        let mut desk = self.desk();
        if desk.holder.is_some_and(|holder| holder.turn == turn) {
            // A transaction that can't be rolled back is over already.
            let _ = desk.run("ROLLBACK");
            desk.holder = None;
            self.freed.notify_one();
        }
    }

    fn held<T>(
        &self,
        turn: Turn,
        work: impl FnOnce(&mut Desk) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut desk = self.desk();
        if desk.holder.is_some_and(|holder| holder.turn == turn) {
            work(&mut desk)
        } else {
            Err(StoreError::HeldTooLong { seconds: self.limit.as_secs() })
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection()?.execute_batch(sql).map_err(|error| fault(&error, PLACE))
    }

    fn connection(&mut self) -> Result<&Connection, StoreError> {
        if self.connection.is_none() {
            let connection = Connection::open_in_memory().map_err(|error| fault(&error, PLACE))?;
            connection.execute_batch("PRAGMA foreign_keys = ON").map_err(|error| fault(&error, PLACE))?;
            self.connection = Some(connection);
        }
        self.connection.as_ref().ok_or_else(|| StoreError::Unavailable(PLACE.to_owned()))
    }
}
