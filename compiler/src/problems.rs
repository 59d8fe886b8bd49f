//! Faults: what the compiler found wrong, with place, reason and way out.
//!
//! Each kind of fault is a struct of its own, in a file of its own beside the stage that finds it, with a code, a page under
//! `docs/errors/` and a case under `fixtures/errors/`. The struct derives `thiserror::Error` (the text) and `miette::Diagnostic`
//! (code and help) and says where it stands through [`Fault`]. Everything that shows a fault does so through a [`Report`].

use crate::{Place, Report};

/// What each kind of fault says of itself. Its text is its `Display`; code and help are miette's.
pub trait Fault: miette::Diagnostic + Send + Sync + 'static {
    /// The token at fault: where `build.rs` puts the error.
    fn place(&self) -> &Place;
    /// What stands beside the token at fault when it is shown.
    fn label(&self) -> String {
        "here".to_owned()
    }
    /// Other places that belong to it, each with its label. They may be in other files.
    fn related_places(&self) -> Vec<(Place, String)> {
        Vec::new()
    }
    /// Whether rustc finds it as well, so that a build script may leave the word to it.
    fn is_rustcs_too(&self) -> bool {
        false
    }
}

/// Whether a problem stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// One fault.
#[derive(Debug)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub fault: Box<dyn Fault>,
}

impl Problem {
    /// Its code, `JS0101`.
    pub fn code(&self) -> String {
        self.fault.code().map_or_else(String::new, |code| code.to_string())
    }

    /// How miette sees it: with the text of its file and all its labels.
    pub fn report(&self) -> Report<'_> {
        Report::new(self)
    }
}

/// Faults in the order in which they were found.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds an error.
    pub fn error(&mut self, fault: impl Fault) {
        self.0.push(Problem { severity: Severity::Error, fault: Box::new(fault) });
    }

    /// Adds a warning.
    pub fn warning(&mut self, fault: impl Fault) {
        self.0.push(Problem { severity: Severity::Warning, fault: Box::new(fault) });
    }

    /// Takes over the faults of a stage and gives what it could build.
    pub fn absorb<T>(&mut self, (built, problems): (T, Problems)) -> T {
        self.0.extend(problems.0);
        built
    }

    /// Puts them in the order of the source, each once: two crate roots may reach the same file.
    pub(crate) fn sort(&mut self) {
        let key = |problem: &Problem| {
            let place = problem.fault.place();
            (
                place.file.path.clone(),
                place.range.start,
                place.range.end,
                problem.code(),
                problem.fault.to_string(),
            )
        };
        self.0.sort_by_cached_key(key);
        self.0.dedup_by_key(|problem| key(problem));
    }

    /// Those that stop the build.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().filter(|problem| problem.severity == Severity::Error)
    }

    /// Whether one of them stops the build.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }
}
