//! What a process awaits and how its states are kept: everything that a generated process names.
//!
//! A process goes in as a [`Machine`]; its moves come out as transitions of its row. Nothing here decides when an instance
//! runs: that is the [`engine`](crate::engine)'s.

pub(crate) mod awaited;
mod backoff;
mod compete;
pub(crate) mod context;
mod course;
mod durable;
mod exports;
mod first;
mod frame;
mod handle;
mod held;
mod idle;
mod key;
mod machine;
mod nested;
mod ordered;
mod outcome;
mod part;
pub(crate) mod place;
mod race;
mod rest;
mod retry;
mod saved;
mod sleep;
mod start;
mod step;
mod still;
mod stop;
mod transition;
mod waits;

pub use backoff::Backoff;
pub use context::Context;
pub use durable::Durable;
pub use exports::{Exporting, Watch, shown};
pub use first::{Either, First, first};
pub(crate) use frame::Run;
pub use handle::{Handle, Standing, get};
pub(crate) use held::Held;
pub use idle::idle;
pub use key::{IntoKey, Key, fill};
pub use machine::{Code, Exit, Machine, Point, Process, Returns, Runner, Running};
pub(crate) use nested::path;
pub use ordered::{Ordered, changed, nth};
pub use outcome::{Branch, ErrorInto, Leaves};
pub use part::{BoundPart, Called, Part, PartCall, PartCode, PartRunner, PartRunning};
pub use place::idempotency_key;
pub use race::{
    Joined, Race1, Race2, Race3, Race4, Race5, Race6, Race7, Race8, Race9, Race10, Race11, Race12, Racers,
    TryJoined,
};
pub use rest::{Backwards, Inclusive, Rest, backwards, inclusive, rest};
pub use retry::{Retries, Retry, Retrying};
pub use saved::{RestoreError, Restorer, Saved, Saver};
pub use sleep::{Sleep, sleep, sleep_until};
pub use start::{Boxed, Child, Start, Starting, start};
pub use step::{Plain, Step, Stepping};
pub use still::still;
pub use stop::Stop;
pub use transition::{Kept, To, Transition, kept};
pub(crate) use waits::{Registered, Waits};
