//! Runs the JustScale compiler where a crate is: from its build script, and for the command line.
//!
//! A user's `build.rs` is one line: `fn main() { justscale_build::compile() }`.
//!
//! This crate is where the disk is: [`read`] makes [`Sources`](justscale_compiler::Sources) of a package's folder, [`write()`] puts
//! [`Files`](justscale_compiler::Files) into one and touches nothing that stays the same, [`stale`] says what it would change. A [`Memory`]
//! keeps what was compiled, so that a package that has not changed is not compiled again.

mod fault;
mod manifest;
mod memory;
mod read;
mod script;
mod targets;
mod write;

use std::path::{Path, PathBuf};

pub use fault::{ReadFault, WriteFault};
pub use memory::{Kept, Memory};
pub use read::read;
pub use script::compile;
pub use write::{Stale, Written, stale, write};

/// The folder for generated files of a package that has no build script, beside its `Cargo.toml`.
pub fn folder_in_package(package: &Path) -> PathBuf {
    package.join(".justscale")
}

/// Whether a package has a build script that runs the compiler, so that `justscale build` need not write its files.
///
/// # Errors
///
/// When its `Cargo.toml` can't be read.
pub fn has_build_script(package: &Path) -> Result<bool, ReadFault> {
    manifest::Manifest::read(package).map(|manifest| manifest.runs_the_compiler())
}
