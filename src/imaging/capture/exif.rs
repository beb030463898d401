//! EXIF (CIPA DC-008): a block of it into facts. Never fails: what cannot be read is absent.

use ::exif::{Context, Exif, Field, In, Reader, SRational, Tag, Value};
use serde_json::{Map, Value as Json, json};

use super::dates::{date_time, nanoseconds, offset_minutes};
use super::{MAX_ITEMS, Orientation, clean, long_text, position};
use crate::media::{Capture, Exposure, Gps, PlaceSource, TakenAt, TakenSource};

/// Fields of a block that are shown.
const MAX_FIELDS: usize = 1024;
/// Bytes of the fields of a block after which no more are shown: they may all lie over one another.
const MAX_SHOWN_BYTES: usize = 32 << 20;
/// Longest text of a block, in bytes.
const MAX_ASCII_BYTES: usize = 16 << 10;
/// Directories of a block that are mended.
const MAX_DIRECTORIES: usize = 32;

/// Facts of a block, a TIFF stream, and its orientation.
pub(super) fn parse(block: Vec<u8>) -> (Capture, Option<Orientation>) {
    let Some(exif) = read(block) else {
        return Default::default();
    };
    let orientation = uint(&exif, Tag::Orientation).and_then(Orientation::from_exif);
    (capture(&exif), orientation)
}

fn read(block: Vec<u8>) -> Option<Exif> {
    let block = mended(block);
    let read = Reader::new().continue_on_error(true).read_raw(block);
    read.or_else(|error| error.distill_partial_result(|_| {}))
        .ok()
}

/// Every field by its name, those of the embedded thumbnail below `Thumbnail`. Rationals are kept as they are written,
/// `1/120`; what is not meant to be read is its length.
pub(super) fn tags(block: Vec<u8>) -> Map<String, Json> {
    let (mut tags, mut thumbnail) = (Map::new(), Map::new());
    let exif = read(block);
    let mut left_bytes = MAX_SHOWN_BYTES;
    for field in exif.iter().flat_map(Exif::fields).take(MAX_FIELDS) {
        let Some(left) = left_bytes.checked_sub(size_bytes(&field.value)) else {
            break;
        };
        left_bytes = left;
        let into = match field.ifd_num {
            In::PRIMARY => &mut tags,
            In::THUMBNAIL => &mut thumbnail,
            _ => continue,
        };
        // The first of a name counts, as it does for the facts.
        let name = name(field.tag);
        if !into.contains_key(&name) {
            into.insert(name, shown(field));
        }
    }
    if !thumbnail.is_empty() {
        tags.insert("Thumbnail".to_owned(), thumbnail.into());
    }
    tags
}

/// The name in the standard, or the number of what is not in it.
fn name(tag: Tag) -> String {
    match tag {
        tag if tag.description().is_some() => tag.to_string(),
        Tag(Context::Gps, number) => format!("GPS0x{number:04x}"),
        Tag(Context::Interop, number) => format!("Interop0x{number:04x}"),
        Tag(_, number) => format!("0x{number:04x}"),
    }
}

fn shown(field: &Field) -> Json {
    fn list<T>(values: &[T], show: impl Fn(&T) -> Json) -> Json {
        match values {
            [value] => show(value),
            values if values.len() > MAX_ITEMS => json!({ "count": values.len() }),
            values => values.iter().map(show).collect(),
        }
    }
    let bytes = |bytes: &[u8]| json!({ "bytes": bytes.len() });
    match &field.value {
        value if field.tag == Tag::MakerNote => json!({ "bytes": size_bytes(value) }),
        Value::Undefined(value, _) if field.tag == Tag::UserComment => comment(value),
        Value::Undefined(value, _) => match value.as_slice() {
            [value] => json!(value),
            value if value.iter().all(|byte| matches!(byte, b' '..=b'~')) => {
                json!(long_text(value))
            }
            value => bytes(value),
        },
        Value::Ascii(values) => {
            let texts: Vec<String> = values.iter().map(|value| long_text(value)).collect();
            // NULs that only pad make no list.
            let said: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
            match said.as_slice() {
                [] => json!(""),
                said => list(said, |text| json!(text)),
            }
        }
        // Windows' own tags are text in UTF-16.
        Value::Byte(value) if (0x9c9b..=0x9c9f).contains(&field.tag.number()) => {
            json!(utf16(value))
        }
        Value::Byte(values) if values.len() > MAX_ITEMS => bytes(values),
        Value::Byte(values) => list(values, |value| json!(value)),
        Value::SByte(values) => list(values, |value| json!(value)),
        Value::Short(values) => list(values, |value| json!(value)),
        Value::SShort(values) => list(values, |value| json!(value)),
        Value::Long(values) => list(values, |value| json!(value)),
        Value::SLong(values) => list(values, |value| json!(value)),
        Value::Rational(values) => list(values, |value| {
            json!(format!("{}/{}", value.num, value.denom))
        }),
        Value::SRational(values) => list(values, |value| {
            json!(format!("{}/{}", value.num, value.denom))
        }),
        Value::Float(values) => list(values, |value| json!(value)),
        Value::Double(values) => list(values, |value| json!(value)),
        Value::Unknown(kind, count, _) => json!({ "type": kind, "count": count }),
    }
}

/// Bytes that a value takes up in its block; strings without their NULs, unknown types as bytes.
fn size_bytes(value: &Value) -> usize {
    match value {
        Value::Byte(values) | Value::Undefined(values, _) => values.len(),
        Value::SByte(values) => values.len(),
        Value::Ascii(values) => values.iter().map(Vec::len).sum(),
        Value::Short(values) => values.len() * 2,
        Value::SShort(values) => values.len() * 2,
        Value::Long(values) => values.len() * 4,
        Value::SLong(values) => values.len() * 4,
        Value::Float(values) => values.len() * 4,
        Value::Rational(values) => values.len() * 8,
        Value::SRational(values) => values.len() * 8,
        Value::Double(values) => values.len() * 8,
        Value::Unknown(_, count, _) => *count as usize,
    }
}

/// Eight bytes name the coding, the text follows.
fn comment(value: &[u8]) -> Json {
    match value.split_at_checked(8) {
        Some((b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0", text)) => json!(long_text(text)),
        Some((b"UNICODE\0", text)) => json!(utf16(text)),
        _ => json!({ "bytes": value.len() }),
    }
}

/// UTF-16 in whichever order has its NULs where Latin text has them; little-endian otherwise.
fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let is_big = pairs
        .first()
        .is_some_and(|pair| pair[0] == 0 && pair[1] != 0);
    let units = pairs.iter().map(|pair| {
        if is_big {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    long_text(String::from_utf16_lossy(&units).as_bytes())
}

/// A block that its parser reads, and at no great cost: pointers to sub-directories that were written as signed numbers
/// (Canon's software), which it passes over, are unsigned; no text is longer than we keep, of which it makes a list by its NULs.
fn mended(mut block: Vec<u8>) -> Vec<u8> {
    let order = if block.starts_with(b"II") {
        Order::Little
    } else {
        Order::Big
    };
    let first = order.number(&block, 4, 4).map(|first| (first, true));
    let mut pending: Vec<(usize, bool)> = first.into_iter().collect();
    let mut seen = Vec::new();
    while let Some((directory, is_main)) = pending.pop() {
        if seen.len() == MAX_DIRECTORIES || seen.contains(&directory) {
            continue;
        }
        seen.push(directory);
        let count = order.number(&block, directory, 2).unwrap_or(0);
        for entry in (0..count).map(|index| directory + 2 + index * 12) {
            let (Some(tag), Some(kind), Some(values), Some(value)) = (
                order.number(&block, entry, 2),
                order.number(&block, entry + 2, 2),
                order.number(&block, entry + 4, 4),
                order.number(&block, entry + 8, 4),
            ) else {
                break;
            };
            let is_pointer = match tag {
                0x8769 | 0x8825 => is_main,
                0xa005 => !is_main,
                _ => false,
            };
            if is_pointer {
                pending.push((value, false));
                if kind == 9 {
                    order.write(&mut block[entry + 2..entry + 4], 4);
                }
            } else if kind == 2 && (MAX_ASCII_BYTES..=block.len()).contains(&values) {
                order.write(&mut block[entry + 4..entry + 8], MAX_ASCII_BYTES);
            }
        }
        // Only the main directories are a chain; behind the others stands anything.
        if is_main {
            let next = order.number(&block, directory + 2 + count * 12, 4);
            pending.extend(next.filter(|next| *next > 0).map(|next| (next, true)));
        }
    }
    block
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn number(self, block: &[u8], at: usize, len: usize) -> Option<usize> {
        let field = block.get(at..at.checked_add(len)?)?;
        let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(match self {
            Self::Little => field.iter().rev().fold(0, add),
            Self::Big => field.iter().fold(0, add),
        })
    }

    fn write(self, field: &mut [u8], number: usize) {
        let bytes = number.to_le_bytes();
        field.copy_from_slice(&bytes[..field.len()]);
        if matches!(self, Self::Big) {
            field.reverse();
        }
    }
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
        focal_length_35mm: uint(exif, Tag::FocalLengthIn35mmFilm).filter(|length| *length > 0),
        software: text(exif, Tag::Software),
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

/// The first string of a field that is not empty.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(strings) = value(exif, tag)? else {
        return None;
    };
    clean(strings.iter().find(|bytes| !bytes.is_empty())?)
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
                offset_source: None,
            })
        })
}

fn gps(exif: &Exif) -> Option<Gps> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, *b"NS")?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, *b"EW")?;
    let below = uint(exif, Tag::GPSAltitudeRef).is_some_and(|reference| matches!(reference, 1 | 3));
    let altitude = float(exif, Tag::GPSAltitude).map(|metres| if below { -metres } else { metres });
    position(latitude, longitude, altitude, PlaceSource::Exif)
}

/// Degrees, minutes and seconds; absent minutes and seconds are none.
fn degrees(exif: &Exif, tag: Tag, reference: Tag, [positive, negative]: [u8; 2]) -> Option<f64> {
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
    match text(exif, reference)?.as_bytes()[0].to_ascii_uppercase() {
        letter if letter == positive => Some(sum),
        letter if letter == negative => Some(-sum),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rubbish_is_no_exif() {
        let rubbish = b"II*\0\xff\xff\xff\xff".to_vec();
        let (capture, orientation) = parse(rubbish.clone());
        assert!(capture.is_empty() && orientation.is_none() && tags(rubbish).is_empty());
    }

    /// A big-endian block of so many entries of one type and length, all of which lie over the same NULs.
    fn heap(entries: u16, kind: u16, count: u32, size: usize) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08".to_vec();
        block.extend(entries.to_be_bytes());
        for tag in 0..entries {
            let tag = if tag == 0 { 0x10f } else { 0x2000 + tag };
            block.extend([tag.to_be_bytes(), kind.to_be_bytes()].concat());
            block.extend([count.to_be_bytes(), 8_u32.to_be_bytes()].concat());
        }
        block.resize(size, 0);
        block
    }

    #[test]
    fn fields_over_one_another_do_not_fill_the_memory() {
        let size = 4 << 20;
        let texts = heap(5000, 2, size as u32 - 8, size);
        let make = &mended(texts.clone())[10..22];
        assert_eq!(make, b"\x01\x0f\0\x02\0\0\x40\0\0\0\0\x08");
        assert_eq!(tags(texts).len(), MAX_FIELDS);
        let bytes = heap(5000, 7, size as u32 - 8, size);
        assert_eq!(tags(bytes).len(), MAX_SHOWN_BYTES / size);
    }
}
