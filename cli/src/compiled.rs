//! A package, read and compiled, with its faults shown: what every command but `new` begins with.

use crate::exit::{Exit, Failure, Outcome};
use crate::package::Package;
use crate::recollection::{self, Wanted};
use crate::report;
use crate::screen::Screen;
use justscale_build::Memory;
use justscale_compiler::{Compilation, Severity};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// A package and what the compiler made of it.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The package.
    pub(crate) package: Package,
    /// What the compiler made of it.
    pub(crate) compilation: Compilation,
    elapsed: Duration,
}

/// The last word of a command, for programs.
#[derive(Serialize)]
struct Summary<'a> {
    reason: &'static str,
    package: &'a str,
    success: bool,
    errors: usize,
    warnings: usize,
    processes: usize,
    services: usize,
    signals: usize,
    commands: usize,
    files: usize,
    milliseconds: u128,
}

impl Compiled {
    /// Finds the package, reads and compiles it, and shows what is wrong with it.
    pub(crate) fn new(path: Option<&Path>, screen: &Screen) -> Outcome<Self> {
        Self::by(Wanted::Everything, path, screen)
    }

    /// The same without the generated texts.
    pub(crate) fn examined(path: Option<&Path>, screen: &Screen) -> Outcome<Self> {
        Self::by(Wanted::Faults, path, screen)
    }

    fn by(wanted: Wanted, path: Option<&Path>, screen: &Screen) -> Outcome<Self> {
        let package = Package::find(path)?;
        let start = Instant::now();
        let progress = screen.progress(&format!("Checking {}", package.name));
        let sources = justscale_build::read(&package.root)?;
        let memory = Memory::of_package(&package.root, &package.name);
        let compilation = recollection::compiled(&sources, wanted, memory.as_ref());
        drop(progress);
        let compiled = Self { package, compilation, elapsed: start.elapsed() };
        report::report(&compiled.package.name, &compiled.compilation.problems, screen);
        Ok(compiled)
    }

    /// Whether a fault stops the build.
    pub(crate) fn has_errors(&self) -> bool {
        self.compilation.problems.has_errors()
    }

    /// Says what was found, as the first line of a good ending.
    pub(crate) fn say_checked(&self, screen: &Screen) {
        screen.status(
            "Checked",
            format_args!(
                "`{}` in {}: {}",
                self.package.name,
                duration(self.elapsed),
                self.found().join(", ")
            ),
        );
        if self.is_empty() && !self.package.uses_justscale {
            let name = &self.package.name;
            screen.warning(
                format_args!("`{name}` does not depend on `justscale`"),
                &["`cargo add justscale` adds it; `justscale new shop` makes a package to compare with"
                    .to_owned()],
            );
        }
    }

    /// The failure to end with where a fault stops the build.
    pub(crate) fn faults(&self, screen: &Screen) -> Outcome<()> {
        if !self.has_errors() {
            return Ok(());
        }
        self.summarise(false, screen);
        let problems = &self.compilation.problems;
        let mut codes: Vec<String> = problems.errors().map(|problem| problem.code()).collect();
        codes.sort();
        codes.dedup();
        let errors = report::count(problems, Severity::Error);
        let failure =
            Failure::faults(format!("`{}` has {}", self.package.name, counted(errors, "fault", "faults")));
        Err(match codes.first() {
            Some(code) => failure.help(format!("`justscale explain {code}` says more")),
            None => failure,
        })
    }

    /// The last word, for programs.
    pub(crate) fn summarise(&self, success: bool, screen: &Screen) {
        let problems = &self.compilation.problems;
        let roots = &self.compilation.model.roots;
        screen.message(&Summary {
            reason: "justscale-summary",
            package: &self.package.name,
            success,
            errors: report::count(problems, Severity::Error),
            warnings: report::count(problems, Severity::Warning),
            processes: roots.iter().map(|root| root.processes.len()).sum(),
            services: roots.iter().map(|root| root.services.len()).sum(),
            signals: roots.iter().map(|root| root.signals.len()).sum(),
            commands: roots.iter().map(|root| root.commands.len()).sum(),
            files: self.compilation.files.0.len(),
            milliseconds: self.elapsed.as_millis(),
        });
    }

    /// The exit code of a command that has shown what it was asked for, faults or not.
    pub(crate) fn exit(&self) -> Exit {
        if self.has_errors() { Exit::Faults } else { Exit::Fine }
    }

    fn is_empty(&self) -> bool {
        self.compilation.model.roots.iter().all(|root| {
            root.app.is_none()
                && root.processes.is_empty()
                && root.services.is_empty()
                && root.signals.is_empty()
                && root.commands.is_empty()
        })
    }

    fn found(&self) -> Vec<String> {
        let roots = &self.compilation.model.roots;
        let kinds = [
            (roots.iter().map(|root| root.processes.len()).sum(), "process", "processes"),
            (roots.iter().map(|root| root.services.len()).sum(), "service", "services"),
            (roots.iter().map(|root| root.signals.len()).sum(), "signal", "signals"),
            (roots.iter().map(|root| root.commands.len()).sum(), "command", "commands"),
        ];
        let found: Vec<String> = kinds
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| counted(count, one, many))
            .collect();
        if found.is_empty() { vec!["nothing for the compiler in it".to_owned()] } else { found }
    }
}

/// `1 fault`, `2 faults`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A time as people say it.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_millis() {
        0 => "under 1 ms".to_owned(),
        milliseconds @ 1..1000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
