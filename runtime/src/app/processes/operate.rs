//! `process retry` and `process cancel`.

use clap::Args;
use serde::Serialize;

use super::Desk;
use super::list::{Selection, path};
use super::seen::Seen;
use crate::app::failure::Outcome;
use crate::store::{Operation, Status};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  process retry /subscription/ada
  process retry --all                          all that are paused
  process retry --all --process subscription   of one process")]
pub(in crate::app) struct RetryArguments {
    /// The instances' names: their filled paths
    #[arg(required_unless_present = "all")]
    names: Vec<String>,
    /// All that are paused
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// With --all: only of this process
    #[arg(long, value_name = "NAME", requires = "all")]
    process: Option<String>,
    /// Print a JSON array for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  process cancel /subscription/ada
  process cancel /subscription/ada /subscription/bob --json")]
pub(in crate::app) struct CancelArguments {
    /// The instances' names: their filled paths
    #[arg(required = true)]
    names: Vec<String>,
    /// Print a JSON array for programs
    #[arg(long)]
    json: bool,
}

/// What was done to an instance.
#[derive(Debug, Serialize)]
struct Operated {
    name: String,
    status: String,
    /// Whether anything has changed.
    changed: bool,
}

pub(super) async fn retry(arguments: &RetryArguments, desk: &Desk<'_>) -> Outcome<()> {
    let names = if arguments.all { paused(arguments, desk).await? } else { arguments.names.clone() };
    let mut done = Vec::new();
    for name in &names {
        done.push(operate(name, Operation::Retry, desk).await?);
    }
    tell(&done, arguments.json, |done| match done.changed {
        true => format!("{} goes on", done.name),
        false => format!("{} is {}: there is nothing to retry", done.name, done.status),
    })
}

pub(super) async fn cancel(arguments: &CancelArguments, desk: &Desk<'_>) -> Outcome<()> {
    let mut done = Vec::new();
    for name in &arguments.names {
        done.push(operate(name, Operation::Cancel, desk).await?);
    }
    tell(&done, arguments.json, |done| match done.changed {
        true => format!("{} is cancelled", done.name),
        false => format!("{} had ended already: it is {}", done.name, done.status),
    })
}

/// The names of those that are paused.
async fn paused(arguments: &RetryArguments, desk: &Desk<'_>) -> Outcome<Vec<String>> {
    let process = arguments.process.as_deref().map(|name| path(name, desk)).transpose()?;
    let mut selection = Selection::paused(process);
    let mut names = Vec::new();
    while let Some(rows) = selection.more(desk).await? {
        names.extend(rows.into_iter().map(|row| row.name));
    }
    Ok(names)
}

async fn operate(name: &str, operation: Operation, desk: &Desk<'_>) -> Outcome<Operated> {
    let before = desk.store.find(name).await?;
    let operated = desk.store.operate(name, operation.clone(), desk.now()).await?;
    let (Some(before), Some((row, committed))) = (before, operated) else { return Err(desk.missing(name)) };
    let changed = match operation {
        Operation::Retry => !committed.woken.is_empty(),
        Operation::Cancel => !matches!(before.status, Status::Done | Status::Cancelled),
    };
    let status = Seen::of(&row, desk.catalogue).status;
    Ok(Operated { name: row.name.clone(), status, changed })
}

fn tell(done: &[Operated], json: bool, words: impl Fn(&Operated) -> String) -> Outcome<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(done).map_err(crate::Error::from)?);
        return Ok(());
    }
    if done.is_empty() {
        anstream::println!("nothing is paused");
    }
    done.iter().for_each(|done| anstream::println!("{}", words(done)));
    Ok(())
}
