//! The command line's grammar. Each command keeps its own arguments in its own file; what all have in common stands here.

use crate::palette;
use crate::{build, check, completions, expand, explain, graph, new, run};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Plain async Rust in, programs that outlive `kill -9` out
#[derive(Debug, Parser)]
#[command(
    name = "justscale",
    version,
    styles = palette::HELP,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  justscale new shop              make a package that runs at once
  justscale run shop -- demo      build it, and run its command `demo`
  justscale build                 check and build the package of this folder
  justscale explain JS0204        what a fault means, and what to do about it

Exit codes: 0 all is well, 1 faults were found or the run failed, 2 usage or environment."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How a command speaks.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// When to use colours (NO_COLOR is heeded too)
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorArgument,
    /// For people, or one JSON object per line on stdout for programs
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) message_format: MessageFormat,
    /// Say nothing but faults and what was asked for
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArgument {
    #[default]
    Auto,
    Always,
    Never,
}

/// Who reads the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    #[default]
    Human,
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(new::NewArguments),
    Build(build::BuildArguments),
    Check(check::CheckArguments),
    Run(run::RunArguments),
    Expand(expand::ExpandArguments),
    Graph(graph::GraphArguments),
    Explain(explain::ExplainArguments),
    Completions(completions::CompletionsArguments),
}
