//! What time it is for an app: [`Clock`], real or [manual](ManualClock).
//!
//! The engine and everything that waits ask the app's clock and no other. A manual clock stands still until it is
//! moved, so that a test or a demo goes through months in a moment.

pub(crate) mod idle;
pub(crate) mod manual;
mod sleep;
mod timers;

use jiff::Timestamp;

pub use manual::ManualClock;
pub use sleep::ClockSleep;
pub(crate) use timers::Timers;

use crate::engine::Engine;

/// An app's clock.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    Real,
    /// One that stands still until it is moved.
    Manual(ManualClock),
}

impl Clock {
    /// Now, to the microsecond: what a database keeps.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => whole_microseconds(Timestamp::now()),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// The manual clock, if it is one.
    pub fn manual(&self) -> Option<&ManualClock> {
        match self {
            Self::Real => None,
            Self::Manual(clock) => Some(clock),
        }
    }

    /// Waits in memory until a time.
    pub fn sleep_until(&self, time: Timestamp) -> ClockSleep {
        ClockSleep::on(self.clone(), time)
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self::Manual(clock)
    }
}

/// The current app's time; the machine's, outside any app.
pub fn now() -> Timestamp {
    current().now()
}

/// The current app's clock; the machine's, outside any app.
pub(crate) fn current() -> Clock {
    Engine::current().map(|engine| engine.clock().clone()).unwrap_or_default()
}

pub(crate) fn whole_microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}
