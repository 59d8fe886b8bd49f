//! An instance as an operator sees it.

use jiff::Timestamp;
use serde::Serialize;

use crate::app::registry::{Catalogue, KnownProcess};
use crate::process::{Waits, path};
use crate::store::{Instance, Status};

/// An instance in a list.
#[derive(Debug, Serialize)]
pub(super) struct Seen<'a> {
    pub(super) name: &'a str,
    /// The fn's name; the path pattern of a process that this program doesn't have.
    pub(super) process: &'a str,
    pub(super) status: String,
    pub(super) point: &'a str,
    /// The point, and those of the parts that were called there: `AwaitBids › Sleep`.
    pub(super) stands_at: String,
    pub(super) wake_at: Option<Timestamp>,
    pub(super) attempts: u32,
    pub(super) cause: Option<String>,
    pub(super) started_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

/// The words for a status. `stalled` is told from `paused`: it needs another program, not a mended mistake.
pub(super) const STATUSES: [&str; 6] = ["active", "waiting", "paused", "stalled", "done", "cancelled"];

impl<'a> Seen<'a> {
    pub(super) fn of(row: &'a Instance, catalogue: &Catalogue) -> Self {
        let known = known(row, catalogue);
        let waits = Waits::parse(&row.waits).unwrap_or_default();
        let is_over = matches!(row.status, Status::Done | Status::Cancelled);
        let unknown = match known {
            _ if is_over => None,
            None => Some(format!("stalled: needs a program with the process `{}`", row.process)),
            Some(known) if known.points.iter().all(|point| point.name != row.state.point) => {
                Some(format!("stalled: needs a program with the point `{}`", row.state.point))
            }
            Some(_) => unknown_part(&waits, catalogue),
        };
        let cause = row.cause.clone().or(unknown);
        let is_stalled = cause.as_ref().is_some_and(|cause| cause.starts_with("stalled: "));
        Self {
            name: &row.name,
            process: known.map_or(&row.process, |known| known.name),
            status: if is_stalled { "stalled".to_owned() } else { row.status.to_string() },
            point: &row.state.point,
            stands_at: path(&row.state.point, &waits),
            wake_at: row.wake_at,
            attempts: row.attempts,
            cause,
            started_at: row.created_at,
            changed_at: row.updated_at,
        }
    }
}

/// What this program lacks for a part that has not come to its end.
fn unknown_part(waits: &Waits, catalogue: &Catalogue) -> Option<String> {
    waits.parts().find_map(|nested| {
        let Some(known) = catalogue.parts.iter().find(|part| part.name == nested.part) else {
            return Some(format!("stalled: needs a program with the part `{}`", nested.part));
        };
        if known.points.iter().all(|point| point.name != nested.point) {
            let (point, part) = (&nested.point, &nested.part);
            return Some(format!("stalled: needs a program with the point `{point}` of the part `{part}`"));
        }
        unknown_part(&nested.waits, catalogue)
    })
}

/// The process of an instance, if this program has it.
pub(super) fn known<'a>(row: &Instance, catalogue: &'a Catalogue) -> Option<&'a KnownProcess> {
    catalogue.processes.iter().find(|process| process.path == row.process)
}

/// The stored status in which instances with this word are found; any, if they may have several.
pub(super) fn stored(word: &str) -> Option<Status> {
    [Status::Active, Status::Waiting, Status::Paused, Status::Done, Status::Cancelled]
        .into_iter()
        .find(|status| status.to_string() == word)
}
