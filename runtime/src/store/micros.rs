//! Times as the stores keep them: whole microseconds.

use jiff::Timestamp;

/// A moment in microseconds, rounded down: what has happened.
pub(crate) fn micros(at: Timestamp) -> i64 {
    // `as_microsecond` rounds towards zero, which is up for times before 1970.
    let whole = at.as_microsecond();
    if at.as_nanosecond() < i128::from(whole) * 1000 { whole.saturating_sub(1) } else { whole }
}

/// A moment in microseconds, rounded up: what is to happen, so that nothing is due a fraction too early.
pub(crate) fn deadline(at: Timestamp) -> i64 {
    let floor = micros(at);
    if at.as_nanosecond() > i128::from(floor) * 1000 { floor.saturating_add(1) } else { floor }
}

/// The moment of so many microseconds. What no calendar knows (a damaged row) becomes the nearest end of time.
pub(crate) fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// What the store will say when asked for this moment again.
pub(crate) fn kept(at: Timestamp) -> Timestamp {
    timestamp(micros(at))
}

/// What the store will say when asked for this deadline again.
pub(crate) fn kept_deadline(at: Timestamp) -> Timestamp {
    timestamp(deadline(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_rounded_up_and_the_rest_down() {
        for (nanos, down, up) in [(1_000, 1, 1), (1_001, 1, 2), (-1_000, -1, -1), (-1_001, -2, -1), (0, 0, 0)]
        {
            let at = Timestamp::from_nanosecond(nanos).unwrap();
            assert_eq!((micros(at), deadline(at)), (down, up), "{nanos} ns");
        }
    }

    #[test]
    fn the_ends_of_time_are_kept() {
        assert_eq!(timestamp(i64::MAX), Timestamp::MAX);
        assert_eq!(timestamp(i64::MIN), Timestamp::MIN);
        assert_eq!(kept(Timestamp::MIN), Timestamp::MIN);
        assert_eq!(kept_deadline(Timestamp::MAX).as_second(), Timestamp::MAX.as_second());
    }
}
