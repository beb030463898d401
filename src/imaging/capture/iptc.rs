//! IPTC's data sets (IIM 4.2): the application record by name.

use serde_json::{Map, Value};

use super::dates::{date_time, offset_minutes};
use super::{MAX_ITEMS, long_text, taken_at};
use crate::media::{TakenAt, TakenSource};

/// Data sets that are read.
const MAX_DATA_SETS: usize = 1024;

/// Data sets of the application record (2), and whether there may be several of them.
const NAMES: [(u8, &str, bool); 29] = [
    (5, "ObjectName", false),
    (7, "EditStatus", false),
    (10, "Urgency", false),
    (12, "SubjectReference", true),
    (15, "Category", false),
    (20, "SupplementalCategories", true),
    (25, "Keywords", true),
    (30, "ReleaseDate", false),
    (35, "ReleaseTime", false),
    (40, "SpecialInstructions", false),
    (55, "DateCreated", false),
    (60, "TimeCreated", false),
    (62, "DigitalCreationDate", false),
    (63, "DigitalCreationTime", false),
    (65, "OriginatingProgram", false),
    (70, "ProgramVersion", false),
    (80, "By-line", true),
    (85, "By-lineTitle", true),
    (90, "City", false),
    (92, "Sub-location", false),
    (95, "Province-State", false),
    (100, "Country-PrimaryLocationCode", false),
    (101, "Country-PrimaryLocationName", false),
    (103, "OriginalTransmissionReference", false),
    (105, "Headline", false),
    (110, "Credit", false),
    (115, "Source", false),
    (116, "CopyrightNotice", false),
    (120, "Caption-Abstract", false),
];

/// Data sets by their names, those that may be repeated as lists. What has no name here is left out.
pub(super) fn read(mut rest: &[u8]) -> Map<String, Value> {
    let mut found = Map::new();
    for _ in 0..MAX_DATA_SETS {
        // A marker, the record, the data set and its length, whose top bit announces a longer one.
        let Some([0x1c, record, set, high, low]) = rest.first_chunk() else {
            break;
        };
        let len = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(data) = rest.get(5..5 + len).filter(|_| len < 0x8000) else {
            break;
        };
        rest = &rest[5 + len..];
        let known = NAMES.iter().find(|(number, ..)| number == set);
        let Some((_, name, is_list)) = known.filter(|_| *record == 2) else {
            continue;
        };
        let text = Value::from(long_text(data));
        if !is_list {
            found.entry(*name).or_insert(text);
        } else if let Some(list) = found
            .entry(*name)
            .or_insert_with(|| Value::Array(Vec::new()))
            .as_array_mut()
            && list.len() < MAX_ITEMS
        {
            list.push(text);
        }
    }
    found
}

/// Date and time created, `20220110` and `151544-0400`.
pub(super) fn taken(found: &Map<String, Value>) -> Option<TakenAt> {
    let text = |name: &str| found.get(name)?.as_str();
    let date = text("DateCreated")?;
    let date = format!("{}:{}:{}", date.get(..4)?, date.get(4..6)?, date.get(6..8)?);
    let time = text("TimeCreated").unwrap_or_default();
    let clock = match (time.get(..2), time.get(2..4), time.get(4..6)) {
        (Some(hour), Some(minute), Some(second)) => format!("{hour}:{minute}:{second}"),
        _ => "00:00:00".to_owned(),
    };
    let local = date_time(&format!("{date} {clock}"), 0)?;
    let offset = offset_minutes(time.get(6..).unwrap_or_default());
    Some(taken_at((local, offset), TakenSource::IptcDateCreated))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn block(sets: &[(u8, &str)]) -> Vec<u8> {
        let mut block = b"\x1c\x01\x5a\0\x03\x1b%G".to_vec();
        for (set, text) in sets {
            block.extend([0x1c, 2, *set, 0, text.len() as u8]);
            block.extend(text.as_bytes());
        }
        block
    }

    #[test]
    fn dates_and_lists_are_read() {
        let sets = [
            (55, "20220110"),
            (60, "151544-0400"),
            (25, "one"),
            (25, "two"),
            (200, "?"),
        ];
        let found = read(&block(&sets));
        assert_eq!(found["Keywords"], json!(["one", "two"]));
        let taken = taken(&found).unwrap();
        assert_eq!(taken.local.to_string(), "2022-01-10 15:15:44");
        assert_eq!(taken.offset_minutes, Some(-240));
    }

    #[test]
    fn no_date_is_made_of_a_time_or_of_nonsense() {
        for sets in [
            &[(60, "151544-0400")][..],
            &[(55, "2022")],
            &[(55, "00000000")],
            &[(55, "2\u{fc}220110")],
        ] {
            assert_eq!(taken(&read(&block(sets))), None, "{sets:?}");
        }
        assert!(read(b"\x1c\x02\x37\x7f\xff").is_empty());
    }
}
