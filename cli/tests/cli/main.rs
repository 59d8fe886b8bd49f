//! The real binary, run in folders of its own: what it prints, and with which code it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics says so"
)]

mod bad_input;
mod check;
mod completions;
mod explain;
mod fixtures;
mod graph;
mod help;
mod new;
mod run;
mod stale;
mod terminal;
