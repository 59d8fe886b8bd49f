//! `justscale check`: the compiler's faults, then rustc's.

use crate::cargo::{CargoArguments, cargo};
use crate::compiled::Compiled;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::written;
use clap::Args;
use std::path::PathBuf;

/// Find faults, without building a program
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale check                           the package of this folder
  justscale check --no-cargo                our own faults only: takes milliseconds
  justscale check --message-format json     one JSON object per line, for an editor or CI")]
pub(crate) struct CheckArguments {
    /// The package's folder, or a path inside it [default: the current folder]
    path: Option<PathBuf>,
    /// Leave out `cargo check`
    #[arg(long)]
    no_cargo: bool,
    #[command(flatten)]
    cargo: CargoArguments,
}

/// Checks.
pub(crate) fn run(arguments: &CheckArguments, screen: &Screen) -> Outcome {
    let path = arguments.path.as_deref();
    let compiled =
        if arguments.no_cargo { Compiled::examined(path, screen)? } else { Compiled::new(path, screen)? };
    compiled.faults(screen)?;
    compiled.say_checked(screen);
    if arguments.no_cargo {
        compiled.summarise(true, screen);
        return Ok(Exit::Fine);
    }
    written::write(&compiled, screen)?;
    let checked = cargo("check", &compiled.package, &arguments.cargo, &[], screen)?;
    compiled.summarise(checked.succeeded, screen);
    Ok(checked.exit())
}
