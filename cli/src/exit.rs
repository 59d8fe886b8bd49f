//! How a command ends: the three exit codes, and a failure that says what is and how to go on.

use std::fmt;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well: 0.
    Fine,
    /// The user's package has faults, or what was run failed: 1.
    Faults,
    /// The command line or the machine is not as it must be (no such folder, no cargo): 2.
    Usage,
    /// The code of the program that was run, passed on. (On Unix we become the program instead.)
    #[cfg(not(unix))]
    Program(u8),
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Faults => 1,
            Self::Usage => 2,
            #[cfg(not(unix))]
            Self::Program(code) => code,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is, in lowercase and without a final period.
    pub(crate) message: String,
    /// How to go on; one way each.
    pub(crate) help: Vec<String>,
    /// The exit code.
    pub(crate) exit: Exit,
}

/// What a command gives back.
pub(crate) type Outcome<T = Exit> = Result<T, Failure>;

impl Failure {
    /// The command line or the machine is not as it must be.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), help: Vec::new(), exit: Exit::Usage }
    }

    /// What was asked for was tried and failed.
    pub(crate) fn faults(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), help: Vec::new(), exit: Exit::Faults }
    }

    /// Adds a way out.
    pub(crate) fn help(mut self, help: impl fmt::Display) -> Self {
        self.help.push(help.to_string());
        self
    }
}

/// Says what was being done when the disk refused.
pub(crate) trait DuringWork<T> {
    /// Turns the error into a failure that opens with `what`.
    fn during(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T> DuringWork<T> for std::io::Result<T> {
    fn during(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure::usage(format!("{what}: {error}")))
    }
}

impl From<justscale_build::ReadFault> for Failure {
    fn from(fault: justscale_build::ReadFault) -> Self {
        Self::usage(&fault).help(fault.help())
    }
}

impl From<justscale_build::WriteFault> for Failure {
    fn from(fault: justscale_build::WriteFault) -> Self {
        Self::usage(&fault).help(fault.help())
    }
}
