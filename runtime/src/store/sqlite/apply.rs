//! One [`Write`] in SQL, inside a transaction that someone else has opened and will commit.

use rusqlite::{Connection, OptionalExtension, params};

use super::mailbox::Mailbox;
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
pub(super) fn apply(connection: &Connection, write: &Write) -> Result<Committed, Refusal> {
    let mut committed = Committed::default();
    if let Some(transition) = lone_move(write) {
        match &transition.next {
            Next::Step { .. } => return step(connection, transition),
            Next::Done { result } => {
                done(connection, transition, result, &mut committed)?;
                return Ok(committed);
            }
            _ => {}
        }
    }
    if let Some(transition) = &write.transition {
        admit(connection, transition)?;
    }
    for new in &write.starts {
        committed.started.push(start(connection, new)?);
    }
    let mailbox = Mailbox(connection);
    let sender = write.transition.as_ref().map(|transition| transition.instance);
    for message in &write.messages {
        mailbox.post(message)?;
        mailbox.wake(&message.topic, sender, &mut committed)?;
    }
    if let Some(transition) = &write.transition {
        advance(connection, transition, &mut committed)?;
    }
    Ok(committed)
}

/// The transition of a write that is nothing else, as most are: its own statement finds out whether it may be made.
fn lone_move(write: &Write) -> Option<&Transition> {
    let transition = write.transition.as_ref()?;
    let alone = write.starts.is_empty() && write.messages.is_empty() && transition.consumed.is_empty();
    alone.then_some(transition)
}

fn step(connection: &Connection, transition: &Transition) -> Result<Committed, Refusal> {
    // Most often the row is active already, and then no index is touched; the statement's own condition is the fence.
    let active =
        "UPDATE justscale_instances SET point = ?1, locals = ?2, waits = '', step = step + 1, epoch = epoch + 1,
        attempts = 0, cause = NULL, updated_at = ?3 WHERE id = ?4 AND epoch = ?5 AND status = 0";
    let waiting = "UPDATE justscale_instances SET point = ?1, locals = ?2, waits = '', step = step + 1, epoch = epoch + 1,
        attempts = 0, cause = NULL, updated_at = ?3, status = 0, wake_at = NULL WHERE id = ?4 AND epoch = ?5 AND status = 1";
    let Next::Step { state } = &transition.next else { return Err(Refusal::Fenced(transition.instance)) };
    for sql in [active, waiting] {
        let changed = connection.prepare_cached(sql)?.execute(params![
            state.point,
            state.locals,
            micros(transition.at),
            transition.instance.0,
            transition.epoch
        ])?;
        if changed == 1 {
            return Ok(Committed::default());
        }
    }
    Err(Refusal::Fenced(transition.instance))
}

/// Says whether a transition may be made.
fn admit(connection: &Connection, transition: &Transition) -> Result<(), Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM justscale_instances WHERE id = ?1 AND epoch = ?2 AND status IN (0, 1)",
    )?;
    let runs =
        statement.query_row(params![transition.instance.0, transition.epoch], |_| Ok(())).optional()?;
    runs.ok_or(Refusal::Fenced(transition.instance))
}

fn start(connection: &Connection, new: &NewInstance) -> rusqlite::Result<Started> {
    if let Some(id) = insert(connection, new)? {
        return listen(connection, id, new);
    }
    let found = connection
        .prepare_cached("SELECT id, epoch, status FROM justscale_instances WHERE name = ?1")?
        .query_row(params![new.name], |row| Ok((InstanceId(row.get(0)?), row.get(1)?, row.get(2)?)))
        .optional()?;
    match found {
        Some((id, epoch, status)) if rows::status(status) != Status::Cancelled => {
            Ok(Started { id, epoch, fresh: false })
        }
        _ => {
            connection
                .prepare_cached("DELETE FROM justscale_instances WHERE name = ?1")?
                .execute(params![new.name])?;
            let id = insert(connection, new)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            listen(connection, id, new)
        }
    }
}

/// Adds the row, unless there is one with this name.
fn insert(connection: &Connection, new: &NewInstance) -> rusqlite::Result<Option<InstanceId>> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO justscale_instances
             (name, process, status, epoch, step, attempts, parent, created_at, updated_at, point, locals, waits)
         VALUES (?1, ?2, 0, 1, 0, 0, ?3, ?4, ?4, ?5, ?6, '') ON CONFLICT (name) DO NOTHING",
    )?;
    let added = statement.execute(params![
        new.name,
        new.process,
        new.parent.map(|id| id.0),
        micros(new.at),
        new.state.point,
        new.state.locals
    ])?;
    Ok((added == 1).then(|| InstanceId(connection.last_insert_rowid())))
}

fn listen(connection: &Connection, id: InstanceId, new: &NewInstance) -> rusqlite::Result<Started> {
    let mailbox = Mailbox(connection);
    for topic in &new.subscriptions {
        mailbox.expire_in(topic, micros(new.at))?;
        mailbox.subscribe(id, topic, false)?;
    }
    Ok(Started { id, epoch: 1, fresh: true })
}

/// Makes an admitted transition.
fn advance(
    connection: &Connection,
    transition: &Transition,
    committed: &mut Committed,
) -> Result<(), Refusal> {
    let id = transition.instance;
    let mailbox = Mailbox(connection);
    for (topic, seq) in &transition.consumed {
        mailbox.consume(id, topic, *seq)?;
    }
    let at = micros(transition.at);
    match &transition.next {
        Next::Step { .. } => {
            step(connection, transition)?;
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
            row.write(connection, id, at)?;
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
            row.write(connection, id, at)?;
            committed.parked = if parks { Parked::Parked } else { Parked::Deliver(there) };
        }
        Next::Done { result } => done(connection, transition, result, committed)?,
        Next::Paused { cause } => {
            connection
                .prepare_cached(
                    "UPDATE justscale_instances SET status = 2, epoch = epoch + 1, cause = ?1, wake_at = NULL, updated_at = ?2
                     WHERE id = ?3",
                )?
                .execute(params![cause, at, id.0])?;
        }
    }
    Ok(())
}

/// Ends an instance with its result.
fn done(
    connection: &Connection,
    transition: &Transition,
    result: &str,
    committed: &mut Committed,
) -> Result<(), Refusal> {
    let Transition { instance, epoch, at, .. } = transition;
    let mut statement = connection.prepare_cached(
        "UPDATE justscale_instances SET status = 3, epoch = epoch + 1, locals = '{}', waits = '', attempts = 0,
         cause = NULL, result = ?1, wake_at = NULL, updated_at = ?2
         WHERE id = ?3 AND epoch = ?4 AND status IN (0, 1) RETURNING name",
    )?;
    let name: Option<String> =
        statement.query_row(params![result, micros(*at), instance.0, epoch], |row| row.get(0)).optional()?;
    let name = name.ok_or(Refusal::Fenced(*instance))?;
    Ok(end(connection, *instance, &name, committed)?)
}

/// Ends the subscriptions of the instance with this name and wakes those who wait for its end.
pub(super) fn end(
    connection: &Connection,
    id: InstanceId,
    name: &str,
    committed: &mut Committed,
) -> rusqlite::Result<()> {
    let mailbox = Mailbox(connection);
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
    fn write(&self, connection: &Connection, id: InstanceId, at: i64) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(
            "UPDATE justscale_instances SET status = ?1, epoch = epoch + 1, point = ?2, locals = ?3, waits = ?4,
             step = step + ?5, attempts = ?6, cause = ?7, wake_at = ?8, updated_at = ?9 WHERE id = ?10",
        )?;
        statement.execute(params![
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
        ])?;
        Ok(())
    }
}
