//! The columns of a reference that listings sort and filter by, as they follow from its facts.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::media::Facts;

/// Copies of facts in `media`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Columns {
    /// When it was taken, in microseconds since 1970; `created_at` takes its place when unknown.
    pub(super) taken_at: Option<i64>,
    /// `make model`.
    pub(super) camera: Option<String>,
    /// Degrees north.
    pub(super) latitude: Option<f64>,
    /// Degrees east.
    pub(super) longitude: Option<f64>,
}

impl Columns {
    pub(super) fn of(facts: &Facts) -> Self {
        let Some(capture) = &facts.capture else {
            return Self::default();
        };
        Self {
            taken_at: capture
                .taken
                .map(|taken| taken.instant().timestamp_micros()),
            camera: camera(capture.make.as_deref(), capture.model.as_deref()),
            latitude: capture.gps.map(|gps| gps.latitude),
            longitude: capture.gps.map(|gps| gps.longitude),
        }
    }
}

/// `make model`, without the make when the model begins with it (`Canon` + `Canon EOS 5D`), and without control characters,
/// of which Postgres cannot store all.
fn camera(make: Option<&str>, model: Option<&str>) -> Option<String> {
    let clean = |text: Option<&str>| {
        let text: String = text
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        text.trim().to_owned()
    };
    let (make, model) = (clean(make), clean(model));
    let repeats_make = model.to_lowercase().starts_with(&make.to_lowercase());
    let camera = if repeats_make {
        model
    } else {
        format!("{make} {model}")
    };
    let camera = camera.trim();
    (!camera.is_empty()).then(|| camera.to_owned())
}

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
    fn camera_names_its_make_once() {
        let name = |make, model| camera(make, model).unwrap_or_default();
        assert_eq!(name(Some("Canon"), Some("Canon EOS 5D")), "Canon EOS 5D");
        assert_eq!(name(Some("NIKON"), Some("Nikon D50 ")), "Nikon D50");
        assert_eq!(name(Some("Apple"), Some("iPhone 12")), "Apple iPhone 12");
        assert_eq!(name(Some(" Apple "), None), "Apple");
        assert_eq!(name(None, Some("X\u{0}100")), "X100");
        assert_eq!(camera(Some(" "), None), None);
    }

    #[test]
    fn durations_are_bounded() {
        assert_eq!(micros(Duration::from_millis(2)), 2_000);
        assert!(i64::MAX - micros(Duration::MAX) > 5_000_000_000_000_000_000);
        assert_eq!(instant(i64::MIN), DateTime::<Utc>::MIN_UTC);
    }
}
