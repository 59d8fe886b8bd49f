//! The JustScale compiler, a pure library: texts in, texts and faults out.
//!
//! It knows nothing of cargo, of the disk or of a terminal: `cli/` and `build-support/` read a crate into [`Sources`] and write
//! [`Files`] back. The whole pipeline is [`compile`].

mod files;
mod problems;
mod sources;

pub mod check;
pub mod collect;
pub mod emit;
pub mod lower;
pub mod parse;

pub use files::Files;
pub use problems::{Fault, Problem, Problems, Severity};
pub use sources::{Place, Root, RootKind, SourceFile, Sources};
