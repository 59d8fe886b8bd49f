//! [`Note`]: says where a test was when it failed, and how to play that alone.

use std::thread;

use super::Options;
use super::mishap::{Planned, VARIABLE};

/// Says, when the test fails, on which database that was, and what had gone wrong.
pub(super) struct Note {
    options: Options,
    planned: Option<Planned>,
}

impl Note {
    pub(super) fn new(options: Options) -> Self {
        Self { options, planned: None }
    }

    /// This goes wrong.
    pub(super) fn is_of(&mut self, planned: Planned) {
        self.planned = Some(planned);
    }

    /// What goes wrong.
    pub(super) fn planned(&self) -> Option<&Planned> {
        self.planned.as_ref()
    }

    /// Says it.
    pub(super) fn tell(&self) {
        let database = format!("{:?}", self.options.database).to_lowercase();
        let Some(planned) = &self.planned else {
            eprintln!("this was with `database = {database}`");
            return;
        };
        eprintln!("this was with `database = {database}`, and {planned}");
        if planned.hit().is_some() {
            eprintln!("to play that alone: {VARIABLE}={} cargo test{}", planned.asked(), self.test());
        }
    }

    /// The test's name, as cargo takes it.
    fn test(&self) -> String {
        // The thread of a test has its name.
        let thread = thread::current();
        let name = self.options.name.or_else(|| thread.name().filter(|name| *name != "main"));
        name.map(|name| format!(" {name}")).unwrap_or_default()
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        if thread::panicking() {
            self.tell();
        }
    }
}
