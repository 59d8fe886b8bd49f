//! The store: everything durable, behind one trait.
//!
//! A [`Store`] keeps instances, mailboxes and subscriptions. What comes in is a [`Write`]: one atomic change,
//! made whole or not at all, and durable when the call returns. What goes out is what the engine must do next
//! ([`Committed`]). The store decides nothing about processes: it does not run, time or retry them.
//!
//! Invariants that each adapter keeps, and that the conformance suite holds it to:
//! - a [`Write`] is all or nothing, also when a call in the middle of it fails or the program is killed;
//! - a transition whose `epoch` is not the row's epoch changes nothing and is [`StoreError::Fenced`]; one that is made makes
//!   the epoch grow;
//! - messages of one topic are delivered in the order of their commits, each once to each subscriber;
//! - an instance that parks on something that has already happened is not parked ([`Parked::Deliver`]);
//! - an active row is always to be run, whatever its waits say; only a waiting row has a `wake_at`.
//!
//! Within one [`Write`] the order is: is the transition's epoch right; instances are started; messages are sent; the
//! transition's messages are consumed; the instance moves. So a step that sends a message and then parks on it finds it.
//!
//! A subscription that is the first one of its topic gets all messages that wait there and whose time is not over; a later
//! one gets those from now on. Every message that is sent while a topic has subscriptions belongs to them, and is deleted when each has consumed it
//! or ended. Times are kept in microseconds: a deadline is rounded up, everything else down.

#[cfg(test)]
mod conformance;
mod dying;
mod error;
mod fault;
mod faulty;
mod instance;
mod memory;
pub(crate) mod micros;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod topic;
mod value;
mod write;

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

pub use error::StoreError;
#[doc(hidden)]
pub use fault::{Fault, Faults, Moment, Struck};
#[doc(hidden)]
pub use faulty::Faulty;
pub use instance::{Due, Filter, Instance, InstanceId, NewInstance, Operation, SavedState, Started, Status};
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};
pub use topic::{Delivery, Message, Topic};
pub use value::{Rows, Value};
pub use write::{Committed, Next, Parked, Transition, Write};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What to do with a part of a [`Session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Opens a part.
    Open,
    /// Keeps what the innermost open part did.
    Keep,
    /// Undoes what the innermost open part did.
    Undo,
}

/// An open transaction of a step (or of `transaction(..)`): the user's own statements, then one [`Write`] with which they commit.
/// Dropped without a commit, it leaves nothing behind.
pub trait Session: Send {
    /// Runs a statement and gives the number of rows that it changed.
    fn execute(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<u64, StoreError>>;
    /// Runs a query; it sees the session's own writes.
    fn query(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>>;
    /// Opens a part of the transaction, keeps it or undoes it. Parts nest.
    fn nest(&mut self, part: Part) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Commits the statements and the write together. When this fails, nothing of either is left.
    fn commit(self: Box<Self>, write: Write) -> BoxFuture<'static, Result<Committed, StoreError>>;
}

/// What is durable. See the module's text for what each adapter promises.
pub trait Store: Send + Sync + 'static {
    /// Makes one atomic change.
    fn commit(&self, write: Write) -> BoxFuture<'_, Result<Committed, StoreError>>;
    /// Opens a transaction for the user's own statements. It may wait for others to end theirs.
    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Session>, StoreError>>;
    /// Runs a query outside any transaction: it sees what is committed.
    fn query(&self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>>;
    /// The row of an instance.
    fn load(&self, id: InstanceId) -> BoxFuture<'_, Result<Option<Instance>, StoreError>>;
    /// The row of the instance with this name.
    fn find(&self, name: &str) -> BoxFuture<'_, Result<Option<Instance>, StoreError>>;
    /// Rows in the order of their keys.
    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Instance>, StoreError>>;
    /// For each of these topics the first message that `id` has not consumed; for the end of an instance that has ended, that.
    fn deliveries(
        &self,
        id: InstanceId,
        topics: Vec<Topic>,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, StoreError>>;
    /// Instances that are active and come after `after`, at most `limit`, in the order of their keys: what recovery runs.
    fn active(
        &self,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>>;
    /// Waiting instances that are due at `now` and come after `after`, by deadline and key, at most `limit`. Their rows are not
    /// changed.
    fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Due>, StoreError>>;
    /// The earliest `wake_at` of a waiting instance after `after` (of any, if `None`).
    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>>;
    /// The latest time at which an instance has moved; `None` if there is none.
    fn last_move(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>>;
    /// Does what an operator asked to the instance with this name; `None` if there is none. Gives the row as it is afterwards
    /// and the instances to run, the ended one's waiters included.
    fn operate(
        &self,
        name: &str,
        operation: Operation,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<Option<(Instance, Committed)>, StoreError>>;
    /// Drops messages whose time is over and that nobody has subscribed to. Gives their number.
    fn expire(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>>;
    /// Grows whenever someone outside this store's handle (another OS process) has changed the data: a cheap look, for a poll.
    fn foreign_changes(&self) -> BoxFuture<'_, Result<u64, StoreError>>;
    /// Waits until what was accepted is durable, and closes.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
