//! The engine holds what a process is promised: each promise with processes written by hand, on the memory store and on SQLite.
#![allow(missing_docs, unreachable_pub)] // A test's items are nobody's interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // A test may panic.

#[macro_use]
mod process;
mod world;

mod checkpoints;
mod children;
mod crashes;
mod damage;
mod exports;
mod fencing;
mod folder;
mod joins;
mod mailboxes;
mod operators;
mod parts;
mod races;
mod recovery;
mod retries;
mod stops;
mod timers;
mod trouble;
mod waiting;
mod wakes;
