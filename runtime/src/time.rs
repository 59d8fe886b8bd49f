//! Delays, from words to deadlines: `sleep(days(30))`, `sleep(months(1))`.
//!
//! A delay becomes an absolute [`Timestamp`] once, when a process begins to wait; from then on the deadline is what is
//! saved. Calendar units (months, years) are counted in the calendar of UTC. A delay that leaves the calendar is an
//! error, never a wrapped or silently shortened deadline.

use std::time::Duration;

use jiff::tz::TimeZone;
pub use jiff::{SignedDuration, Span, Timestamp};

/// A delay of `n` milliseconds.
pub fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A delay of `n` seconds.
pub fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A delay of `n` minutes.
pub fn minutes(n: u64) -> Duration {
    whole(n, 60)
}

/// A delay of `n` hours.
pub fn hours(n: u64) -> Duration {
    whole(n, 60 * 60)
}

/// A delay of `n` days of 24 hours.
pub fn days(n: u64) -> Duration {
    whole(n, 24 * 60 * 60)
}

/// A delay of `n` weeks of seven days.
pub fn weeks(n: u64) -> Duration {
    whole(n, 7 * 24 * 60 * 60)
}

/// A delay of `n` calendar months: from the 31st of January, one month leads to the last day of February.
pub fn months(n: i64) -> Span {
    // A number beyond the calendar becomes the longest span there is; the deadline then is a `TimeError`.
    Span::new().try_months(n).unwrap_or_else(|_| longest(n))
}

/// A delay of `n` calendar years.
pub fn years(n: i64) -> Span {
    Span::new().try_years(n).unwrap_or_else(|_| longest(n))
}

/// Seconds beyond what a `Duration` holds stay at its maximum, so that only the deadline has to be checked.
fn whole(n: u64, seconds: u64) -> Duration {
    n.checked_mul(seconds).map_or(Duration::MAX, Duration::from_secs)
}

fn longest(sign: i64) -> Span {
    const MONTHS_OF_THE_WHOLE_CALENDAR: i64 = 12 * 19_998;
    Span::new().try_months(MONTHS_OF_THE_WHOLE_CALENDAR * sign.signum()).unwrap_or_default()
}

/// A deadline that the calendar doesn't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a delay of {delay} from {from} is beyond the year 9999: choose a shorter one")]
pub struct TimeError {
    /// The delay, as text.
    pub delay: String,
    /// When it was to begin.
    pub from: Timestamp,
}

/// What `sleep(..)` and a timeout take: a `std` or `jiff` duration, or a `jiff` span of calendar units.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a delay",
    label = "not a delay",
    note = "a delay is a `Duration` (`secs(5)`, `minutes(5)`, `days(30)`) or a `Span` (`months(1)`, `years(1)`)"
)]
pub trait IntoDelay {
    /// The moment at which this delay is over, if it begins at `from`. A negative delay is over already.
    fn deadline(self, from: Timestamp) -> Result<Timestamp, TimeError>;
}

impl IntoDelay for Duration {
    fn deadline(self, from: Timestamp) -> Result<Timestamp, TimeError> {
        from.checked_add(self).map_err(|_| TimeError { delay: format!("{} s", self.as_secs()), from })
    }
}

impl IntoDelay for SignedDuration {
    fn deadline(self, from: Timestamp) -> Result<Timestamp, TimeError> {
        from.checked_add(self).map_err(|_| TimeError { delay: format!("{self:#}"), from })
    }
}

impl IntoDelay for Span {
    fn deadline(self, from: Timestamp) -> Result<Timestamp, TimeError> {
        let end = from.to_zoned(TimeZone::UTC).checked_add(self);
        end.map(|end| end.timestamp()).map_err(|_| TimeError { delay: format!("{self:#}"), from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn durations_are_exact_seconds() {
        let from = at("2026-03-01T00:00:00Z");
        assert_eq!(millis(1500).deadline(from), Ok(at("2026-03-01T00:00:01.5Z")));
        assert_eq!(minutes(5).deadline(from), Ok(at("2026-03-01T00:05:00Z")));
        assert_eq!(hours(25).deadline(from), Ok(at("2026-03-02T01:00:00Z")));
        assert_eq!(days(30).deadline(from), Ok(at("2026-03-31T00:00:00Z")));
        assert_eq!(weeks(2).deadline(from), Ok(at("2026-03-15T00:00:00Z")));
        assert_eq!(SignedDuration::from_secs(-60).deadline(from), Ok(at("2026-02-28T23:59:00Z")));
    }

    #[test]
    fn calendar_units_follow_the_calendar() {
        assert_eq!(months(1).deadline(at("2026-01-31T08:00:00Z")), Ok(at("2026-02-28T08:00:00Z")));
        assert_eq!(months(1).deadline(at("2028-01-31T08:00:00Z")), Ok(at("2028-02-29T08:00:00Z")));
        assert_eq!(years(1).deadline(at("2028-02-29T08:00:00Z")), Ok(at("2029-02-28T08:00:00Z")));
        assert_eq!(
            Span::new().days(1).hours(1).deadline(at("2026-12-31T23:30:00Z")),
            Ok(at("2027-01-02T00:30:00Z"))
        );
    }

    #[test]
    fn what_leaves_the_calendar_is_an_error() {
        let from = at("2026-01-01T00:00:00Z");
        for result in [
            days(u64::MAX).deadline(from),
            secs(u64::MAX).deadline(from),
            months(i64::MAX).deadline(from),
            months(i64::MIN).deadline(from),
            years(8_000).deadline(from),
            years(i64::MAX).deadline(from),
        ] {
            let error = result.unwrap_err();
            assert!(error.to_string().ends_with("is beyond the year 9999: choose a shorter one"), "{error}");
        }
    }
}
