//! One [`Write`] in SQL, inside a transaction that someone else has opened and will commit.

use rusqlite::params;

use super::hand::Hand;
use super::mailbox::Mailbox;
use super::operate::cancel;
use super::rows;
use crate::store::micros::{deadline, micros};
use crate::store::{
    Committed, InstanceId, NewInstance, Next, Parked, SavedState, Started, Status, StoreError, Topic,
    Transition, Write,
};

/// Why a write was not made.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Its transition is out of date; nothing was changed.
    Fenced(InstanceId),
    /// The database said no, perhaps in the middle.
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Refusal {
    pub(super) fn into_error(self, place: &str) -> StoreError {
        match self {
            Self::Fenced(id) => StoreError::Fenced(id),
            Self::Sql(error) => super::faults::fault(&error, place),
        }
    }
}

/// Makes a write.
pub(super) fn apply(hand: &Hand<'_>, write: &Write) -> Result<Committed, Refusal> {
    if let Some(transition) = plain_step(write) {
        return step(hand, transition);
    }
    let mut committed = Committed::default();
    let admitted = match &write.transition {
        Some(transition) => Some((transition, admit(hand, transition)?)),
        None => None,
    };
    for new in &write.starts {
        committed.started.push(start(hand, new)?);
    }
    let mailbox = Mailbox(hand);
    let sender = write.transition.as_ref().map(|transition| transition.instance);
    for message in &write.messages {
        mailbox.post(message)?;
        mailbox.wake(&message.topic, sender, &mut committed)?;
    }
    if let Some((transition, name)) = admitted {
        advance(hand, transition, &name, &mut committed)?;
    }
    Ok(committed)
}

/// The transition of a write that is nothing but a step: what most writes are.
fn plain_step(write: &Write) -> Option<&Transition> {
    let transition = write.transition.as_ref()?;
    let plain = write.starts.is_empty()
        && write.messages.is_empty()
        && transition.consumed.is_empty()
        && transition.left.is_empty()
        && matches!(transition.next, Next::Step { .. });
    plain.then_some(transition)
}

fn step(hand: &Hand<'_>, transition: &Transition) -> Result<Committed, Refusal> {
    // Most often the row is active already, and then no index is touched; the statement's own condition is the fence.
    let active =
        "UPDATE justscale_instances SET point = ?1, locals = ?2, waits = '', step = step + 1, epoch = epoch + 1,
        attempts = 0, cause = NULL, updated_at = ?3 WHERE id = ?4 AND epoch = ?5 AND status = 0";
    let waiting = "UPDATE justscale_instances SET point = ?1, locals = ?2, waits = '', step = step + 1, epoch = epoch + 1,
        attempts = 0, cause = NULL, updated_at = ?3, status = 0, wake_at = NULL WHERE id = ?4 AND epoch = ?5 AND status = 1";
    let Next::Step { state } = &transition.next else { return Err(Refusal::Fenced(transition.instance)) };
    for sql in [active, waiting] {
        let changed = hand.run(
            sql,
            params![
                state.point,
                state.locals,
                micros(transition.at),
                transition.instance.0,
                transition.epoch
            ],
        )?;
        if changed == 1 {
            return Ok(Committed::default());
        }
    }
    Err(Refusal::Fenced(transition.instance))
}

/// Gives the instance's name, if the transition may be made.
fn admit(hand: &Hand<'_>, transition: &Transition) -> Result<String, Refusal> {
    let name = hand.one(
        "SELECT name FROM justscale_instances WHERE id = ?1 AND epoch = ?2 AND status IN (0, 1)",
        params![transition.instance.0, transition.epoch],
        |row| row.get(0),
    )?;
    name.ok_or(Refusal::Fenced(transition.instance))
}

fn start(hand: &Hand<'_>, new: &NewInstance) -> rusqlite::Result<Started> {
    if let Some(id) = insert(hand, new)? {
        return listen(hand, id, new);
    }
    let found = hand.one(
        "SELECT id, epoch, status FROM justscale_instances WHERE name = ?1",
        params![new.name],
        |row| Ok((InstanceId(row.get(0)?), row.get(1)?, row.get(2)?)),
    )?;
    match found {
        Some((id, epoch, status)) if rows::status(status) != Status::Cancelled => {
            Ok(Started { id, epoch, fresh: false })
        }
        _ => {
            hand.run("DELETE FROM justscale_instances WHERE name = ?1", params![new.name])?;
            let id = insert(hand, new)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            listen(hand, id, new)
        }
    }
}

/// Adds the row, unless there is one with this name.
fn insert(hand: &Hand<'_>, new: &NewInstance) -> rusqlite::Result<Option<InstanceId>> {
    let added = hand.run(
        "INSERT INTO justscale_instances
             (name, process, status, epoch, step, attempts, parent, created_at, updated_at, point, locals, waits)
         VALUES (?1, ?2, 0, 1, 0, 0, ?3, ?4, ?4, ?5, ?6, '') ON CONFLICT (name) DO NOTHING",
        params![
            new.name,
            new.process,
            new.parent.map(|id| id.0),
            micros(new.at),
            new.state.point,
            new.state.locals
        ],
    )?;
    Ok((added == 1).then(|| InstanceId(hand.last_insert_rowid())))
}

fn listen(hand: &Hand<'_>, id: InstanceId, new: &NewInstance) -> rusqlite::Result<Started> {
    let mailbox = Mailbox(hand);
    for topic in &new.subscriptions {
        mailbox.expire_in(topic, micros(new.at))?;
        mailbox.subscribe(id, topic, false)?;
    }
    Ok(Started { id, epoch: 1, fresh: true })
}

/// Makes an admitted transition of the instance with this name.
fn advance(
    hand: &Hand<'_>,
    transition: &Transition,
    name: &str,
    committed: &mut Committed,
) -> Result<(), Refusal> {
    let id = transition.instance;
    let mailbox = Mailbox(hand);
    for (topic, seq) in &transition.consumed {
        mailbox.consume(id, topic, *seq)?;
    }
    let at = micros(transition.at);
    match &transition.next {
        Next::Step { .. } => {
            step(hand, transition)?;
        }
        Next::Progress { state, waits, topics, attempts, cause, moved } => {
            let there = mailbox.wait_for(id, topics, at)?;
            let row = Standing {
                status: Status::Active,
                state,
                waits,
                moved: *moved,
                attempts: *attempts,
                cause: cause.as_deref(),
                wake_at: None,
            };
            row.write(hand, id, at)?;
            if !there.is_empty() {
                committed.parked = Parked::Deliver(there);
            }
        }
        Next::Wait { state, waits, topics, wake_at, attempts, cause, moved } => {
            let there = mailbox.wait_for(id, topics, at)?;
            let parks = there.is_empty();
            let status = if parks { Status::Waiting } else { Status::Active };
            let wake_at = wake_at.filter(|_| parks).map(deadline);
            let cause = cause.as_deref();
            let row = Standing { status, state, waits, moved: *moved, attempts: *attempts, cause, wake_at };
            row.write(hand, id, at)?;
            committed.parked = if parks { Parked::Parked } else { Parked::Deliver(there) };
        }
        Next::Done { .. } => done(hand, transition, name, committed)?,
        Next::Paused { cause } => {
            hand.run(
                "UPDATE justscale_instances SET status = 2, epoch = epoch + 1, cause = ?1, wake_at = NULL, updated_at = ?2
                 WHERE id = ?3",
                params![cause, at, id.0],
            )?;
        }
    }
    leave_children(hand, transition, committed)
}

/// Cancels the children that the instance no longer waits for.
fn leave_children(
    hand: &Hand<'_>,
    transition: &Transition,
    committed: &mut Committed,
) -> Result<(), Refusal> {
    let parent = transition.instance;
    for name in &transition.left {
        // First, so that it is not woken by an end that is none of its business any more.
        Mailbox(hand).unsubscribe(parent, &Topic::end_of(name))?;
        let child = "SELECT id FROM justscale_instances WHERE name = ?1 AND parent = ?2";
        if let Some(child) = hand.one(child, params![name, parent.0], rows::key)? {
            let cancelled = cancel(hand, child, micros(transition.at))?;
            committed.woken.extend(cancelled.woken);
            committed.heard.extend(cancelled.heard);
            committed.cancelled.extend(cancelled.cancelled);
        }
    }
    Ok(())
}

/// Ends the instance with this name, whose transition is admitted.
fn done(
    hand: &Hand<'_>,
    transition: &Transition,
    name: &str,
    committed: &mut Committed,
) -> rusqlite::Result<()> {
    let Transition { instance: id, at, next, .. } = transition;
    let Next::Done { result } = next else { return Ok(()) };
    hand.run(
        "UPDATE justscale_instances SET status = 3, epoch = epoch + 1, locals = '{}', waits = '', attempts = 0,
         cause = NULL, result = ?1, wake_at = NULL, updated_at = ?2 WHERE id = ?3",
        params![result, micros(*at), id.0],
    )?;
    end(hand, *id, name, committed)
}

/// Ends the subscriptions of the instance with this name and wakes those who wait for its end.
pub(super) fn end(
    hand: &Hand<'_>,
    id: InstanceId,
    name: &str,
    committed: &mut Committed,
) -> rusqlite::Result<()> {
    let mailbox = Mailbox(hand);
    mailbox.leave(id)?;
    mailbox.wake(&Topic::end_of(name), None, committed)
}

/// What a row says of an instance that goes on.
struct Standing<'a> {
    status: Status,
    state: &'a SavedState,
    waits: &'a str,
    moved: bool,
    attempts: u32,
    cause: Option<&'a str>,
    wake_at: Option<i64>,
}

impl Standing<'_> {
    fn write(&self, hand: &Hand<'_>, id: InstanceId, at: i64) -> rusqlite::Result<()> {
        hand.run(
            "UPDATE justscale_instances SET status = ?1, epoch = epoch + 1, point = ?2, locals = ?3, waits = ?4,
             step = step + ?5, attempts = ?6, cause = ?7, wake_at = ?8, updated_at = ?9 WHERE id = ?10",
            params![
                rows::code(self.status),
                self.state.point,
                self.state.locals,
                self.waits,
                i64::from(self.moved),
                self.attempts,
                self.cause,
                self.wake_at,
                at,
                id.0
            ],
        )?;
        Ok(())
    }
}
