//! JustScale: durable processes, services and wiring.
//!
//! This crate is what a JustScale program names, and what the code that the compiler writes for it names. A program
//! uses the [`prelude`]; generated code uses `rt`.

// The processes of tests are written by hand, in words that tests outside this crate use too.
#[cfg(test)]
extern crate self as justscale;

mod app;
pub mod clock;
mod config;
pub mod db;
pub mod encoding;
pub mod engine;
mod error;
mod macros;
pub mod process;
#[doc(hidden)]
pub mod rt;
pub mod signal;
pub mod store;
pub mod testing;
pub mod time;

pub use app::{App, DataFolder, Embedded, main};
pub use async_trait::async_trait;
pub use clock::{Clock, ManualClock, now};
pub use db::{Db, DbError, transaction};
pub use engine::spawn;
pub use error::{Context, Error, Kind, Result};
pub use justscale_macros::{app, command, process, service, signal, test};
pub use process::{
    Backoff, Handle, IntoKey, PartCall, Retries, Standing, Start, Watch, idempotency_key, sleep, sleep_until,
};
pub use signal::{Emit, Signal, SignalWait};
pub use std::process::ExitCode;
pub use store::Status;

/// What most files of a program want in scope: `use justscale::prelude::*;`.
pub mod prelude {
    pub use crate::db::transaction;
    pub use crate::error::Context;
    pub use crate::process::{Backoff, Handle, Retries, idempotency_key, sleep, sleep_until};
    pub use crate::testing::TestApp;
    pub use crate::time::{days, hours, millis, minutes, months, secs, weeks, years};
    pub use crate::{bail, ensure, join, params, race};
    pub use async_trait::async_trait;
    pub use justscale_macros::{command, process, service, signal};
}
