//! What the fuzz targets do with their bytes.

pub mod choices;
pub mod corpus;
pub mod edit;
pub mod hold;

#[cfg(fuzzing)]
compile_error!("proc-macro2 has no spans under `cfg(fuzzing)`: run with `--no-cfg-fuzzing`");
