//! The JustScale compiler, a pure library: texts in, texts and faults out.
//!
//! It knows nothing of cargo, of the disk or of a terminal: `cli/` and `build-support/` read a crate into [`Sources`] and write
//! [`Files`] back. The whole pipeline is [`compile`].

mod describe;
mod explain;
mod files;
mod made;
mod model;
mod nearest;
mod problems;
mod recalled;
mod report;
mod sources;

pub mod check;
pub mod collect;
pub mod emit;
pub mod lower;
pub mod parse;

pub use explain::{codes, explain};
pub use files::Files;
pub use model::*;
pub use problems::{Fault, Problem, Problems, Severity};
pub use report::{Label, Message, Report};
pub use sources::{Place, Root, RootKind, SourceFile, Sources};

use std::collections::BTreeSet;

use collect::ProcessItem;
use made::Made;

/// What a compilation gives: the generated texts, what is wrong, and what was found.
#[derive(Debug, Default)]
pub struct Compilation {
    /// The generated texts, by file name.
    pub files: Files,
    /// What is wrong, in the order of the source.
    pub problems: Problems,
    /// What was found and made, for tools.
    pub model: Model,
}

/// Reads a package and writes its state machines, its wiring and its faults.
pub fn compile(sources: &Sources) -> Compilation {
    run(sources, true)
}

/// The same without the generated texts: for who only wants to know what is there, and what is wrong with it.
pub fn examine(sources: &Sources) -> Compilation {
    run(sources, false)
}

fn run(sources: &Sources, writes: bool) -> Compilation {
    let bodies = || parse::Bodies::of(sources); // what no stage looks at, beside them all
    let (bodies, (mut compilation, files)) = made::beside(bodies, || stages(sources, writes));
    bodies.among(&files, &mut compilation.problems);
    compilation.problems.sort();
    compilation
}

/// What the stages give, and the files that could be read.
fn stages(sources: &Sources, writes: bool) -> (Compilation, BTreeSet<String>) {
    let mut problems = Problems::default();
    let mut syntax = problems.absorb(parse::parse(sources)); // each crate root with the modules that it reaches
    let read = std::mem::take(&mut syntax.files);
    let app = problems.absorb(collect::collect(syntax)); //     its components, and what the names in them mean
    let wiring = problems.absorb(check::check(&app)); //         who gets what from whom
    let make = |process: &ProcessItem| {
        let (builds, problems) = lower::lower(process); //       a process body as states
        (builds.map(|builds| Made::new(process, &builds, writes)).unwrap_or_default(), problems)
    };
    let others = || if writes { emit::others(&app) } else { Vec::new() };
    let (mut made, others) = made::all(&app, make, others, &mut problems); // each process by itself, on all cores
    problems.sort();
    let emit = || emit::emit(&app, &wiring, &mut made, others, &problems); // one text and one span table for each slot
    let emitted = if writes { emit() } else { emit::Emitted::default() };
    let model = describe::describe(sources, &app, &wiring, made, &emitted.slots);
    (Compilation { files: emitted.files, problems, model }, read)
}
