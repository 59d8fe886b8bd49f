//! A command of the app's own: [`Command`] as it is generated, its arguments, and what becomes of what it returns.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::str::FromStr;

use super::Failure;
use crate::Error;

/// A run of a command.
pub type CommandRunning<'a> = Pin<Box<dyn Future<Output = Result<ExitCode, Failure>> + Send + 'a>>;

/// A command, as `#[command]` writes it.
pub trait Command: 'static {
    /// Its words on the command line: `order list`.
    const NAME: &'static str;
    /// Its doc comment.
    const HELP: &'static str;
    /// What it takes, in order.
    const ARGUMENTS: &'static [Argument];
    /// In which app it runs.
    const OPTIONS: CommandOptions;
    /// What it borrows.
    type Services<'a>;
    /// Runs it.
    fn run<'a>(arguments: Arguments, services: Self::Services<'a>) -> CommandRunning<'a>;
}

/// In which app a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandOptions {
    /// Whether the app's clock stands still until the command moves it.
    pub manual_clock: bool,
    /// Whether the app's data is removed at the end.
    pub temporary_data: bool,
}

/// An argument of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// The parameter's name.
    pub name: &'static str,
    /// How it is written.
    pub kind: ArgumentKind,
    /// What is said of it.
    pub help: &'static str,
}

/// How an argument is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// By its place.
    Value,
    /// `--name VALUE`, or not at all.
    Option,
    /// `--name`, or not at all.
    Flag,
    /// All that is left.
    Rest,
}

/// The arguments that were written, as texts by name.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    texts: Vec<(&'static str, Vec<String>)>,
}

impl Arguments {
    /// What was written for this parameter. A flag that was written has one text.
    pub(crate) fn with(mut self, name: &'static str, texts: Vec<String>) -> Self {
        self.texts.push((name, texts));
        self
    }

    /// The value of a parameter.
    pub fn value<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, Failure> {
        let text = self.texts(name).first();
        text.map_or_else(
            || Err(Failure::usage(format!("`{}` is missing", placeholder(name)))),
            |text| parse(&placeholder(name), text),
        )
    }

    /// The value of an option, if it was written.
    pub fn option<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Failure> {
        self.texts(name).first().map(|text| parse(&format!("--{}", option_name(name)), text)).transpose()
    }

    /// Whether a flag was written.
    pub fn flag(&self, name: &str) -> bool {
        !self.texts(name).is_empty()
    }

    /// All that was left.
    pub fn rest<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>, Failure> {
        self.texts(name).iter().map(|text| parse(&placeholder(name), text)).collect()
    }

    fn texts(&self, name: &str) -> &[String] {
        self.texts
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, texts)| texts.as_slice())
            .unwrap_or_default()
    }
}

fn parse<T: FromStr<Err: Display>>(written: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("`{text}` is no value for `{written}`: {error}")))
}

/// `trial_days` as an option: `trial-days`.
pub(crate) fn option_name(name: &str) -> String {
    name.replace('_', "-")
}

/// `trial_days` as help shows a value: `TRIAL_DAYS`.
pub(crate) fn placeholder(name: &str) -> String {
    name.to_uppercase()
}

/// What a command returns: nothing, an exit code, or a result of one of these.
#[diagnostic::on_unimplemented(
    message = "a command can't return `{Self}`",
    label = "return nothing, an `ExitCode`, or a `Result` of one of these"
)]
pub trait CommandOutput {
    /// How the program ends.
    #[doc(hidden)]
    fn into_exit(self) -> Result<ExitCode, Failure>;
}

impl CommandOutput for () {
    fn into_exit(self) -> Result<ExitCode, Failure> {
        Ok(ExitCode::SUCCESS)
    }
}

impl CommandOutput for ExitCode {
    fn into_exit(self) -> Result<ExitCode, Failure> {
        Ok(self)
    }
}

impl<T: CommandOutput, E: Into<Error>> CommandOutput for Result<T, E> {
    fn into_exit(self) -> Result<ExitCode, Failure> {
        self.map_err(|error| Failure::from(error.into()))?.into_exit()
    }
}

/// How the program ends after a command has returned this.
pub fn exit(output: impl CommandOutput) -> Result<ExitCode, Failure> {
    output.into_exit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::failure::FailureKind;

    fn arguments() -> Arguments {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Arguments::default()
            .with("limit", texts(&["7"]))
            .with("trial_days", texts(&["soon"]))
            .with("quiet", texts(&["true"]))
            .with("names", texts(&["ada", "bob"]))
    }

    #[test]
    fn texts_become_what_the_parameters_are() {
        let arguments = arguments();
        assert_eq!(arguments.value::<u32>("limit").unwrap(), 7);
        assert_eq!(arguments.option::<u32>("limit").unwrap(), Some(7));
        assert_eq!(arguments.option::<u32>("missing").unwrap(), None);
        assert!(arguments.flag("quiet"));
        assert!(!arguments.flag("missing"));
        assert_eq!(arguments.rest::<String>("names").unwrap(), ["ada", "bob"]);
    }

    #[test]
    fn a_text_that_is_no_value_is_wrong_usage() {
        let failure = arguments().option::<u32>("trial_days").unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Usage);
        let text = failure.into_error().to_string();
        assert_eq!(text, "`soon` is no value for `--trial-days`: invalid digit found in string");
        assert_eq!(arguments().value::<u32>("missing").unwrap_err().kind(), FailureKind::Usage);
    }

    #[test]
    fn a_command_fails_with_the_error_that_it_returns() {
        assert!(exit(()).is_ok());
        assert!(exit(Ok::<_, Error>(ExitCode::from(3))).is_ok());
        let failed = exit(Err::<(), _>(std::io::Error::other("no disk"))).unwrap_err();
        assert_eq!(failed.kind(), FailureKind::Failed);
        assert_eq!(failed.into_error().to_string(), "no disk");
    }
}
