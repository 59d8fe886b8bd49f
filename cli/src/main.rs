//! The `justscale` command: checks, builds, runs and explains a package that uses JustScale.
//!
//! Only this crate and `build-support/` touch the disk, the environment and the terminal. What a command finds out comes from
//! `justscale_compiler`; here it is asked for, shown, and turned into an exit code (0 fine, 1 faults or a failed run, 2 usage or
//! environment).

mod arguments;
mod build;
mod cargo;
mod check;
mod compiled;
mod completions;
mod edit_distance;
mod exit;
mod expand;
mod explain;
mod flow;
mod graph;
mod items;
mod layout;
mod listing;
mod markdown;
mod new;
mod package;
mod palette;
mod recollection;
mod report;
mod run;
mod rust_text;
#[cfg(test)]
mod sample;
mod screen;
mod stage;
mod written;

use arguments::{Arguments, Command};
use clap::{CommandFactory, FromArgMatches};
use screen::Screen;

/// Syntax trees are many small pieces, made and given back by the million; glibc's allocator takes twice as long for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    screen::name_our_own_panics();
    let command = Arguments::command().color(screen::color_asked_for(std::env::args_os()));
    let arguments = match Arguments::from_arg_matches(&command.get_matches()) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let screen = Screen::new(&arguments.output);
    let outcome = match arguments.command {
        Command::New(arguments) => new::run(&arguments, &screen),
        Command::Build(arguments) => build::run(&arguments, &screen),
        Command::Check(arguments) => check::run(&arguments, &screen),
        Command::Run(arguments) => run::run(&arguments, &screen),
        Command::Expand(arguments) => expand::run(&arguments, &screen),
        Command::Graph(arguments) => graph::run(&arguments, &screen),
        Command::Explain(arguments) => explain::run(&arguments, &screen),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            screen.failure(&failure);
            failure.exit
        }
    }
    .into()
}
