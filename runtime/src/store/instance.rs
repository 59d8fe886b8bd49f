//! An instance as the store sees it: what comes in to make one, its row, and what an operator may do to it.

use jiff::Timestamp;

use super::Topic;

/// The key of an instance's row. Never reused, so an instance that is started again under an old name has a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub i64);

/// A point and the locals that it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedState {
    /// The name of the state's variant.
    pub point: String,
    /// The locals by name: a JSON object in the encoding of [`crate::encoding`].
    pub locals: String,
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
    /// Its epoch.
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
    /// Ended, with a result; its locals are dropped (`{}`).
    Done,
    /// Ended from outside.
    Cancelled,
}

impl std::fmt::Display for Status {
    /// In one word: `waiting`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        })
    }
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
    /// Empty where nothing is.
    pub waits: String,
    /// How many transitions it has made: the iteration in its idempotency keys.
    pub step: i64,
    /// How often this step was tried and failed in a way that is tried again.
    pub attempts: u32,
    /// The fencing epoch: it grows with every transition and when the instance is cancelled, and a transition must name it. So of
    /// two who run the same instance only the first to commit moves it.
    pub epoch: i64,
    /// When it is due: only while it waits.
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

/// A waiting instance and its deadline. They are ordered by deadline, then by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When it falls due.
    pub at: Timestamp,
    /// Which.
    pub id: InstanceId,
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
    /// At most this many; zero for all of them.
    pub limit: usize,
}

/// What an operator does to one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A paused instance is active again, its attempts counted from zero and its cause forgotten; an instance that waits with failed
    /// attempts is active at once, its attempts as they were and its cause forgotten. Nothing happens to any other.
    Retry,
    /// It ends as cancelled, and so do the instances that it waits for (its children, by `parent`). The epoch grows, so that a running step can't commit.
    /// Nothing happens to one that has ended.
    Cancel,
}
