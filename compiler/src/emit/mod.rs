//! Writes the generated Rust of every slot. It decides nothing.

mod app;
mod command;
pub mod hash;
mod layout;
mod process;
mod service;
mod signal;
pub mod slot;
mod slots;
mod spans;
mod wiring;

pub(crate) use slots::emit;
pub use slots::{Emitted, Slots, of_process, others};

pub use process::process;

#[cfg(test)]
mod tests;
