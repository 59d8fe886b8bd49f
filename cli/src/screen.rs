//! Where a command speaks: results on stdout, everything else on stderr, and as JSON lines on stdout when a program listens.
//!
//! Colours are always written here; `anstream` takes them out again where they are not wanted. A closed pipe is no error: what reads
//! the output may stop when it has enough.

use crate::arguments::{ColorArgument, MessageFormat, OutputArguments};
use crate::exit::Failure;
use crate::palette::{ERROR, HELP_WORD, STATUS, WARNING};
use anstream::ColorChoice;
use indicatif::ProgressBar;
use serde::Serialize;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Where a command speaks.
#[derive(Debug)]
pub(crate) struct Screen {
    format: MessageFormat,
    color: ColorArgument,
    quiet: bool,
}

impl Screen {
    /// Sets the colours for the whole program and opens the screen.
    pub(crate) fn new(output: &OutputArguments) -> Self {
        match output.color {
            ColorArgument::Auto => ColorChoice::Auto,
            ColorArgument::Always => ColorChoice::Always,
            ColorArgument::Never => ColorChoice::Never,
        }
        .write_global();
        Self { format: output.message_format, color: output.color, quiet: output.quiet }
    }

    /// Whether a program listens.
    pub(crate) fn is_json(&self) -> bool {
        self.format == MessageFormat::Json
    }

    /// Whether to say nothing but faults and what was asked for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The word for `--color` of another program that shall speak as we do.
    pub(crate) fn color_word(&self) -> &'static str {
        match self.color {
            ColorArgument::Always => "always",
            ColorArgument::Never => "never",
            ColorArgument::Auto if anstream::AutoStream::choice(&std::io::stderr()) == ColorChoice::Never => {
                "never"
            }
            ColorArgument::Auto => "auto",
        }
    }

    /// Whether work that takes long may show that it goes on: only to people, and only on a terminal.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.is_json() && !self.quiet && std::io::stderr().is_terminal()
    }

    /// A spinner that goes on until it is dropped; nothing where no one would see it.
    pub(crate) fn progress(&self, what: &str) -> Progress {
        let bar = if self.shows_progress() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_message(what.to_owned());
        // Work that is over in the blink of an eye shows nothing.
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(bar)
    }

    /// A line of what is being done, in cargo's form: `   Checked shop in 4 ms`.
    pub(crate) fn status(&self, verb: &str, what: impl std::fmt::Display) {
        if !self.is_json() && !self.quiet {
            say(format_args!("{STATUS}{verb:>12}{STATUS:#} {what}"));
        }
    }

    /// Something that is worth knowing and stops nothing.
    pub(crate) fn warning(&self, message: impl std::fmt::Display, help: &[String]) {
        if self.is_json() {
            self.message(&Spoken {
                reason: "justscale-warning",
                message: message.to_string(),
                help,
                exit_code: None,
            });
            return;
        }
        say(format_args!("{WARNING}warning{WARNING:#}: {message}"));
        say_help(help);
    }

    /// Why the command could not do its work.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.is_json() {
            self.message(&Spoken {
                reason: "justscale-failure",
                message: failure.message.clone(),
                help: &failure.help,
                exit_code: Some(failure.exit.code()),
            });
            return;
        }
        say(format_args!("{ERROR}error{ERROR:#}: {}", failure.message));
        say_help(&failure.help);
    }

    /// Text for people that is no result: a report, a hint.
    pub(crate) fn note(&self, text: impl std::fmt::Display) {
        if !self.is_json() {
            say(format_args!("{text}"));
        }
    }

    /// A result for people, on stdout, as it stands.
    pub(crate) fn result(&self, text: &str) {
        if !self.is_json() {
            let mut out = anstream::stdout().lock();
            let _ = out.write_all(text.as_bytes());
            let _ = out.flush();
        }
    }

    /// An object for programs: one line on stdout.
    pub(crate) fn message(&self, object: &impl Serialize) {
        if self.is_json()
            && let Ok(line) = serde_json::to_string(object)
        {
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    }
}

/// A spinner that is wiped away when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[derive(Serialize)]
struct Spoken<'a> {
    reason: &'static str,
    message: String,
    help: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
}

fn say(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

fn say_help(help: &[String]) {
    for way in help {
        say(format_args!("  {HELP_WORD}help{HELP_WORD:#}: {way}"));
    }
}

/// The width of the terminal that shows stdout, or a page's width where there is none.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let width = match columns {
        Some(columns) => columns,
        None if std::io::stdout().is_terminal() => {
            usize::from(terminal_size::terminal_size().map_or(100, |(width, _)| width.0))
        }
        None => 100,
    };
    width.clamp(40, 110)
}

/// What `--color` says, before the command line is parsed: a fault in the command line must heed it too.
pub(crate) fn color_asked_for(arguments: impl Iterator<Item = OsString>) -> clap::ColorChoice {
    let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let when = match argument.as_str() {
            "--" => break,
            "--color" => arguments.next(),
            _ => argument.strip_prefix("--color=").map(str::to_owned),
        };
        match when.as_deref() {
            Some("always") => return clap::ColorChoice::Always,
            Some("never") => return clap::ColorChoice::Never,
            _ => {}
        }
    }
    clap::ColorChoice::Auto
}

/// A panic is a bug of ours, and says so.
pub(crate) fn name_our_own_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        say(format_args!(
            "{ERROR}error{ERROR:#}: justscale {} panicked, which is a bug of ours and no fault of your code",
            env!("CARGO_PKG_VERSION")
        ));
        say_help(&["report the lines above with the source file that brings it about".to_owned()]);
    }));
}
