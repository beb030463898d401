//! Pictures that look alike: 64-bit perceptual hashes within a Hamming distance. Two that differ in at most `d` of 64 bits differ in at
//! most `d / 4` bits of one of four bands (Manku, Jain, Das Sarma, "Detecting near-duplicates for web crawling", 2007).

use uuid::Uuid;

use super::search::{SHOWN, shown};
use super::sql::{Connection, Statement, Value};
use crate::catalog::failure::Failure;
use crate::catalog::{Page, Shown};
use crate::media::{MediaId, Owner};

const BANDS: u32 = 4;
const BAND_BITS: u32 = 16;

/// A page of the owner's references within `distance` (at most 11) of one of theirs, nearest first and without itself, and how many there
/// are; `None` when there is no such reference. One without a hash is like no other.
pub(in crate::catalog) async fn similar<C: Connection>(
    connection: &mut C,
    owner: &Owner,
    id: MediaId,
    distance: u32,
    page: &Page,
) -> Result<Option<(Vec<(Shown, u32)>, u64)>, Failure> {
    let mut statement = Statement::new("SELECT phash FROM gallery WHERE media_id = ");
    statement
        .bind(id.0)
        .push(" AND owner = ")
        .bind(owner.as_str());
    let rows: Vec<(Option<i64>,)> = connection.rows(&statement).await?;
    let Some((hash,)) = rows.first() else {
        return Ok(None);
    };
    let Some(hash) = hash else {
        return Ok(Some((Vec::new(), 0)));
    };
    let mut found = nearest(connection, owner, id, *hash, distance).await?;
    let total = found.len() as u64;
    if let Some(cursor) = page.after {
        let place = |(differing, other): (u32, Uuid)| (i64::from(differing), other);
        found.retain(|row| place(*row) > (cursor.key, cursor.id.0));
    }
    let rows = found.into_iter().skip(page.offset as usize);
    let found: Vec<_> = rows.take(page.limit as usize).collect();
    if found.is_empty() {
        return Ok(Some((Vec::new(), total)));
    }
    let mut statement = Statement::new(format_args!(
        "SELECT sort_key, {SHOWN} FROM (SELECT column1 AS media_id, column2 AS sort_key FROM (VALUES "
    ));
    let row = |(differing, other)| vec![Value::Id(other), i64::from(differing).into()];
    statement
        .bind_rows(found.into_iter().map(row))
        .push(") nearest) found");
    let mut media = shown(connection, &statement).await?;
    media.sort_by_key(|(differing, media)| (*differing, media.id));
    let media = media.into_iter();
    let media = media.map(|(differing, media)| (media, differing as u32));
    Ok(Some((media.collect(), total)))
}

/// Those within `distance` of a hash, with their distances, nearest first.
async fn nearest<C: Connection>(
    connection: &mut C,
    owner: &Owner,
    id: MediaId,
    hash: i64,
    distance: u32,
) -> Result<Vec<(u32, Uuid)>, Failure> {
    let mut statement = Statement::default();
    for band in 0..BANDS {
        let shift = band * BAND_BITS;
        let probes: Vec<String> = near((hash >> shift & 0xffff) as u16, distance / BANDS)
            .iter()
            .map(u16::to_string)
            .collect();
        let value = match shift {
            0 => "phash & 65535".to_owned(),
            _ => format!("phash >> {shift} & 65535"),
        };
        if band > 0 {
            statement.push(" UNION ALL ");
        }
        statement.push("SELECT media_id, phash FROM gallery WHERE owner = ");
        statement.bind(owner.as_str());
        statement.push(format_args!(
            " AND phash IS NOT NULL AND ({value}) IN ({})",
            probes.join(", ")
        ));
    }
    let rows: Vec<(Uuid, i64)> = connection.rows(&statement).await?;
    let mut found: Vec<(u32, Uuid)> = rows
        .into_iter()
        .map(|(other, other_hash)| ((hash ^ other_hash).count_ones(), other))
        .filter(|(differing, other)| *differing <= distance && *other != id.0)
        .collect();
    // One that is near in several bands is found in each.
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// All values that differ from one in at most so many bits (0, 1 or 2).
fn near(value: u16, bits: u32) -> Vec<u16> {
    let mut values = vec![value];
    for first in 0..16 {
        if bits >= 1 {
            values.push(value ^ 1 << first);
        }
        if bits >= 2 {
            values.extend((0..first).map(|second| value ^ 1 << first ^ 1 << second));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_near_values_are_probed_once() {
        for (bits, number) in [(0, 1), (1, 17), (2, 137)] {
            let values = near(0xa5f0, bits);
            let distinct: std::collections::BTreeSet<u16> = values.iter().copied().collect();
            assert_eq!((values.len(), distinct.len()), (number, number));
            assert!(
                values
                    .iter()
                    .all(|near| (near ^ 0xa5f0).count_ones() <= bits)
            );
        }
    }
}
