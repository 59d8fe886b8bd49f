//! `process …`: what an operator sees of the instances and does to them, while the app runs and while it doesn't.
//!
//! It works on the data beside the program that serves them, which notices what has changed. It builds no service and runs nothing.

mod list;
mod operate;
mod seen;
mod show;
mod signal;

use std::process::ExitCode;

use clap::Subcommand;

use super::failure::Outcome;
use super::registry::Catalogue;
use crate::Error;
use crate::clock::Clock;
use crate::store::Store;

/// `process …`.
#[derive(Debug, Subcommand)]
pub(super) enum ProcessCommand {
    /// List instances
    List(list::ListArguments),
    /// Show one instance: where it stands, what it waits for, what it keeps
    Show(show::ShowArguments),
    /// Send a signal
    Signal(signal::SignalArguments),
    /// Bring paused instances on, from the point where they stand
    Retry(operate::RetryArguments),
    /// End instances, and the children that they wait for
    Cancel(operate::CancelArguments),
}

/// What the commands work on.
pub(super) struct Desk<'a> {
    /// What the program is called on the command line.
    pub(super) app: String,
    /// What the app consists of.
    pub(super) catalogue: &'a Catalogue,
    /// Its data.
    pub(super) store: &'a dyn Store,
}

impl ProcessCommand {
    /// Whether there may be something to run after it.
    pub(super) fn may_set_off(&self) -> bool {
        matches!(self, Self::Signal(_) | Self::Retry(_) | Self::Cancel(_))
    }

    /// Does it.
    pub(super) async fn run(&self, desk: Desk<'_>) -> Outcome {
        match self {
            Self::List(arguments) => list::list(arguments, &desk).await?,
            Self::Show(arguments) => show::show(arguments, &desk).await?,
            Self::Signal(arguments) => signal::signal(arguments, &desk).await?,
            Self::Retry(arguments) => operate::retry(arguments, &desk).await?,
            Self::Cancel(arguments) => operate::cancel(arguments, &desk).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Desk<'_> {
    fn now(&self) -> jiff::Timestamp {
        Clock::Real.now()
    }

    /// There is no such instance.
    fn missing(&self, name: &str) -> super::Failure {
        super::Failure::from(Error::not_found(format!("there is no instance `{name}`"))).help(format!(
            "`{} process list` lists them; a name is the filled path, as in `{}`",
            self.app,
            self.catalogue.processes.first().map_or("/order/7", |process| process.path),
        ))
    }
}
