//! The transaction that the current task is in: a process's step, or a `transaction(..)`.
//!
//! It is a task-local. Statements join it, and so do emitted signals and started instances, which are gathered and go into
//! the [`Write`] that ends it. The database's own transaction is opened by the first statement that writes, so that a step
//! which only calls the outside world holds nothing while it does.
//!
//! Work in another task (`tokio::spawn`) does not join: it has no current transaction, and its statements commit by themselves.

use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::DbError;
use super::{Db, words};
use crate::process::Held;
use crate::store::{
    BoxFuture, Committed, Message, NewInstance, Part, Rows, Session, StoreError, Transition, Value, Write,
};

tokio::task_local! {
    static CURRENT: Current;
}

/// What the current task's statements, signals and starts join.
#[derive(Clone)]
pub struct Current {
    shared: Arc<Shared>,
}

struct Shared {
    db: OnceLock<Db>,
    turns: Turns,
    outbox: Mutex<Outbox>,
    /// Behind an `Arc` of its own, so that a nested transaction can hold it for as long as it runs.
    slot: Arc<tokio::sync::Mutex<Slot>>,
}

/// What goes out with the commit.
#[derive(Default)]
pub(super) struct Outbox {
    messages: Vec<Message>,
    starts: Vec<NewInstance>,
    /// Messages that were used.
    consumed: Vec<Held>,
}

impl Outbox {
    fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.starts.is_empty() && self.consumed.is_empty()
    }
}

/// Whose turn it is among the branches of a step, of which only one at a time may hold the database's transaction, and none while the
/// step commits: what waits at the same time is committed together, so a finished branch would wait there for one that goes on only
/// when the finished one is committed.
#[derive(Clone)]
struct Turns(Arc<Semaphore>);

impl Turns {
    fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    async fn take(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        const LIMIT: Duration = Duration::from_secs(60);
        match tokio::time::timeout(LIMIT, self.0.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            // The semaphore is never closed.
            _ => Err(StoreError::HeldTooLong { seconds: LIMIT.as_secs() }),
        }
    }
}

/// The right to commit, until it is dropped.
pub(crate) struct Turn(#[allow(dead_code, reason = "it is held, not read")] Option<OwnedSemaphorePermit>);

/// The database's transaction, if one is open.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) session: Option<Box<dyn Session>>,
    /// The right to have one. Given back after the commit.
    pub(super) turn: Option<OwnedSemaphorePermit>,
    /// Why nothing of this can be committed any more.
    pub(super) broken: Option<StoreError>,
    /// Parts whose nested transaction was dropped in the middle: to be undone before anything else is done.
    pub(super) abandoned: u32,
}

impl Current {
    /// A transaction on whichever database is used first in it.
    pub fn new() -> Self {
        Self::in_turn(Turns::new())
    }

    fn in_turn(turns: Turns) -> Self {
        let shared = Shared { db: OnceLock::new(), turns, outbox: Mutex::default(), slot: Arc::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Another one, for a branch of the same step: the two take turns with the database.
    pub(crate) fn branch(&self) -> Self {
        let branch = Self::in_turn(self.shared.turns.clone());
        self.share_db(&branch);
        branch
    }

    /// A transaction on this database.
    pub fn of(db: &Db) -> Self {
        let current = Self::new();
        // A new cell is empty, so this can't fail.
        let _ = current.shared.db.set(db.clone());
        current
    }

    /// The transaction of the current task.
    pub fn get() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Runs a future in this transaction. What it leaves behind stands until [`commit`](Self::commit) or [`discard`](Self::discard).
    pub fn scope<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), work)
    }

    /// Does something in this transaction.
    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), work)
    }

    /// Whether nothing was written, sent or started.
    pub(crate) fn is_empty(&self) -> bool {
        self.outbox(|outbox| outbox.is_empty())
            && self.shared.slot.try_lock().is_ok_and(|slot| slot.session.is_none() && slot.broken.is_none())
    }

    /// The right to commit now: it has its turn already, or nobody has.
    pub(crate) fn turn(&self) -> Option<Turn> {
        if self.shared.slot.try_lock().is_ok_and(|slot| slot.turn.is_some()) {
            return Some(Turn(None));
        }
        self.shared.turns.0.clone().try_acquire_owned().ok().map(|permit| Turn(Some(permit)))
    }

    /// Waits for the right to commit.
    pub(crate) async fn take_turn(&self) -> Result<Turn, StoreError> {
        if self.shared.slot.lock().await.turn.is_some() {
            return Ok(Turn(None));
        }
        self.shared.turns.take().await.map(|permit| Turn(Some(permit)))
    }

    /// Adds messages that were used: they are consumed with the commit.
    pub(crate) fn consume(&self, consumed: Vec<Held>) {
        self.outbox(|outbox| outbox.consumed.extend(consumed));
    }

    /// Takes out those messages, for the commit.
    pub(crate) fn take_consumed(&self) -> Vec<Held> {
        self.outbox(|outbox| std::mem::take(&mut outbox.consumed))
    }

    /// Whether it holds the database's transaction, for which all others that write must wait.
    pub(crate) fn holds(&self) -> bool {
        self.shared.slot.try_lock().map_or(true, |slot| slot.session.is_some())
    }

    /// Whether an instance of this name starts with the commit.
    pub(crate) fn starts(&self, name: &str) -> bool {
        self.outbox(|outbox| outbox.starts.iter().any(|new| new.name == name))
    }

    /// The instances that start with the commit.
    pub(crate) fn starting(&self) -> Vec<NewInstance> {
        self.outbox(|outbox| outbox.starts.clone())
    }

    /// Takes over all of a transaction that has come to its end without a commit. This one must not have written yet.
    pub(crate) async fn adopt(&self, other: &Self) {
        other.share_db(self);
        self.absorb(other);
        let slot = std::mem::take(&mut *other.shared.slot.lock().await);
        *self.shared.slot.lock().await = slot;
    }

    /// Adds a signal, which is sent with the commit.
    pub fn emit(&self, db: &Db, message: Message) -> Result<(), DbError> {
        self.bind(db)?;
        self.outbox(|outbox| outbox.messages.push(message));
        Ok(())
    }

    /// Adds an instance, which is started with the commit. [`Committed::started`] has them in the order of these calls.
    pub fn start(&self, db: &Db, instance: NewInstance) -> Result<(), DbError> {
        self.bind(db)?;
        self.outbox(|outbox| outbox.starts.push(instance));
        Ok(())
    }

    /// Commits all that has been done, and the move of the instance whose step this is. When this fails, nothing of it is left.
    /// Either way the transaction is empty afterwards and can be used for the next step.
    ///
    /// A statement that failed because of the store (a full disk, say) makes this fail with the same error, even if the user's
    /// code took it for something else: such a step is to be tried again, not to end.
    pub async fn commit(&self, transition: Option<Transition>) -> Result<Committed, StoreError> {
        let outbox = self.outbox(std::mem::take);
        let write = Write { transition, messages: outbox.messages, starts: outbox.starts };
        let mut slot = std::mem::take(&mut *self.shared.slot.lock().await);
        slot.settle().await?;
        if let Some(session) = slot.session.take() {
            // The turn is over when this is committed.
            return session.commit(write).await;
        }
        match self.shared.db.get() {
            Some(db) if write != Write::default() => db.store().commit(write).await,
            _ => Ok(Committed::default()),
        }
    }

    /// Undoes all that has been done. The transaction is empty afterwards and can be used again.
    pub async fn discard(&self) {
        self.outbox(std::mem::take);
        *self.shared.slot.lock().await = Slot::default();
    }

    /// The database that this transaction is on, if it is on one yet.
    pub fn db(&self) -> Option<Db> {
        self.shared.db.get().cloned()
    }

    pub(super) async fn execute(&self, db: &Db, sql: &str, params: Vec<Value>) -> Result<u64, DbError> {
        let sql = sql.to_owned();
        self.within(db, |session| session.execute(sql, params)).await
    }

    pub(super) async fn query(&self, db: &Db, sql: &str, params: Vec<Value>) -> Result<Rows, DbError> {
        self.bind(db)?;
        let sql = sql.to_owned();
        if !words::may_write(&sql) {
            let mut slot = self.shared.slot.lock().await;
            slot.settle().await?;
            if slot.session.is_none() {
                // Nothing was written yet, so a reader sees all that there is, and the write lock stays free.
                drop(slot);
                return Ok(db.store().query(sql, params).await?);
            }
        }
        self.within(db, |session| session.query(sql, params)).await
    }

    async fn within<T>(
        &self,
        db: &Db,
        work: impl FnOnce(&mut Box<dyn Session>) -> BoxFuture<'_, Result<T, StoreError>>,
    ) -> Result<T, DbError> {
        self.bind(db)?;
        let mut slot = self.shared.slot.lock().await;
        slot.settle().await?;
        let session = match slot.session.take() {
            Some(session) => session,
            None => {
                let turn = self.shared.turns.take().await.map_err(|error| slot.fail(error))?;
                slot.turn = Some(turn);
                db.store().begin().await.map_err(|error| slot.fail(error))?
            }
        };
        // The session goes back at once, so that it is not lost when this future is dropped in the middle of a statement.
        let session = slot.session.insert(session);
        match work(session).await {
            Err(error @ StoreError::Statement { .. }) => Err(error.into()),
            Err(error) => Err(slot.fail(error).into()),
            Ok(value) => Ok(value),
        }
    }

    fn bind(&self, db: &Db) -> Result<(), DbError> {
        if self.shared.db.get_or_init(|| db.clone()).is_same(db) {
            Ok(())
        } else {
            Err(DbError::OtherDatabase)
        }
    }

    fn outbox<T>(&self, work: impl FnOnce(&mut Outbox) -> T) -> T {
        work(&mut self.shared.outbox.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn slot(&self) -> &Arc<tokio::sync::Mutex<Slot>> {
        &self.shared.slot
    }

    /// Takes over what a nested transaction wants to send.
    pub(super) fn absorb(&self, nested: &Self) {
        let sent = nested.outbox(std::mem::take);
        self.outbox(|outbox| {
            outbox.messages.extend(sent.messages);
            outbox.starts.extend(sent.starts);
            outbox.consumed.extend(sent.consumed);
        });
    }

    /// Binds a nested transaction to the database of this one, or the other way round.
    pub(super) fn share_db(&self, other: &Self) {
        if let Some(db) = self.shared.db.get() {
            // If the other one is bound already, it was bound through this one.
            let _ = other.shared.db.set(db.clone());
        }
    }
}

impl Default for Current {
    fn default() -> Self {
        Self::new()
    }
}

impl Slot {
    /// Brings the transaction into the state that the caller may rely on: not broken, abandoned parts undone.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        while self.abandoned > 0 {
            self.abandoned -= 1;
            self.part(Part::Undo).await?;
        }
        match &self.broken {
            None => Ok(()),
            Some(error) => Err(error.clone()),
        }
    }

    /// Ends a part, after the abandoned ones inside it.
    pub(super) async fn finish(&mut self, part: Part) -> Result<(), StoreError> {
        while self.abandoned > 0 {
            self.abandoned -= 1;
            self.part(Part::Undo).await?;
        }
        self.part(part).await
    }

    /// Opens, keeps or undoes a part, if there is a transaction at all.
    pub(super) async fn part(&mut self, part: Part) -> Result<(), StoreError> {
        let Some(session) = &mut self.session else { return Ok(()) };
        match session.nest(part).await {
            Err(error) => Err(self.fail(error)),
            Ok(()) => Ok(()),
        }
    }

    /// Notes that nothing can be committed any more, and undoes what there is.
    fn fail(&mut self, error: StoreError) -> StoreError {
        self.session = None;
        self.turn = None;
        self.broken = Some(error.clone());
        error
    }
}
