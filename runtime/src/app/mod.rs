//! An app: its services, wired once; its processes, run by an engine; its command line.
//!
//! What comes in is what `app!` has written ([`App`]); what goes out is an exit code. An app holds no state beside its services and its
//! store, so two of them can stand in one program, each with a clock of its own.

mod command;
mod command_line;
mod data_folder;
mod embedded;
mod failure;
mod home;
mod logs;
mod parts;
mod processes;
mod registry;
mod run;
mod serve;
mod stuck;
mod table;
mod temporary;
mod wired;

use std::future::Future;

pub use self::command::{
    Argument, ArgumentKind, Arguments, Command, CommandOptions, CommandOutput, CommandRunning, exit,
};
pub(crate) use self::command_line::read_command;
pub use self::data_folder::DataFolder;
pub use self::embedded::Embedded;
pub use self::failure::Failure;
pub use self::parts::{Parts, build};
pub use self::registry::Registry;
pub use self::run::main;
pub(crate) use self::stuck::unless_stuck;
pub(crate) use self::temporary::TemporaryFolder;
pub(crate) use self::wired::{Data, Host, Wired};
use crate::Result;

/// A program made of services, processes, signals and commands, as `justscale::app!(Shop)` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no app",
    label = "write `justscale::app!({Self});` in the crate's root"
)]
pub trait App: Sized + Send + Sync + 'static {
    /// The app's name, `shop`, as it stands on its command line.
    const NAME: &'static str;
    /// The version of the app's crate.
    const VERSION: &'static str;
    /// One of each service.
    type Services: Send + Sync + 'static;
    /// Builds the services, each after those that it needs.
    fn wire(parts: &Parts) -> impl Future<Output = Result<Self::Services>> + Send;
    /// Names the processes, signals and commands.
    fn register(registry: &mut Registry<Self>);
}
