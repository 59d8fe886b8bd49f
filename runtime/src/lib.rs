//! JustScale: durable processes, services and wiring.
//!
//! This crate is what a JustScale program names, and what the code that the compiler writes for it names. A program
//! uses the [`prelude`]; generated code uses `rt`.

pub mod db;
pub mod encoding;
mod error;
pub mod store;
pub mod time;

pub use async_trait::async_trait;
pub use db::{Db, DbError, transaction};
pub use error::{Context, Error, Kind, Result};
pub use justscale_macros::{app, command, process, service, signal, test};

/// What most files of a program want in scope: `use justscale::prelude::*;`.
pub mod prelude {
    pub use crate::time::{days, hours, millis, minutes, months, secs, weeks, years};
    pub use crate::{async_trait, command, process, service, signal};
    pub use crate::{bail, ensure};
}
