//! The counters: how many rows of the gallery an owner has in all and of each kind, and their bytes.

use std::collections::BTreeMap;

use super::entry::Entry;
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;

/// Counters that go through one statement.
const AT_ONCE: usize = 500;

/// An owner's rows and their bytes, by facet and value. The first, of neither, stands for everything.
pub(super) type Counts = BTreeMap<(String, String), (i64, i64)>;

/// A row of `gallery_count`.
type Row<'a> = (&'a str, &'a str, &'a str, (i64, i64));

/// Counts a row of the gallery in, or with a `sign` of -1 out.
pub(super) fn add(counts: &mut Counts, entry: &Entry, sign: i64) {
    for (facet, value) in entry.facets() {
        let count = counts.entry((facet.to_owned(), value)).or_default();
        count.0 += sign;
        count.1 += sign * entry.size_bytes();
    }
}

/// What an owner's counters of these facets are.
pub(super) async fn of<C: Connection>(
    connection: &mut C,
    owner: &str,
    facets: &[&str],
) -> Result<Counts, Failure> {
    read(connection, owner, |statement| {
        statement.push(" AND media_count > 0 AND facet IN (");
        statement.bind_list(facets.iter().copied()).push(")");
    })
    .await
}

/// What all of an owner's counters are, also such as there should not be.
pub(super) async fn all<C: Connection>(connection: &mut C, owner: &str) -> Result<Counts, Failure> {
    read(connection, owner, |statement| {
        statement.push(" AND (media_count <> 0 OR size_bytes <> 0)");
    })
    .await
}

async fn read<C: Connection>(
    connection: &mut C,
    owner: &str,
    condition: impl FnOnce(&mut Statement),
) -> Result<Counts, Failure> {
    let mut statement = Statement::new(
        "SELECT facet, value, media_count, size_bytes FROM gallery_count WHERE owner = ",
    );
    condition(statement.bind(owner));
    let rows: Vec<(String, String, i64, i64)> = connection.rows(&statement).await?;
    Ok(rows
        .into_iter()
        .map(|(facet, value, count, size_bytes)| ((facet, value), (count, size_bytes)))
        .collect())
}

/// How many rows an owner has in all.
pub(super) async fn total<C: Connection>(connection: &mut C, owner: &str) -> Result<u64, Failure> {
    let all = of(connection, owner, &[""]).await?;
    Ok(all.values().next().map_or(0, |(count, _)| *count as u64))
}

/// Changes owners' counters by so much, in the order of their keys.
pub(super) async fn change<C: Connection>(
    connection: &mut C,
    by_owner: &BTreeMap<String, Counts>,
) -> Result<(), Failure> {
    // The first counter of each owner is also their lock, see `lock`.
    let changed: Vec<Row> = by_owner
        .iter()
        .flat_map(|(owner, counts)| rows(owner, counts))
        .filter(|(_, facet, _, count)| facet.is_empty() || *count != (0, 0))
        .collect();
    let sum = "media_count = gallery_count.media_count + excluded.media_count,
               size_bytes = gallery_count.size_bytes + excluded.size_bytes";
    write(connection, &changed, sum).await?;
    // Nobody's last day or place stays behind.
    let fewer = |(_, facet, _, count): &&Row| count.0 < 0 && !facet.is_empty();
    let fewer: Vec<&Row> = changed.iter().filter(fewer).collect();
    for keys in fewer.chunks(AT_ONCE) {
        let mut statement = Statement::new(
            "DELETE FROM gallery_count WHERE media_count = 0 AND (owner, facet, value) IN (VALUES ",
        );
        let key = |row: &&Row| vec![row.0.into(), row.1.into(), row.2.into()];
        statement.bind_rows(keys.iter().map(key)).push(")");
        connection.execute(&statement).await?;
    }
    Ok(())
}

/// Holds up whoever changes an owner's counters: the first is everybody's first.
pub(super) async fn lock<C: Connection>(connection: &mut C, owner: &str) -> Result<(), Failure> {
    let nothing = (owner, "", "", (0, 0));
    let same = "media_count = gallery_count.media_count";
    write(connection, &[nothing], same).await
}

/// Makes these an owner's counters.
pub(super) async fn replace<C: Connection>(
    connection: &mut C,
    owner: &str,
    counts: &Counts,
) -> Result<(), Failure> {
    let mut statement =
        Statement::new("UPDATE gallery_count SET media_count = 0, size_bytes = 0 WHERE owner = ");
    connection.execute(statement.bind(owner)).await?;
    let rows: Vec<Row> = rows(owner, counts).collect();
    let new = "media_count = excluded.media_count, size_bytes = excluded.size_bytes";
    write(connection, &rows, new).await
}

fn rows<'a>(owner: &'a str, counts: &'a Counts) -> impl Iterator<Item = Row<'a>> {
    let row = move |((facet, value), count): (&'a (String, String), &(i64, i64))| {
        (owner, facet.as_str(), value.as_str(), *count)
    };
    counts.iter().map(row)
}

/// `set` is what becomes of counters that are there.
async fn write<C: Connection>(
    connection: &mut C,
    rows: &[Row<'_>],
    set: &str,
) -> Result<(), Failure> {
    for rows in rows.chunks(AT_ONCE) {
        let mut statement = Statement::new(
            "INSERT INTO gallery_count (owner, facet, value, media_count, size_bytes) VALUES ",
        );
        statement.bind_rows(
            rows.iter()
                .map(|(owner, facet, value, (count, size_bytes))| {
                    vec![
                        (*owner).into(),
                        (*facet).into(),
                        (*value).into(),
                        (*count).into(),
                        (*size_bytes).into(),
                    ]
                }),
        );
        statement.push(" ON CONFLICT (owner, facet, value) DO UPDATE SET ");
        connection.execute(statement.push(set)).await?;
    }
    Ok(())
}
