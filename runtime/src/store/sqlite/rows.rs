//! Rows of the instances table, read so that even a damaged one can be shown: a text that is none, or a number that is none,
//! becomes the nearest thing, and what it means is for the engine to judge.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::micros::{micros, timestamp};
use crate::store::{Delivery, Due, Filter, Instance, InstanceId, SavedState, Status, Topic};

/// A query for the columns that [`instance`] reads, in its order.
macro_rules! select {
    ($rest:literal $(,)?) => {
        concat!(
            "SELECT id, name, process, status, epoch, step, attempts, wake_at, parent, created_at, updated_at, ",
            "point, locals, waits, cause, result FROM justscale_instances ",
            $rest
        )
    };
}

/// A status as it is written.
pub(super) fn code(status: Status) -> i64 {
    match status {
        Status::Active => 0,
        Status::Waiting => 1,
        Status::Paused => 2,
        Status::Done => 3,
        Status::Cancelled => 4,
    }
}

pub(super) fn status(code: i64) -> Status {
    match code {
        0 => Status::Active,
        1 => Status::Waiting,
        3 => Status::Done,
        4 => Status::Cancelled,
        // What nobody has written is left alone, and shown.
        _ => Status::Paused,
    }
}

pub(super) fn load(connection: &Connection, id: InstanceId) -> rusqlite::Result<Option<Instance>> {
    connection.prepare_cached(select!("WHERE id = ?1"))?.query_row(params![id.0], instance).optional()
}

pub(super) fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<Instance>> {
    connection.prepare_cached(select!("WHERE name = ?1"))?.query_row(params![name], instance).optional()
}

pub(super) fn list(connection: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Instance>> {
    let sql = select!(
        "WHERE id > ?1 AND (?2 IS NULL OR process = ?2) AND (?3 IS NULL OR status = ?3) ORDER BY id LIMIT ?4",
    );
    let after = filter.after.map_or(i64::MIN, |id| id.0);
    let limit = if filter.limit == 0 { -1 } else { saturated(filter.limit) };
    let mut statement = connection.prepare_cached(sql)?;
    let rows =
        statement.query_map(params![after, filter.process, filter.status.map(code), limit], instance)?;
    rows.collect()
}

pub(super) fn active(
    connection: &Connection,
    after: Option<InstanceId>,
    limit: usize,
) -> rusqlite::Result<Vec<InstanceId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM justscale_instances INDEXED BY justscale_active WHERE status = 0 AND id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![after.map_or(i64::MIN, |id| id.0), saturated(limit)], key)?;
    rows.collect()
}

pub(super) fn due(
    connection: &Connection,
    now: i64,
    after: Option<Due>,
    limit: usize,
) -> rusqlite::Result<Vec<Due>> {
    let mut statement = connection.prepare_cached(
        "SELECT wake_at, id FROM justscale_instances INDEXED BY justscale_timers
         WHERE wake_at >= ?2 AND wake_at <= ?1 AND (wake_at, id) > (?2, ?3) ORDER BY wake_at, id LIMIT ?4",
    )?;
    let (at, id) = after.map_or((i64::MIN, i64::MIN), |due| (micros(due.at), due.id.0));
    let rows = statement.query_map(params![now, at, id, saturated(limit)], |row| {
        Ok(Due { at: timestamp(row.get(0)?), id: InstanceId(row.get(1)?) })
    })?;
    rows.collect()
}

pub(super) fn next_wake(connection: &Connection, after: Option<i64>) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT wake_at FROM justscale_instances INDEXED BY justscale_timers
         WHERE wake_at > ?1 ORDER BY wake_at LIMIT 1",
    )?;
    // No moment that a calendar knows is as early as the least integer.
    statement.query_row(params![after.unwrap_or(i64::MIN)], |row| row.get(0)).optional()
}

pub(super) fn last_move(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    // No index is made for a question that is asked once: each step would pay for it.
    connection.query_row("SELECT max(updated_at) FROM justscale_instances", [], |row| optional_number(row, 0))
}

/// For each topic the first message that an instance has not consumed, or the end of the instance that it names.
pub(super) fn deliveries(
    connection: &Connection,
    id: InstanceId,
    topics: &[Topic],
) -> rusqlite::Result<Vec<Delivery>> {
    let mut found = Vec::new();
    for topic in topics {
        let delivery = match topic.ends() {
            Some(name) => end(connection, topic, name)?,
            None => first(connection, id, topic)?,
        };
        found.extend(delivery);
    }
    Ok(found)
}

fn first(connection: &Connection, id: InstanceId, topic: &Topic) -> rusqlite::Result<Option<Delivery>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, payload, at FROM justscale_mailbox WHERE identity = ?1 AND signal = ?2 AND seq > (
             SELECT cursor FROM justscale_subscriptions WHERE identity = ?1 AND signal = ?2 AND instance = ?3
         ) ORDER BY seq LIMIT 1",
    )?;
    statement
        .query_row(params![topic.identity, topic.signal, id.0], |row| {
            Ok(Delivery {
                topic: topic.clone(),
                seq: row.get(0)?,
                payload: Some(text(row, 1)?),
                at: timestamp(number(row, 2)?),
            })
        })
        .optional()
}

fn end(connection: &Connection, topic: &Topic, name: &str) -> rusqlite::Result<Option<Delivery>> {
    let mut statement = connection.prepare_cached(
        "SELECT result, updated_at FROM justscale_instances WHERE name = ?1 AND status IN (3, 4)",
    )?;
    statement
        .query_row(params![name], |row| {
            Ok(Delivery {
                topic: topic.clone(),
                seq: 0,
                payload: optional_text(row, 0)?,
                at: timestamp(number(row, 1)?),
            })
        })
        .optional()
}

/// Reads a row of `select!`.
fn instance(row: &Row<'_>) -> rusqlite::Result<Instance> {
    Ok(Instance {
        id: InstanceId(row.get(0)?),
        name: text(row, 1)?,
        process: text(row, 2)?,
        status: status(number(row, 3)?),
        epoch: number(row, 4)?,
        step: number(row, 5)?,
        attempts: u32::try_from(number(row, 6)?).unwrap_or(u32::MAX),
        wake_at: optional_number(row, 7)?.map(timestamp),
        parent: optional_number(row, 8)?.map(InstanceId),
        created_at: timestamp(number(row, 9)?),
        updated_at: timestamp(number(row, 10)?),
        state: SavedState { point: text(row, 11)?, locals: text(row, 12)? },
        waits: text(row, 13)?,
        cause: optional_text(row, 14)?,
        result: optional_text(row, 15)?,
    })
}

pub(super) fn key(row: &Row<'_>) -> rusqlite::Result<InstanceId> {
    row.get(0).map(InstanceId)
}

fn saturated(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    optional_text(row, column).map(Option::unwrap_or_default)
}

fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(value) => Some(value.to_string()),
        ValueRef::Real(value) => Some(value.to_string()),
    })
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    optional_number(row, column).map(Option::unwrap_or_default)
}

fn optional_number(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value),
        ValueRef::Real(value) => Some(value as i64),
        ValueRef::Text(_) | ValueRef::Blob(_) => Some(0),
    })
}
