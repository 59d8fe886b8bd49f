//! `process show`.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Desk;
use super::seen::{Seen, known};
use crate::app::failure::Outcome;
use crate::app::table::{self, FAINT};
use crate::encoding::to_people;
use crate::process::{Registered, Waits};
use crate::store::{Instance, Status};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  process show /subscription/ada
  process show /subscription/ada --json | jq .keeps")]
pub(in crate::app) struct ShowArguments {
    /// The instance's name: its filled path
    name: String,
    /// Print a JSON object for programs
    #[arg(long)]
    json: bool,
}

/// An instance with all that is known of it.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    seen: Seen<'a>,
    path: &'a str,
    /// What the point awaits, as the source has it.
    awaits: Vec<&'a str>,
    /// What it has registered there.
    waits: Vec<Waiting>,
    steps: i64,
    parent: Option<String>,
    /// The saved locals.
    keeps: Box<RawValue>,
    result: Option<Box<RawValue>>,
}

/// One thing that an instance waits for.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Waiting {
    Timer { at: Timestamp },
    Signal { signal: String, identity: String },
    End { name: String },
    Retry { attempts: u32, at: Timestamp, cause: String },
    Finished { result: Box<RawValue> },
    Part { part: String, point: String, keeps: Box<RawValue>, waits: Vec<Waiting> },
    Unreadable { text: String },
}

pub(super) async fn show(arguments: &ShowArguments, desk: &Desk<'_>) -> Outcome<()> {
    let Some(row) = desk.store.find(&arguments.name).await? else {
        return Err(desk.missing(&arguments.name));
    };
    let parent = match row.parent {
        Some(id) => desk.store.load(id).await?.map(|parent| parent.name),
        None => None,
    };
    let shown = shown(&row, parent, desk);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&shown).map_err(crate::Error::from)?);
    } else {
        print(&shown, desk);
    }
    Ok(())
}

fn shown<'a>(row: &'a Instance, parent: Option<String>, desk: &Desk<'_>) -> Shown<'a> {
    let points = known(row, desk.catalogue).map(|process| process.points).unwrap_or_default();
    let is_over = matches!(row.status, Status::Done | Status::Cancelled);
    let point = points.iter().find(|point| point.name == row.state.point && !is_over);
    Shown {
        seen: Seen::of(row, desk.catalogue),
        path: &row.process,
        awaits: point.map(|point| point.awaits.to_vec()).unwrap_or_default(),
        waits: waits(&row.waits),
        steps: row.step,
        parent,
        keeps: raw(&row.state.locals),
        result: row.result.as_deref().map(raw),
    }
}

/// A saved text as it stands; what is no JSON, as a string.
fn raw(text: &str) -> Box<RawValue> {
    let quoted = || serde_json::value::to_raw_value(text).unwrap_or_default();
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| quoted())
}

fn waits(text: &str) -> Vec<Waiting> {
    let Ok(Waits(registered)) = Waits::parse(text) else {
        return vec![Waiting::Unreadable { text: text.to_owned() }];
    };
    list(registered.into_values())
}

fn list(registered: impl Iterator<Item = Registered>) -> Vec<Waiting> {
    let waiting = registered.map(|registered| match registered {
        Registered::Timer(at) => Waiting::Timer { at },
        Registered::Signal { signal, identity } => Waiting::Signal { signal, identity },
        Registered::End(name) => Waiting::End { name },
        Registered::Retry { attempts, at, cause } => Waiting::Retry { attempts, at, cause },
        Registered::Done(value) => Waiting::Finished { result: raw(&value) },
        Registered::Part(nested) => Waiting::Part {
            keeps: raw(nested.locals()),
            part: nested.part,
            point: nested.point,
            waits: list(nested.waits.0.into_values()),
        },
    });
    waiting.collect()
}

fn print(shown: &Shown<'_>, desk: &Desk<'_>) {
    let Shown { seen, .. } = shown;
    let now = desk.now();
    let when = |at: Timestamp| format!("{} {FAINT}({}){FAINT:#}", table::time(at), table::relative(at, now));
    let style = table::colour(&seen.status);
    line("name", seen.name);
    match seen.process == shown.path {
        true => line("process", seen.process),
        false => line("process", format!("{} {FAINT}{}{FAINT:#}", seen.process, shown.path)),
    }
    line("status", format!("{style}{}{style:#}", seen.status));
    line("point", &seen.stands_at);
    several("awaits", shown.awaits.iter().map(|awaited| (*awaited).to_owned()));
    if let Some(cause) = &seen.cause {
        line("cause", to_lines(cause));
    }
    if seen.attempts > 0 && seen.status == "waiting" {
        line("attempts", format!("{} failed", seen.attempts));
    }
    several("waits for", shown.waits.iter().flat_map(|waiting| waited(waiting, &when)));
    if let Some(parent) = &shown.parent {
        line("parent", parent);
    }
    line("started", when(seen.started_at));
    let steps = if shown.steps == 1 { "step" } else { "steps" };
    line("changed", format!("{}, after {} {steps}", when(seen.changed_at), shown.steps));
    line("keeps", to_lines(&to_people(shown.keeps.get())));
    if let Some(result) = &shown.result {
        line("result", to_lines(&to_people(result.get())));
    }
    way_out(seen, desk);
}

/// One line of it, after its word.
fn line(word: &str, text: impl std::fmt::Display) {
    anstream::println!("{FAINT}{word:<10}{FAINT:#} {text}");
}

fn several(word: &str, texts: impl Iterator<Item = String>) {
    for (nth, text) in texts.enumerate() {
        line(if nth == 0 { word } else { "" }, text);
    }
}

/// A text of several lines, each below the first.
fn to_lines(text: &str) -> String {
    text.replace('\n', &format!("\n{:11}", ""))
}

/// The lines about one wait: those about a part say what it keeps and what it waits for itself.
fn waited(waiting: &Waiting, when: &dyn Fn(Timestamp) -> String) -> Vec<String> {
    let line = match waiting {
        Waiting::Timer { at } => format!("time     {}", when(*at)),
        Waiting::Signal { identity, .. } => format!("signal   {identity}"),
        Waiting::End { name } => format!("end of   {name}"),
        Waiting::Retry { attempts, at, cause } => {
            format!("attempt  {} {}, after: {cause}", attempts + 1, when(*at))
        }
        Waiting::Finished { result } => format!("nothing  done: {}", table::shortened(result.get(), 60)),
        Waiting::Part { part, point, keeps, waits } => {
            let mut lines = vec![format!("part     {part}, which stands at {point}")];
            if keeps.get() != "{}" {
                lines.extend(to_people(keeps.get()).lines().map(|line| format!("           {line}")));
            }
            lines.extend(
                waits.iter().flat_map(|waiting| waited(waiting, when)).map(|line| format!("  {line}")),
            );
            return lines;
        }
        Waiting::Unreadable { text } => {
            format!("unknown  this can't be read: {}", table::shortened(text, 60))
        }
    };
    vec![line]
}

/// What to do about one that stands still.
fn way_out(seen: &Seen<'_>, desk: &Desk<'_>) {
    let (app, name) = (&desk.app, seen.name);
    match seen.status.as_str() {
        "paused" => anstream::println!(
            "\n`{app} process retry {name}` brings it on from this point; `{app} process cancel {name}` ends it"
        ),
        "stalled" => anstream::println!(
            "\nnothing is lost: give it what it needs, then `{app} process retry {name}`; `{app} process cancel {name}` ends it"
        ),
        _ => {}
    }
}
