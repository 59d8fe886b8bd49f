//! `justscale build`: checks, reports, builds with cargo, and shows what was generated.

use crate::cargo::{CargoArguments, cargo};
use crate::compiled::Compiled;
use crate::exit::{Exit, Outcome};
use crate::screen::Screen;
use crate::stage::Stage;
use crate::{listing, written};
use clap::Args;
use std::path::PathBuf;

/// Check and build a package, and show what was generated
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale build                         the package of this folder
  justscale build fixtures/quickstart     another one
  justscale build --emit layout           what each state of each process keeps, and why
  justscale build --check                 in CI: are the files in .justscale/ up to date?

A package with a `build.rs` that calls `justscale_build::compile()` is built by `cargo build` too.
One without gets its generated code written to `.justscale/` here.")]
pub(crate) struct BuildArguments {
    /// The package's folder, or a path inside it [default: the current folder]
    path: Option<PathBuf>,
    /// Print the text of a stage of the compiler, and build nothing
    #[arg(long, value_enum, value_name = "STAGE", conflicts_with = "check")]
    emit: Option<Stage>,
    /// List generated files that are not up to date (exit code 1 if there are any), and build nothing
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    cargo: CargoArguments,
}

/// Builds.
pub(crate) fn run(arguments: &BuildArguments, screen: &Screen) -> Outcome {
    let compiled = Compiled::new(arguments.path.as_deref(), screen)?;
    if let Some(stage) = arguments.emit {
        stage.emit(&compiled, screen);
        compiled.faults(screen)?;
        return Ok(Exit::Fine);
    }
    compiled.faults(screen)?;
    if arguments.check {
        return written::check(&compiled, screen);
    }
    compiled.say_checked(screen);
    written::write(&compiled, screen)?;
    let built = cargo("build", &compiled.package, &arguments.cargo, &[], screen)?;
    if built.succeeded && (screen.is_json() || !screen.is_quiet()) {
        listing::print(&compiled.compilation, &written::folder(&compiled, &built), screen);
    }
    compiled.summarise(built.succeeded, screen);
    Ok(built.exit())
}
