//! Code that nobody wrote for us: every `async fn` in the sources of some hundred packages of crates.io, each taken for a process.
//!
//! Each is lowered to Rust that parses and that the verifier finds sound, or refused by a fault that is not a bug of ours; nothing panics.
//! What is printed at the end says how many, and what stands in the way of the others.
//!
//! `FOREIGN_FAULTS=JS0204` lists every fn with that fault. `FOREIGN_OUT=folder` writes each lowered fn there, below its own text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may panic.

mod harvest;
mod outcome;
mod packages;
mod tally;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harvest::Class;
use outcome::Outcome;
use tally::Tally;

/// How much of the free fns with an await and neither generics nor `self` is lowered at least.
const FREE: f64 = 0.93;

/// Nested expressions make for deep recursion in parsers, and unoptimised code has large frames.
const STACK: usize = 256 << 20;

#[test]
fn foreign_code_is_lowered_or_refused() {
    let Some(files) = packages::files() else { return };
    std::panic::set_hook(Box::new(|_| ())); // A panic is an outcome here, and is printed as one.
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let work = || {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = of_file(file);
                    outcomes.lock().unwrap().extend(found);
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    drop(std::panic::take_hook());
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by(|a, b| (&a.place, a.line).cmp(&(&b.place, b.line)));
    let tally = Tally::of(&outcomes);
    println!("{tally}");
    if let Ok(code) = std::env::var("FOREIGN_FAULTS") {
        outcomes.iter().filter(|outcome| outcome.has(&code)).for_each(|outcome| println!("{outcome}"));
    }
    let ours: Vec<String> =
        outcomes.iter().filter(|outcome| outcome.is_our_bug()).map(Outcome::to_string).collect();
    assert!(ours.is_empty(), "{} bugs of ours:\n{}", ours.len(), ours.join("\n"));
    let free = tally.share(Class::Free);
    assert!(
        free >= FREE,
        "{:.1} % of the free fns are lowered, and {:.1} % is asked for",
        free * 100.0,
        FREE * 100.0
    );
}

fn of_file(file: &packages::File) -> Vec<Outcome> {
    let Ok(text) = std::fs::read_to_string(&file.path) else { return Vec::new() };
    let outcomes = harvest::harvest(&file.name, &text).into_iter().map(outcome::outcome).collect();
    // The parser remembers each text that it has read, for as long as its thread lives.
    proc_macro2::extra::invalidate_current_thread_spans();
    outcomes
}

/// Where lowered fns are written to, if anywhere.
fn out() -> Option<PathBuf> {
    std::env::var_os("FOREIGN_OUT").map(PathBuf::from)
}
