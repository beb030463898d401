//! Dates as cameras and programs write them. What is impossible is no date.

use chrono::{NaiveDate, NaiveDateTime};

/// `YYYY:MM:DD HH:MM:SS`, with the other separators that are seen in the wild.
pub(super) fn date_time(text: &str, nanos: u32) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| {
        let digits = bytes.get(range)?;
        let all_digits = digits.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(digits)
            .ok()
            .filter(|_| all_digits)?
            .parse::<u32>()
            .ok()
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (
        number(11..13)?,
        number(14..16)?,
        number(17..19).unwrap_or(0),
    );
    if year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?.and_hms_nano_opt(
        hour,
        minute,
        second.min(59),
        nanos,
    )
}

/// The digits after the decimal point.
pub(super) fn nanoseconds(text: &str) -> Option<u32> {
    let digits: String = text
        .chars()
        .take_while(char::is_ascii_digit)
        .take(9)
        .collect();
    (!digits.is_empty()).then(|| format!("{digits:0<9}").parse().ok())?
}

/// `+HH:MM`, `+HHMM` or `Z`.
pub(super) fn offset_minutes(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    let (hours, minutes) = digits
        .split_once(':')
        .or_else(|| digits.split_at_checked(2).filter(|_| digits.len() == 4))?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then(|| sign * (hours * 60 + minutes))
}

/// ISO 8601 as XMP and QuickTime write it, and its offset if it has one. A date without a time is taken for its first
/// moment, a month or year alone for nothing.
pub(super) fn iso_date_time(text: &str) -> Option<(NaiveDateTime, Option<i32>)> {
    let text = text.trim();
    let (date, time) = text.split_at_checked(10)?;
    let Some(time) = time.strip_prefix(['T', ' ']) else {
        let date = date_time(&format!("{date} 00:00:00"), 0)?;
        return time.is_empty().then_some((date, None));
    };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let local = date_time(
        &format!("{date} {time}"),
        nanoseconds(fraction).unwrap_or(0),
    )?;
    Some((local, offset_minutes(zone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates() {
        let read = |text| iso_date_time(text).map(|(local, offset)| (local.to_string(), offset));
        let expected = [
            (
                "2013-10-14T21:37:18-07:00",
                "2013-10-14 21:37:18",
                Some(-420),
            ),
            ("2015-11-20T05:20:30.31", "2015-11-20 05:20:30.310", None),
            ("2021-10-30T14:02:33+0200", "2021-10-30 14:02:33", Some(120)),
            ("2021-10-30T14:02Z", "2021-10-30 14:02:00", Some(0)),
            ("1958-06-14", "1958-06-14 00:00:00", None),
        ];
        for (text, local, offset) in expected {
            assert_eq!(read(text), Some((local.to_owned(), offset)), "{text}");
        }
        for text in [
            "",
            "2015",
            "2015-11",
            "2015-11-20T",
            "0000-00-00T00:00:00",
            "2015-1\u{fc}-2",
            "2015-11-20nonsense",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in [
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2023:02:30 10:00:00",
            "2023:02",
        ] {
            assert_eq!(date_time(text, 0), None, "{text}");
        }
        let date = date_time("2023:02:28 10:20:30", nanoseconds("724").unwrap()).unwrap();
        assert_eq!(date.to_string(), "2023-02-28 10:20:30.724");
    }

    #[test]
    fn offsets() {
        assert_eq!(offset_minutes("+05:30"), Some(330));
        assert_eq!(offset_minutes("-08:00"), Some(-480));
        assert_eq!(offset_minutes("+99:00"), None);
        assert_eq!(offset_minutes("+99999999:00"), None);
        assert_eq!(offset_minutes("   :  "), None);
    }
}
