//! Every process of a package: lowered, described and written by itself, on as many threads as pay.
//!
//! What is made of a process depends on nothing but that process, so it does not matter who makes it. Syntax trees can't leave their
//! thread: another one gets an [`Errand`], places and names, and parses the process's own text once more, which costs little beside what
//! follows. The thread that holds the trees does what only it can do, and then joins in.

mod errand;
mod queue;

use crate::collect::{Collected, ProcessItem};
use crate::describe::{exports, states};
use crate::emit;
use crate::emit::slot::SlotFiles;
use crate::lower::Builds;
use crate::{ExportModel, Problems, StateModel};
use errand::Errand;
pub(crate) use queue::beside;

/// The processes that are worth a thread of their own.
const WORTH_A_THREAD: usize = 24;

/// What was made of one process.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// What it lets others read.
    pub(crate) exports: Vec<ExportModel>,
    /// Where it can stand.
    pub(crate) states: Vec<StateModel>,
    /// Its slot; `None` where a fault stood in the way, or nothing was to be written.
    pub(crate) slot: Option<SlotFiles>,
}

impl Made {
    pub(crate) fn new(process: &ProcessItem, builds: &Builds, writes: bool) -> Self {
        let slot = writes.then(|| emit::of_process(process, builds));
        let machine = &builds.usual.machine;
        Self { exports: exports(machine), states: states(machine), slot }
    }
}

/// What `make` makes of each process, crate by crate and in the order of its processes, and what `first` gives, which is called before
/// this thread joins in.
pub(crate) fn all<T>(
    collected: &Collected,
    make: impl Fn(&ProcessItem) -> (Made, Problems) + Sync,
    first: impl FnOnce() -> T,
    problems: &mut Problems,
) -> (Vec<Vec<Made>>, T) {
    let crates = || collected.crates.iter();
    let processes: Vec<&ProcessItem> =
        crates().flat_map(|components| &components.processes).map(|process| &process.item).collect();
    let helpers = (processes.len() / WORTH_A_THREAD).min(queue::threads() - 1);
    let errands: Vec<Errand> = crates().filter(|_| helpers > 0).flat_map(Errand::of_all).collect();
    let there = |at: usize| errands.get(at).and_then(Errand::item).map(|item| make(&item));
    let here = |at: usize| processes.get(at).map(|item| make(item)).unwrap_or_default();
    let (made, first) = queue::share(processes.len(), helpers, there, here, first);
    let mut made = made.into_iter().map(|made| problems.absorb(made));
    let made = crates().map(|components| made.by_ref().take(components.processes.len()).collect());
    (made.collect(), first)
}
