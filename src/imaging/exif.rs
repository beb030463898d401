//! EXIF (CIPA DC-008): a block of it into facts. Never fails: what cannot be read is absent.

use ::exif::{Context, Exif, In, Reader, SRational, Tag, Value};
use chrono::{NaiveDate, NaiveDateTime};

use super::Orientation;
use crate::media::{Capture, Exposure, Gps, TakenAt, TakenSource};

/// Longest maker, model or lens kept, in characters.
const MAX_TEXT: usize = 200;
/// Metres outside which an altitude is a mistake: the deepest trench, and well above any balloon.
const ALTITUDES: std::ops::RangeInclusive<f64> = -12_000.0..=100_000.0;

/// What a block says.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) capture: Option<Capture>,
    pub(super) orientation: Option<Orientation>,
}

/// Parses a block, a TIFF stream.
pub(super) fn parse(block: Vec<u8>) -> Parsed {
    let block = with_unsigned_pointers(block);
    let read = Reader::new().continue_on_error(true).read_raw(block);
    let Ok(exif) = read.or_else(|error| error.distill_partial_result(|_| {})) else {
        return Parsed::default();
    };
    let capture = capture(&exif);
    Parsed {
        capture: (!capture.is_empty()).then_some(capture),
        orientation: uint(&exif, Tag::Orientation).and_then(Orientation::from_exif),
    }
}

/// Pointers to the sub-directories that were written as signed numbers (Canon's software), which the parser passes over.
fn with_unsigned_pointers(mut block: Vec<u8>) -> Vec<u8> {
    let little = block.starts_with(b"II");
    let number = |block: &[u8], at: usize, len: usize| {
        let field = block.get(at..at.checked_add(len)?)?;
        let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if little {
            field.iter().rev().fold(0, add)
        } else {
            field.iter().fold(0, add)
        })
    };
    let Some(directory) = number(&block, 4, 4) else {
        return block;
    };
    for index in 0..number(&block, directory, 2).unwrap_or(0) {
        let entry = directory + 2 + index * 12;
        let is_signed_pointer = matches!(number(&block, entry, 2), Some(0x8769 | 0x8825))
            && number(&block, entry + 2, 2) == Some(9);
        if is_signed_pointer {
            let kind = if little { [4, 0] } else { [0, 4] };
            block[entry + 2..entry + 4].copy_from_slice(&kind);
        }
    }
    block
}

fn capture(exif: &Exif) -> Capture {
    let positive = |tag| float(exif, tag).filter(|value| *value > 0.0);
    Capture {
        make: text(exif, Tag::Make),
        model: text(exif, Tag::Model),
        lens: text(exif, Tag::LensModel),
        taken: taken(exif),
        exposure: exposure(exif),
        f_number: positive(Tag::FNumber),
        iso: uint(exif, Tag::PhotographicSensitivity).filter(|iso| *iso > 0),
        focal_length_mm: positive(Tag::FocalLength),
        gps: gps(exif),
    }
}

fn value(exif: &Exif, tag: Tag) -> Option<&Value> {
    // Some writers put the camera's tags into the main directory.
    let misplaced = || exif.get_field(Tag(Context::Tiff, tag.number()), In::PRIMARY);
    let field = exif.get_field(tag, In::PRIMARY);
    let field = if tag.context() == Context::Exif {
        field.or_else(misplaced)
    } else {
        field
    };
    field.map(|field| &field.value)
}

fn uint(exif: &Exif, tag: Tag) -> Option<u32> {
    value(exif, tag)?.get_uint(0)
}

/// The first string of a field up to its NUL, without the blanks that cameras pad with. Not always ASCII: bytes that are
/// not UTF-8 are read as Latin-1, the commonest mistake.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(strings) = value(exif, tag)? else {
        return None;
    };
    let bytes = strings.iter().find(|bytes| !bytes.is_empty())?;
    let bytes = bytes.split(|byte| *byte == 0).next()?;
    let text = String::from_utf8(bytes.to_vec())
        .unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
    let text: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_TEXT)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// The values of a field of numbers; text that holds numbers is read too, for the writers that confuse the two.
fn floats(value: &Value) -> Vec<f64> {
    match value {
        Value::Rational(values) => values.iter().map(::exif::Rational::to_f64).collect(),
        Value::SRational(values) => values.iter().map(SRational::to_f64).collect(),
        Value::Float(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Value::Double(values) => values.clone(),
        Value::Ascii(strings) => strings
            .iter()
            .flat_map(|bytes| bytes.split(|byte| matches!(byte, b',' | b' ' | b':' | b';')))
            .filter_map(|bytes| std::str::from_utf8(bytes).ok())
            .filter(|text| !text.is_empty())
            .map(|text| text.parse().unwrap_or(f64::NAN))
            .collect(),
        other => other
            .iter_uint()
            .map(|values| values.map(f64::from).collect())
            .unwrap_or_default(),
    }
}

fn float(exif: &Exif, tag: Tag) -> Option<f64> {
    floats(value(exif, tag)?)
        .first()
        .copied()
        .filter(|value| value.is_finite())
}

fn exposure(exif: &Exif) -> Option<Exposure> {
    let Value::Rational(values) = value(exif, Tag::ExposureTime)? else {
        return None;
    };
    let time = values.first()?;
    (time.num > 0 && time.denom > 0).then_some(Exposure {
        numerator: time.num,
        denominator: time.denom,
    })
}

fn taken(exif: &Exif) -> Option<TakenAt> {
    let candidates = [
        (
            Tag::DateTimeOriginal,
            Tag::SubSecTimeOriginal,
            Tag::OffsetTimeOriginal,
            TakenSource::DateTimeOriginal,
        ),
        (
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
            TakenSource::DateTimeDigitized,
        ),
    ];
    candidates
        .into_iter()
        .find_map(|(date, sub_seconds, offset, source)| {
            let nanos = text(exif, sub_seconds)
                .and_then(|text| nanoseconds(&text))
                .unwrap_or(0);
            Some(TakenAt {
                local: date_time(&text(exif, date)?, nanos)?,
                offset_minutes: text(exif, offset).and_then(|text| offset_minutes(&text)),
                source,
            })
        })
}

/// `YYYY:MM:DD HH:MM:SS`, with the other separators that are seen in the wild.
fn date_time(text: &str, nanos: u32) -> Option<NaiveDateTime> {
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
fn nanoseconds(text: &str) -> Option<u32> {
    let digits: String = text
        .chars()
        .take_while(char::is_ascii_digit)
        .take(9)
        .collect();
    (!digits.is_empty()).then(|| format!("{digits:0<9}").parse().ok())?
}

/// `+HH:MM` or `Z`.
fn offset_minutes(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes))
        .then_some(sign * (hours * 60 + minutes))
}

/// A position that can be on Earth. 0, 0 is what a receiver without a fix writes.
fn gps(exif: &Exif) -> Option<Gps> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, *b"NS", 90.0)?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, *b"EW", 180.0)?;
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    let below = uint(exif, Tag::GPSAltitudeRef).is_some_and(|reference| matches!(reference, 1 | 3));
    let altitude_m = float(exif, Tag::GPSAltitude)
        .map(|metres| if below { -metres } else { metres })
        .filter(|metres| ALTITUDES.contains(metres));
    Some(Gps {
        latitude,
        longitude,
        altitude_m,
    })
}

/// Degrees, minutes and seconds; absent minutes and seconds are none.
fn degrees(
    exif: &Exif,
    tag: Tag,
    reference: Tag,
    [positive, negative]: [u8; 2],
    limit: f64,
) -> Option<f64> {
    let parts = floats(value(exif, tag)?);
    let mut sum = 0.0;
    for (index, unit) in [1.0, 60.0, 3600.0].into_iter().enumerate() {
        match parts.get(index) {
            Some(part) if part.is_finite() => sum += part / unit,
            // Writers that give decimal minutes leave the seconds as 0/0.
            None | Some(_) if index == 2 => {}
            None if index == 1 => break,
            _ => return None,
        }
    }
    // Without its reference, which has no default, a position may be on either side of the globe.
    let sum = match text(exif, reference)?.as_bytes()[0].to_ascii_uppercase() {
        letter if letter == positive => sum,
        letter if letter == negative => -sum,
        _ => return None,
    };
    (sum.abs() <= limit).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(offset_minutes("   :  "), None);
    }

    #[test]
    fn rubbish_is_no_exif() {
        let parsed = parse(b"II*\0\xff\xff\xff\xff".to_vec());
        assert!(parsed.capture.is_none() && parsed.orientation.is_none());
    }
}
