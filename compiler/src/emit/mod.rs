//! Writes the generated Rust of every slot. It decides nothing.

mod align;
mod app;
mod command;
pub mod hash;
mod print;
mod service;
mod signal;
pub mod slot;
mod slots;
mod spans;
mod wiring;

pub(crate) use slots::{emit, source};

#[cfg(test)]
mod tests;
