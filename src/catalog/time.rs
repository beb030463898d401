//! Times as both backends keep them.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Whole microseconds, at most a century, so that sums with the present stay within any backend's range.
pub(super) fn micros(duration: Duration) -> i64 {
    const CENTURY: u128 = 100 * 365 * 86_400 * 1_000_000;
    duration.as_micros().min(CENTURY) as i64
}

/// The instant of a column or cursor; out of range is the far past or future.
pub(super) fn instant(micros: i64) -> DateTime<Utc> {
    let bound = if micros < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    DateTime::from_timestamp_micros(micros).unwrap_or(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_bounded() {
        assert_eq!(micros(Duration::from_millis(2)), 2_000);
        assert!(i64::MAX - micros(Duration::MAX) > 5_000_000_000_000_000_000);
        assert_eq!(instant(i64::MIN), DateTime::<Utc>::MIN_UTC);
    }
}
