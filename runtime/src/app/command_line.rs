//! The app's command line: what the registry says in, what was asked for out.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, Subcommand};
use clap_complete::Shell;

use super::command::{Argument, ArgumentKind, Arguments, option_name, placeholder};
use super::failure::Outcome;
use super::processes::ProcessCommand;
use super::registry::RegisteredCommand;
use super::{App, Failure, Registry};
use crate::config::SETTINGS;

/// What was asked for.
pub(super) struct Asked<'a, A: App> {
    /// Which configuration.
    pub(super) settings: Settings,
    /// To do what.
    pub(super) what: What<'a, A>,
}

/// Where the settings come from, as far as the command line says it.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) file: Option<PathBuf>,
    pub(super) set: Vec<String>,
}

/// What to do.
pub(super) enum What<'a, A: App> {
    /// What comes with every app.
    BuiltIn(BuiltIn),
    /// A command of the app's own.
    Command(&'a RegisteredCommand<A>, Arguments),
}

/// What comes with every app.
#[derive(Debug, Subcommand)]
pub(super) enum BuiltIn {
    /// Run the app's processes until ctrl-c or SIGTERM [default]
    Serve,
    /// See instances of processes, and bring them on
    #[command(subcommand)]
    Process(ProcessCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Reads the program's own arguments. Help and mistakes end the program here, as everywhere.
pub(super) fn read<A: App>(registry: &Registry<A>) -> Asked<'_, A> {
    let matches = program(registry).get_matches();
    asked(registry, &matches).unwrap_or_else(|error| error.exit())
}

/// Reads the words of a command of the app's own, as they follow the program's name.
pub(crate) fn read_command<'a, A: App>(
    registry: &'a Registry<A>,
    words: &[&str],
) -> Outcome<(&'a RegisteredCommand<A>, Arguments)> {
    let matches = program(registry).try_get_matches_from([&[A::NAME], words].concat());
    let asked = matches.and_then(|matches| asked(registry, &matches));
    match asked.map_err(|error| Failure::usage(error.to_string().trim_end()))?.what {
        What::Command(command, arguments) => Ok((command, arguments)),
        What::BuiltIn(_) => {
            Err(Failure::usage(format!("`{}` is no command of the app's own", words.join(" "))))
        }
    }
}

/// The whole command line.
pub(super) fn program<A: App>(registry: &Registry<A>) -> clap::Command {
    let root = clap::Command::new(A::NAME)
        .version(A::VERSION)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .global(true)
                .help("Settings [default: justscale.toml, if it is there]"),
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("KEY=VALUE")
                .action(ArgAction::Append)
                .global(true)
                .help("One setting: `--set log.level=debug`"),
        )
        .after_help(after_help::<A>(registry));
    let root = BuiltIn::augment_subcommands(root)
        .subcommand_required(false)
        .about(None::<&str>)
        .long_about(None::<&str>);
    registry.commands().iter().fold(root, |root, command| {
        let words: Vec<&'static str> = command.name.split_whitespace().collect();
        insert(root, &words, &|name| subcommand(name, command))
    })
}

fn after_help<A: App>(registry: &Registry<A>) -> String {
    let name = program_name::<A>();
    let mut lines = vec![
        format!("  {name}                             serve: processes go on where they stood"),
        format!("  {name} --set database.url=memory:  serve, and keep nothing"),
        format!("  {name} process list --status paused"),
    ];
    lines.extend(registry.commands().iter().take(2).map(|command| {
        let required = command.arguments.iter().filter(|argument| argument.kind == ArgumentKind::Value);
        let words = required.map(|argument| format!(" {}", placeholder(argument.name)));
        format!("  {name} {}{}", command.name, words.collect::<String>())
    }));
    let settings = SETTINGS.iter().map(|setting| format!("  {:<22} {}", setting.key, setting.meaning));
    let prefix = variable_prefix(A::NAME);
    format!(
        "Examples:\n{}\n\nSettings (in justscale.toml, as {prefix}_LOG__LEVEL in the environment, or with --set):\n{}",
        lines.join("\n"),
        settings.collect::<Vec<_>>().join("\n"),
    )
}

/// What the program is called where it was started: its file's name, which need not be the app's.
pub(super) fn program_name<A: App>() -> String {
    let file = std::env::args_os().next().map(PathBuf::from);
    let stem =
        file.as_deref().and_then(std::path::Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| A::NAME.to_owned())
}

/// What the names of an app's variables begin with: `MY_SHOP` for `my-shop`.
pub(super) fn variable_prefix(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}

/// Puts a command at its words. One that is there already gives way.
fn insert(
    parent: clap::Command,
    words: &[&'static str],
    make: &dyn Fn(&'static str) -> clap::Command,
) -> clap::Command {
    let Some((first, rest)) = words.split_first() else { return parent };
    let is_there = parent.find_subcommand(first).is_some();
    match (rest.is_empty(), is_there) {
        (true, false) => parent.subcommand(make(first)),
        (true, true) => parent.mut_subcommand(*first, |_| make(first)),
        (false, true) => parent.mut_subcommand(*first, |there| insert(there, rest, make)),
        (false, false) => {
            let group = clap::Command::new(*first).subcommand_required(true).arg_required_else_help(true);
            parent.subcommand(insert(group, rest, make))
        }
    }
}

fn subcommand<A: App>(name: &'static str, command: &RegisteredCommand<A>) -> clap::Command {
    let (short, more) = command.help.split_once("\n\n").unwrap_or((command.help, ""));
    clap::Command::new(name)
        .about(short.trim().trim_end_matches('.'))
        .after_help(more.trim())
        .args(command.arguments.iter().map(argument))
}

fn argument(argument: &Argument) -> Arg {
    let arg = Arg::new(argument.name);
    let arg = if argument.help.is_empty() { arg } else { arg.help(argument.help) };
    match argument.kind {
        ArgumentKind::Value => arg.required(true).value_name(placeholder(argument.name)),
        ArgumentKind::Option => arg.long(option_name(argument.name)).value_name(placeholder(argument.name)),
        ArgumentKind::Flag => arg.long(option_name(argument.name)).action(ArgAction::SetTrue),
        ArgumentKind::Rest => arg.num_args(0..).value_name(placeholder(argument.name)),
    }
}

fn asked<'a, A: App>(registry: &'a Registry<A>, matches: &ArgMatches) -> clap::error::Result<Asked<'a, A>> {
    let settings = Settings {
        file: matches.get_one::<PathBuf>("config").cloned(),
        set: matches.get_many::<String>("set").into_iter().flatten().cloned().collect(),
    };
    let (mut words, mut last) = (Vec::new(), matches);
    while let Some((word, inner)) = last.subcommand() {
        words.push(word);
        last = inner;
    }
    let own =
        registry.commands().iter().find(|command| command.name.split_whitespace().eq(words.iter().copied()));
    let what = match own {
        Some(command) => What::Command(command, arguments(command.arguments, last)),
        None if words.is_empty() => What::BuiltIn(BuiltIn::Serve),
        None => What::BuiltIn(BuiltIn::from_arg_matches(matches)?),
    };
    Ok(Asked { settings, what })
}

fn arguments(declared: &[Argument], matches: &ArgMatches) -> Arguments {
    declared.iter().fold(Arguments::default(), |arguments, Argument { name, kind, .. }| {
        let texts = match kind {
            ArgumentKind::Flag if matches.get_flag(name) => vec![String::new()],
            ArgumentKind::Flag => Vec::new(),
            _ => matches.get_many::<String>(name).into_iter().flatten().cloned().collect(),
        };
        arguments.with(name, texts)
    })
}
