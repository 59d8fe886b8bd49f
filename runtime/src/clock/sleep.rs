//! [`ClockSleep`]: a sleep in memory, on an app's clock.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use jiff::Timestamp;

use super::Clock;
use super::idle::Resting;

/// A sleep in memory. It ends with the program; a process's own sleeps don't.
#[derive(Debug)]
#[must_use = "a sleep does nothing unless it is awaited"]
pub struct ClockSleep {
    clock: Clock,
    at: Timestamp,
    real: Option<Pin<Box<tokio::time::Sleep>>>,
    key: Option<(Timestamp, u64)>,
    resting: Option<Resting>,
}

impl ClockSleep {
    /// Until this time of the current app's clock.
    pub(crate) fn until(at: Timestamp) -> Self {
        Self::on(super::current(), at)
    }

    pub(crate) fn on(clock: Clock, at: Timestamp) -> Self {
        Self { clock, at, real: None, key: None, resting: None }
    }
}

/// The machine's clock may be set while we sleep, and tokio's doesn't know far futures: so look again now and then.
const LONGEST_NAP: Duration = Duration::from_secs(60);

impl Future for ClockSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        loop {
            let now = this.clock.now();
            if now >= this.at {
                this.resting = None;
                return Poll::Ready(());
            }
            match &this.clock {
                Clock::Manual(clock) => {
                    let key = *this.key.get_or_insert_with(|| clock.timers(|timers| timers.key(this.at)));
                    this.resting.get_or_insert_with(Resting::begin);
                    clock.timers(|timers| timers.set(key, task.waker().clone()));
                    // The clock may have been moved between the look at it and the entry.
                    if clock.now() < this.at {
                        return Poll::Pending;
                    }
                }
                Clock::Real => {
                    let nap = this.real.get_or_insert_with(|| {
                        let left = Duration::try_from(this.at.duration_since(now)).unwrap_or_default();
                        Box::pin(tokio::time::sleep(left.min(LONGEST_NAP)))
                    });
                    if nap.as_mut().poll(task).is_pending() {
                        return Poll::Pending;
                    }
                    this.real = None;
                }
            }
        }
    }
}

impl Drop for ClockSleep {
    fn drop(&mut self) {
        if let (Clock::Manual(clock), Some(key)) = (&self.clock, self.key) {
            clock.timers(|timers| timers.remove(key));
        }
    }
}
