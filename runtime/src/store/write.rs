//! One atomic change, and what it came to.

use jiff::Timestamp;

use super::{Delivery, InstanceId, Message, NewInstance, SavedState, Started, Topic};

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
        /// Topics that it listens to while it runs ([`Committed::heard`] names it). Those without a subscription get one.
        topics: Vec<Topic>,
        /// Failed attempts so far: above zero, one of them pauses before it is tried again.
        attempts: u32,
        /// Why the last attempt failed.
        cause: Option<String>,
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
    /// The row's epoch, as the one who moves it knows it. The move makes it grow by one.
    pub epoch: i64,
    /// What it comes to.
    pub next: Next,
    /// Messages that this move has used: the subscription's cursor goes to each one's `seq`.
    pub consumed: Vec<(Topic, i64)>,
    /// Instances whose end it no longer waits for. Those of them that are its children (by `parent`) and have not ended are cancelled.
    pub left: Vec<String>,
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
    /// The transition was no park, and nothing that it listens to is there yet.
    #[default]
    No,
    /// The instance is parked.
    Parked,
    /// Something is there already: the state and the waits are saved, the instance stays active and goes on with these
    /// (for each topic of the wait, or of the progress, its first message that was not consumed).
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
    /// Instances that are active already and have listened to a topic of this write, by their latest wait or progress: if one runs,
    /// it may want to look ([`Store::deliveries`](super::Store::deliveries)). May name one that no longer cares.
    pub heard: Vec<InstanceId>,
    /// The names of instances that were cancelled.
    pub cancelled: Vec<String>,
}
