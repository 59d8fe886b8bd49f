//! `justscale run`: builds a package's program and becomes it.
//!
//! On Unix the program takes our place in the process table, so every signal reaches it and its exit code is ours without anything
//! in between; elsewhere we wait for it and pass its code on.

use crate::cargo::{Built, CargoArguments, Program, cargo};
use crate::compiled::Compiled;
use crate::exit::{Failure, Outcome};
use crate::package::show;
use crate::screen::Screen;
use crate::written;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Build a package's program and run it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale run                               serve the app of this folder
  justscale run -- demo                       its command `demo`
  justscale run fixtures/quickstart -- demo   another package's
  justscale run --release -- process list     optimised, with arguments

The program runs in the package's folder. Its exit code is passed on.")]
pub(crate) struct RunArguments {
    /// The package's folder, or a path inside it [default: the current folder]
    path: Option<PathBuf>,
    /// The program to run, where the package has several
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
    /// Arguments for the program
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
    #[command(flatten)]
    cargo: CargoArguments,
}

/// Runs.
pub(crate) fn run(arguments: &RunArguments, screen: &Screen) -> Outcome {
    let compiled = Compiled::new(arguments.path.as_deref(), screen)?;
    compiled.faults(screen)?;
    compiled.say_checked(screen);
    written::write(&compiled, screen)?;
    let only = arguments.bin.as_ref().map(|name| vec!["--bin".to_owned(), name.clone()]).unwrap_or_default();
    let built = cargo("build", &compiled.package, &arguments.cargo, &only, screen)?;
    compiled.summarise(built.succeeded, screen);
    if !built.succeeded {
        return Ok(built.exit());
    }
    let program = choose(&compiled, &built, arguments.bin.as_deref())?;
    let words: Vec<String> =
        arguments.arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    screen.status("Running", format_args!("`{}`", [vec![show(&program.file)], words].concat().join(" ")));
    let mut command = Command::new(&program.file);
    command.args(&arguments.arguments).current_dir(&compiled.package.root);
    become_the_program(command, &program.file)
}

/// The one program that is meant.
fn choose<'a>(compiled: &Compiled, built: &'a Built, asked: Option<&str>) -> Outcome<&'a Program> {
    let name = &compiled.package.name;
    let wanted = asked.or(compiled.package.default_run());
    if let Some(program) =
        wanted.and_then(|wanted| built.programs.iter().find(|program| program.name == wanted))
    {
        return Ok(program);
    }
    match built.programs.as_slice() {
        [program] => Ok(program),
        [] => Err(Failure::usage(format!("`{name}` has no program to run"))
            .help("write `src/main.rs` with `fn main() -> justscale::ExitCode { Shop::main() }`")),
        several => {
            let mut names: Vec<String> =
                several.iter().map(|program| format!("`{}`", program.name)).collect();
            names.sort();
            Err(Failure::usage(format!("`{name}` has {} programs: {}", several.len(), names.join(", ")))
                .help("choose one with `--bin NAME`, or set `default-run` in its `Cargo.toml`"))
        }
    }
}

#[cfg(unix)]
fn become_the_program(mut command: Command, file: &std::path::Path) -> Outcome {
    use std::os::unix::process::CommandExt;
    // It only returns when it fails.
    let error = command.exec();
    Err(Failure::usage(format!("could not start `{}`: {error}", show(file))))
}

#[cfg(not(unix))]
fn become_the_program(mut command: Command, file: &std::path::Path) -> Outcome {
    let status = command
        .status()
        .map_err(|error| Failure::usage(format!("could not start `{}`: {error}", show(file))))?;
    Ok(crate::exit::Exit::Program(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
