//! `sleep` and `sleep_until`: a deadline that is in the database.

use std::future::IntoFuture;

use jiff::Timestamp;

use super::Context;
use super::awaited::{Await, Begin};
use crate::clock::{self, ClockSleep};
use crate::store::Delivery;
use crate::time::IntoDelay;

/// Waits for a while: `sleep(days(30)).await`, `sleep(months(1)).await`.
///
/// In a process the deadline is absolute and in the database, and the waiting instance costs nothing. Elsewhere it is a
/// sleep in memory, on the app's clock.
pub fn sleep(delay: impl IntoDelay) -> Sleep {
    Sleep { until: delay.deadline(clock::now()).map_err(|error| error.to_string()) }
}

/// Waits until a time.
pub fn sleep_until(time: Timestamp) -> Sleep {
    Sleep { until: Ok(time) }
}

/// A deadline to be waited for.
#[derive(Debug, Clone)]
#[must_use = "a sleep does nothing unless it is awaited"]
pub struct Sleep {
    until: Result<Timestamp, String>,
}

impl Sleep {
    /// Awaits it in a process.
    pub async fn step_in(self, cx: &Context) {
        cx.one(self).await;
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, _cx: &Context) -> Self {
        self
    }
}

impl Await for Sleep {
    type Output = ();

    fn begin(&mut self) -> Result<Begin, String> {
        self.until.clone().map(Begin::Timer)
    }

    fn over(&mut self, _: Option<&Delivery>) -> Result<(), String> {
        Ok(())
    }
}

impl IntoFuture for Sleep {
    type Output = ();
    type IntoFuture = ClockSleep;

    /// A sleep in memory. A deadline that the calendar doesn't have is never reached.
    fn into_future(self) -> ClockSleep {
        ClockSleep::until(self.until.unwrap_or(Timestamp::MAX))
    }
}
