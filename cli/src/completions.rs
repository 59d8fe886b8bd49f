//! `justscale completions SHELL`: a script that teaches a shell our command line.

use crate::arguments::Arguments;
use crate::exit::{Exit, Outcome};
use clap::{Args, CommandFactory};
use std::io::Write;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale completions bash > ~/.local/share/bash-completion/completions/justscale
  justscale completions zsh > ~/.zfunc/_justscale        (with ~/.zfunc in $fpath)
  justscale completions fish > ~/.config/fish/completions/justscale.fish
  justscale completions powershell >> $PROFILE")]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "justscale", &mut script);
    let _ = std::io::stdout().lock().write_all(&script);
    Ok(Exit::Fine)
}
