//! The store: everything durable, behind one trait.
//!
//! A [`Store`] keeps instances, mailboxes and subscriptions. What comes in is a [`Write`]: one atomic change,
//! made whole or not at all, and durable when the call returns. What goes out is what the engine must do next
//! ([`Committed`]). The store decides nothing about processes: it does not run, time or retry them.
//!
//! Invariants that each adapter keeps, and that the conformance suite holds it to:
//! - a [`Write`] is all or nothing, also when a call in the middle of it fails or the program is killed;
//! - a transition whose `epoch` is not the row's epoch changes nothing and is [`StoreError::Fenced`];
//! - messages of one topic are delivered in the order of their commits, each once to each subscriber;
//! - an instance that parks on something that has already happened is not parked ([`Parked::Deliver`]).

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The key of an instance's row. Never reused, so an instance that is started again under an old name has a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub i64);

/// What a subscriber listens to: a signal's name and the values of its path parameters.
///
/// The end of an instance is a topic too: see [`Topic::end_of`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic {
    /// The signal's name: its path pattern, `/subscription/{customer}/cancelled`.
    pub signal: String,
    /// The filled path, `/subscription/ada/cancelled`.
    pub identity: String,
}

impl Topic {
    /// The topic that is woken when the instance called `name` ends (done or cancelled). It never holds messages.
    pub fn end_of(name: &str) -> Self {
        Self { signal: "@end".to_owned(), identity: name.to_owned() }
    }

    /// Whether this is the end of an instance, and of which.
    pub fn ends(&self) -> Option<&str> {
        (self.signal == "@end").then_some(self.identity.as_str())
    }
}

/// A point and the locals that it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedState {
    /// The name of the state's variant.
    pub point: String,
    /// The locals by name: a JSON object in the encoding of [`crate::encoding`].
    pub locals: String,
}

/// A message for a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whom it is for.
    pub topic: Topic,
    /// The signal's value, encoded.
    pub payload: String,
    /// When it was emitted.
    pub at: Timestamp,
    /// When it may be dropped if nobody has subscribed by then.
    pub keep_until: Timestamp,
}

/// A message as a subscriber gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whom it was for.
    pub topic: Topic,
    /// Its place in the mailbox. Zero for the end of an instance.
    pub seq: i64,
    /// The signal's value, encoded; for the end of an instance, its result (see [`Instance::result`]), or nothing if it was cancelled.
    pub payload: Option<String>,
    /// When it was emitted.
    pub at: Timestamp,
}

/// An instance that is to exist. Nothing happens if its name exists already, unless that one was cancelled: then it is made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInstance {
    /// The filled path.
    pub name: String,
    /// The name of the process: its path pattern.
    pub process: String,
    /// Where it starts.
    pub state: SavedState,
    /// Topics that it listens to from its first moment.
    pub subscriptions: Vec<Topic>,
    /// The instance that started it and waits for it; cancelled with that one.
    pub parent: Option<InstanceId>,
    /// Now.
    pub at: Timestamp,
}

/// What [`NewInstance`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Its row.
    pub id: InstanceId,
    /// The epoch with which the starter may run it; meaningless if `fresh` is false.
    pub epoch: i64,
    /// Whether the row was made by this call.
    pub fresh: bool,
}

/// Where an instance stands, as the store sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// To be run now: the engine runs it, or will at its next start.
    Active,
    /// Parked until a message or a time.
    Waiting,
    /// Stopped by a mistake, with its cause, until someone brings it on.
    Paused,
    /// Ended, with a result.
    Done,
    /// Ended from outside.
    Cancelled,
}

/// A row of the instances table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its key.
    pub id: InstanceId,
    /// The filled path.
    pub name: String,
    /// The process's path pattern.
    pub process: String,
    /// Where it stands.
    pub status: Status,
    /// What is saved.
    pub state: SavedState,
    /// What it has registered at this point (deadlines, subscriptions, finished branches): JSON that only the engine reads.
    pub waits: String,
    /// How many transitions it has made: the iteration in its idempotency keys.
    pub step: i64,
    /// How often this step was tried and failed in a way that is tried again.
    pub attempts: u32,
    /// The fencing epoch: a transition must name it.
    pub epoch: i64,
    /// When it is due.
    pub wake_at: Option<Timestamp>,
    /// Why it is paused, or why its last attempt failed.
    pub cause: Option<String>,
    /// Its encoded result, when done.
    pub result: Option<String>,
    /// The instance that waits for it.
    pub parent: Option<InstanceId>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// What an instance comes to by a transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It stands at a new point and goes on at once. `step` grows by one, `attempts` and `waits` are cleared.
    Step {
        /// Where it stands now.
        state: SavedState,
    },
    /// It goes on at a point where something is registered, or where something came to an end (a branch of a `join!`): `waits` is
    /// replaced, it stays active. This is a race or a join in which plain futures run beside waits.
    Progress {
        /// Where it stands: the same point as in the row, or the point that it just reached.
        state: SavedState,
        /// What is registered now.
        waits: String,
        /// Topics that it listens to while it runs. Those without a subscription get one.
        topics: Vec<Topic>,
        /// Whether `state` is a new point (`step` grows by one).
        moved: bool,
    },
    /// It is parked.
    Wait {
        /// Where it stands now.
        state: SavedState,
        /// What is registered.
        waits: String,
        /// Topics of which a message (or an end) wakes it. Those without a subscription get one.
        topics: Vec<Topic>,
        /// When it is due, if ever.
        wake_at: Option<Timestamp>,
        /// Failed attempts so far: above zero, this is a retry's pause.
        attempts: u32,
        /// Why the last attempt failed.
        cause: Option<String>,
        /// Whether `state` is a new point (`step` grows by one).
        moved: bool,
    },
    /// It has ended: subscriptions are dropped, whoever waits for its end is woken.
    Done {
        /// The encoded result.
        result: String,
    },
    /// It can't go on. State and point stay as they are in the row.
    Paused {
        /// Why.
        cause: String,
    },
}

/// One move of one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Which.
    pub instance: InstanceId,
    /// The epoch with which it was claimed.
    pub epoch: i64,
    /// What it comes to.
    pub next: Next,
    /// Messages that this move has used: the subscription's cursor goes to each one's `seq`.
    pub consumed: Vec<(Topic, i64)>,
    /// Now.
    pub at: Timestamp,
}

/// One atomic change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    /// The move of the instance whose step this is, if it is one's.
    pub transition: Option<Transition>,
    /// Messages emitted.
    pub messages: Vec<Message>,
    /// Instances started.
    pub starts: Vec<NewInstance>,
}

/// What a park came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Parked {
    /// The transition was no park.
    #[default]
    No,
    /// The instance is parked.
    Parked,
    /// Something is there already: the state and the waits are saved, the instance stays active and goes on with these
    /// (for each topic of the wait its first message that was not consumed).
    Deliver(Vec<Delivery>),
}

/// What a write came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// What [`Next::Wait`] came to.
    pub parked: Parked,
    /// One for each of [`Write::starts`].
    pub started: Vec<Started>,
    /// Instances that were waiting and are active now: run them.
    pub woken: Vec<InstanceId>,
}

/// A value in a row or a parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A float.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Rows of a query, by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// Which instances a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this process (its path pattern).
    pub process: Option<String>,
    /// Only with this status.
    pub status: Option<Status>,
    /// Only those whose key comes after this one.
    pub after: Option<InstanceId>,
    /// At most this many.
    pub limit: usize,
}

/// What an operator does to one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A paused instance is active again, its attempts counted from zero; a waiting retry is due now.
    Retry,
    /// It ends as cancelled, and so do the instances that it waits for (its children, by `parent`). The epoch grows, so that a running step can't commit.
    Cancel,
}

/// Why the store did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The instance was taken over, cancelled or moved by someone else; the step is to be abandoned.
    #[error("instance {0:?} belongs to someone else by now")]
    Fenced(InstanceId),
    /// The user's own statement is wrong or breaks a constraint; only this write failed.
    #[error("{message}")]
    Statement {
        /// The database's words.
        message: String,
        /// The statement.
        sql: String,
        /// Whether it broke a UNIQUE, CHECK, NOT NULL or FOREIGN KEY constraint.
        constraint: bool,
    },
    /// The disk is full.
    #[error(
        "the disk that holds {place} is full: free some space; nothing is lost, and what waits goes on by itself"
    )]
    Full {
        /// The data file.
        place: String,
    },
    /// The database can't be written.
    #[error("{place} can't be written: make the file and its folder writable for this user; nothing is lost")]
    ReadOnly {
        /// The data file.
        place: String,
    },
    /// Someone else holds the data folder.
    #[error("{place} is in use by another process{holder}: stop it, or set `database.url` to another place")]
    InUse {
        /// The data folder.
        place: String,
        /// ` (pid 123)`, or nothing when that is not known.
        holder: String,
    },
    /// The data is not what this version writes.
    #[error("{place} can't be read: {reason}")]
    Corrupt {
        /// The data file, or the row.
        place: String,
        /// What is wrong with it, and the way out.
        reason: String,
    },
    /// A transaction stood open for too long while it waited for something else.
    #[error(
        "a transaction held the database's write lock for {seconds} s; do not wait for anything else inside it"
    )]
    HeldTooLong {
        /// How long, in seconds.
        seconds: u64,
    },
    /// Anything else, worth trying again.
    #[error("the store did not answer: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anyone changing the program.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::ReadOnly { .. } | Self::InUse { .. } | Self::Unavailable(_))
    }
}

/// An open transaction of a step (or of `transaction(..)`): the user's own statements, then one [`Write`] with which they commit.
/// Dropped without a commit, it leaves nothing behind.
pub trait Session: Send {
    /// Runs a statement and gives the number of rows that it changed.
    fn execute(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<u64, StoreError>>;
    /// Runs a query; it sees the session's own writes.
    fn query(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>>;
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
    /// Waiting instances that are due at `now`, the earliest first, at most `limit`. Their rows are not changed.
    fn due(&self, now: Timestamp, limit: usize) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>>;
    /// The earliest `wake_at` of a waiting instance after `after` (of any, if `None`).
    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>>;
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
