//! [`Backoff`]: how long a retry waits, and how often it is made.

use std::ops::Range;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// How long a retry waits between its attempts, and how many attempts there are. It can be saved, like any value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backoff {
    growth: Growth,
    max: Option<u32>,
    jitter: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Growth {
    Fixed(Duration),
    Linear(Range<Duration>),
    Exponential(Range<Duration>),
}

impl Backoff {
    /// The same pause after each attempt.
    pub fn fixed(pause: Duration) -> Self {
        Self { growth: Growth::Fixed(pause), max: None, jitter: 0.0 }
    }

    /// A pause that grows by its first value at each attempt, up to the range's end.
    pub fn linear(pauses: Range<Duration>) -> Self {
        Self { growth: Growth::Linear(pauses), max: None, jitter: 0.0 }
    }

    /// A pause that doubles at each attempt, up to the range's end: `Backoff::exponential(secs(1)..minutes(5))`.
    pub fn exponential(pauses: Range<Duration>) -> Self {
        Self { growth: Growth::Exponential(pauses), max: None, jitter: 0.0 }
    }

    /// At most this many attempts, the first one included. Without it there is no end to them.
    #[must_use]
    pub fn max(mut self, attempts: u32) -> Self {
        self.max = Some(attempts.max(1));
        self
    }

    /// Varies each pause at random by up to this share of it: `0.1` gives 90 to 110 percent.
    #[must_use]
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self
    }

    /// The pause after `failed` attempts (at least one), or none if that was the last. `random` is in `0.0..1.0`.
    pub(crate) fn pause(&self, failed: u32, random: f64) -> Option<SignedDuration> {
        if self.max.is_some_and(|max| failed >= max) {
            return None;
        }
        let pause = match &self.growth {
            Growth::Fixed(pause) => *pause,
            Growth::Linear(pauses) => pauses.start.saturating_mul(failed.max(1)).min(pauses.end),
            Growth::Exponential(pauses) => {
                let doubled = 1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX);
                pauses.start.saturating_mul(doubled).min(pauses.end)
            }
        };
        let share = 1.0 + self.jitter * (2.0 * random - 1.0);
        let varied = Duration::try_from_secs_f64(pause.as_secs_f64() * share);
        let pause = if self.jitter > 0.0 { varied.unwrap_or(pause) } else { pause };
        // No calendar has a longer pause than this, and none is of use.
        const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
        SignedDuration::try_from(pause.min(LONGEST)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{minutes, secs};

    fn pauses(backoff: &Backoff) -> Vec<Option<i64>> {
        (1..=5).map(|failed| backoff.pause(failed, 0.5).map(|pause| pause.as_secs())).collect()
    }

    #[test]
    fn pauses_grow_up_to_their_bound_and_end_with_the_last_attempt() {
        let exponential = Backoff::exponential(secs(1)..secs(6));
        assert_eq!(pauses(&exponential), [Some(1), Some(2), Some(4), Some(6), Some(6)]);
        assert_eq!(pauses(&exponential.max(3)), [Some(1), Some(2), None, None, None]);
        let linear = Backoff::linear(secs(2)..secs(7));
        assert_eq!(pauses(&linear), [Some(2), Some(4), Some(6), Some(7), Some(7)]);
        assert_eq!(pauses(&Backoff::fixed(minutes(1)).max(2)), [Some(60), None, None, None, None]);
    }

    #[test]
    fn jitter_stays_within_its_share() {
        let backoff = Backoff::fixed(secs(100)).jitter(0.1);
        let at = |random| backoff.pause(1, random).unwrap().as_secs_f64();
        assert!((at(0.0) - 90.0).abs() < 1e-6);
        assert!((at(0.5) - 100.0).abs() < 1e-6);
        assert!((at(1.0) - 110.0).abs() < 1e-6);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        let backoff = Backoff::exponential(secs(1)..Duration::MAX);
        assert!(backoff.pause(u32::MAX, 0.0).is_some());
        assert!(Backoff::linear(secs(u64::MAX)..Duration::MAX).pause(u32::MAX, 1.0).is_some());
    }
}
