//! `process list`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Desk;
use super::seen::{STATUSES, Seen, stored};
use crate::app::failure::Outcome;
use crate::app::{Failure, table};
use crate::store::{Filter, Instance, Status};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  process list                      the first hundred
  process list --status paused      what needs you
  process list --status waiting --process subscription --json | jq '.[].name'")]
pub(in crate::app) struct ListArguments {
    /// Only of this process: its fn's name or its path
    #[arg(long, value_name = "NAME")]
    pub(super) process: Option<String>,
    /// Only with this status
    #[arg(long, value_parser = PossibleValuesParser::new(STATUSES))]
    status: Option<String>,
    /// At most this many; 0 for all
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Print a JSON array for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn list(arguments: &ListArguments, desk: &Desk<'_>) -> Outcome<()> {
    let limit = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
    let process = arguments.process.as_deref().map(|name| path(name, desk)).transpose()?;
    let mut selection = Selection::shown(process, arguments.status.clone());
    // One more than is shown, so that it can be said that there are more.
    let mut rows = Vec::new();
    while rows.len() <= limit {
        match selection.more(desk).await? {
            Some(found) => rows.extend(found),
            None => break,
        }
    }
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let seen: Vec<_> = rows.iter().map(|row| Seen::of(row, desk.catalogue)).collect();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&seen).map_err(crate::Error::from)?);
    } else {
        print(&seen, arguments, desk);
    }
    if has_more {
        anstream::eprintln!("these are the first {limit}; `--limit 0` lists all of them");
    }
    Ok(())
}

fn print(seen: &[Seen<'_>], arguments: &ListArguments, desk: &Desk<'_>) {
    if seen.is_empty() {
        let is_narrowed = arguments.process.is_some() || arguments.status.is_some();
        let what = if is_narrowed { "no instance is like that" } else { "there are no instances yet" };
        return anstream::eprintln!("{what}");
    }
    let now = desk.now();
    let rows = seen.iter().map(|seen| {
        let next = seen.wake_at.map(|at| table::relative(at, now)).unwrap_or_default();
        let cause = seen.cause.as_deref().map(|cause| table::shortened(cause, 60)).unwrap_or_default();
        let note = match (seen.attempts, seen.status.as_str()) {
            (attempts @ 1.., "waiting") => format!("attempt {attempts} failed: {cause}"),
            _ => cause,
        };
        let changed = table::relative(seen.changed_at, now);
        vec![seen.status.clone(), seen.name.to_owned(), seen.stands_at.clone(), next, changed, note]
    });
    table::print(&["STATUS", "NAME", "POINT", "DUE", "CHANGED", "CAUSE"], rows.collect());
}

/// Which instances are meant, read part by part.
pub(super) struct Selection {
    filter: Filter,
    /// The word that is shown for the status.
    word: Option<String>,
}

impl Selection {
    /// Those of a process, if one is named, that are shown with a status, if one is named.
    fn shown(process: Option<String>, word: Option<String>) -> Self {
        let status = word.as_deref().and_then(stored);
        Self { filter: Filter { process, status, ..Filter::default() }, word }
    }

    /// Those of a process, if one is named, that stand still, whether or not this program can read them.
    pub(super) fn paused(process: Option<String>) -> Self {
        let filter = Filter { process, status: Some(Status::Paused), ..Filter::default() };
        Self { filter, word: None }
    }

    /// The next of them; `None` when there are no more.
    pub(super) async fn more(&mut self, desk: &Desk<'_>) -> Outcome<Option<Vec<Instance>>> {
        const BATCH: usize = 500;
        let mut rows = desk.store.list(Filter { limit: BATCH, ..self.filter.clone() }).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.filter.after = Some(last.id);
        if let Some(word) = &self.word {
            rows.retain(|row| Seen::of(row, desk.catalogue).status == *word);
        }
        Ok(Some(rows))
    }
}

/// The path pattern of a process that is named by its fn or by that pattern.
pub(super) fn path(name: &str, desk: &Desk<'_>) -> Outcome<String> {
    let known = &desk.catalogue.processes;
    if let Some(process) = known.iter().find(|process| process.name == name || process.path == name) {
        return Ok(process.path.to_owned());
    }
    if name.starts_with('/') {
        // Another version of the program may have it.
        return Ok(name.to_owned());
    }
    let names: Vec<_> = known.iter().map(|process| format!("`{}`", process.name)).collect();
    Err(Failure::usage(format!("there is no process `{name}`"))
        .help(format!("there are {}", names.join(", "))))
}
