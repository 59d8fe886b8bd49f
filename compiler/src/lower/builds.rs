//! A process whose parameters or body depend on `#[cfg]` is a machine for each build that can be. Which of them a build has only rustc knows, so each
//! stands under its condition in the generated code.
//!
//! Where a condition decides about code that neither awaits, nor binds, assigns or leaves, it stays where the user wrote it.

use proc_macro2::TokenStream;

use super::asked::Questions;
use super::decide::decide;
use super::faults::ManyBuilds;
use super::machine::Machine;
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// The machines of a process, at least one.
#[derive(Debug)]
pub struct Builds {
    /// That of a build in which nothing holds that a `#[cfg]` in it asks for.
    pub usual: Build,
    /// Those of other builds.
    pub others: Vec<Build>,
}

/// A machine and the builds that have it.
#[derive(Debug)]
pub struct Build {
    /// `#[cfg(…)]`, or nothing where all builds have it.
    pub condition: TokenStream,
    /// The states and what leads from one to the other.
    pub machine: Machine,
}

impl Builds {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Build> {
        std::iter::once(&self.usual).chain(&self.others)
    }

    /// The machine of a usual build.
    pub fn into_usual(self) -> Machine {
        self.usual.machine
    }
}

/// More machines than these make no sense in one file.
const MOST: usize = 8;

/// Makes a process fn a state machine for each of its builds. There is none where a fault stands in the way.
pub fn lower(process: &ProcessItem) -> (Option<Builds>, Problems) {
    let Some(questions) = Questions::of(process) else {
        let (machine, problems) = super::one(process);
        let usual = machine.map(|machine| Build { condition: TokenStream::new(), machine });
        return (usual.map(|usual| Builds { usual, others: Vec::new() }), problems);
    };
    let mut problems = Problems::default();
    let answers = questions.answers(2 * MOST);
    if answers.len() > MOST {
        let place = Place::new(&process.file, questions.last);
        let asked = questions.asked.iter().map(|question| format!("`{question}`")).collect();
        problems.error(ManyBuilds { asked, builds: answers.len(), most: MOST, place });
        return (None, problems);
    }
    let mut builds = Vec::with_capacity(answers.len());
    for answers in answers {
        let mut process = process.clone();
        decide(&mut process.item, &answers);
        let machine = problems.absorb(super::one(&process));
        builds.extend(machine.map(|machine| Build { condition: answers.attribute(), machine }));
    }
    // What is wrong in one build is likely wrong in all.
    problems.sort();
    let mut builds = builds.into_iter();
    let usual = builds.next().filter(|_| !problems.has_errors());
    (usual.map(|usual| Builds { usual, others: builds.collect() }), problems)
}
