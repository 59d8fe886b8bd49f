//! What an operator does to an instance, in SQL.

use rusqlite::params;

use super::apply::end;
use super::hand::Hand;
use super::rows;
use crate::store::{Committed, Instance, InstanceId, Operation};

/// Does what was asked to the instance with this name. `at` is in microseconds.
pub(super) fn operate(
    hand: &Hand<'_>,
    name: &str,
    operation: &Operation,
    at: i64,
) -> rusqlite::Result<Option<(Instance, Committed)>> {
    let Some(row) = rows::find(hand, name)? else { return Ok(None) };
    let committed = match operation {
        Operation::Retry => retry(hand, row.id, at)?,
        Operation::Cancel => cancel(hand, row.id, at)?,
    };
    Ok(rows::load(hand, row.id)?.map(|row| (row, committed)))
}

fn retry(hand: &Hand<'_>, id: InstanceId, at: i64) -> rusqlite::Result<Committed> {
    let mut committed = Committed::default();
    let paused = "UPDATE justscale_instances SET status = 0, attempts = 0, cause = NULL, updated_at = ?2
        WHERE id = ?1 AND status = 2";
    let pausing = "UPDATE justscale_instances SET status = 0, cause = NULL, wake_at = NULL, updated_at = ?2
        WHERE id = ?1 AND status = 1 AND attempts > 0";
    for sql in [paused, pausing] {
        if hand.run(sql, params![id.0, at])? == 1 {
            committed.woken.push(id);
            break;
        }
    }
    Ok(committed)
}

/// Ends an instance as cancelled, and its children. `at` is in microseconds.
pub(super) fn cancel(hand: &Hand<'_>, id: InstanceId, at: i64) -> rusqlite::Result<Committed> {
    // All are ended before anyone is woken, so that a parent that falls with its child is not told to run.
    let mut fallen = Vec::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let ended: Option<String> = hand.one(
            "UPDATE justscale_instances SET status = 4, epoch = epoch + 1, wake_at = NULL, waits = '', updated_at = ?2
             WHERE id = ?1 AND status NOT IN (3, 4) RETURNING name",
            params![id.0, at],
            |row| row.get(0),
        )?;
        if let Some(name) = ended {
            fallen.push((id, name));
            let children = "SELECT id FROM justscale_instances WHERE parent = ?1 ORDER BY id";
            open.append(&mut hand.all(children, params![id.0], rows::key)?);
        }
    }
    let mut committed = Committed::default();
    for (id, name) in fallen {
        end(hand, id, &name, &mut committed)?;
        committed.cancelled.push(name);
    }
    Ok(committed)
}
