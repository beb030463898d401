//! Keeping the gallery true: what one transaction changes of references, carried over at its end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::entry::{COLUMNS, Entry};
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{EventKind, Media};
use crate::media::MediaId;

/// References that go through one statement: each row of the gallery has some twenty parameters, and SQLite takes 32,766.
const AT_ONCE: usize = 500;

/// What happened to references in a transaction. Counts are changed last and in the order of their keys, so that no two transactions
/// wait for each other.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Changes {
    touched: Vec<MediaId>,
    events: Vec<(String, EventKind, Uuid)>,
}

#[derive(Default)]
struct Counts(BTreeMap<(String, &'static str, String), (i64, i64)>);

impl Counts {
    fn add(&mut self, entry: &Entry, sign: i64) {
        for (facet, value) in entry.facets() {
            let key = (entry.owner.clone(), facet, value);
            let count = self.0.entry(key).or_default();
            count.0 += sign;
            count.1 += sign * entry.size_bytes();
        }
    }
}

impl Changes {
    /// Something of a reference changed that the gallery may show.
    pub(in crate::catalog) fn touch(&mut self, id: MediaId) {
        self.touched.push(id);
    }

    /// Whoever looks on is to be told.
    pub(in crate::catalog) fn tell(&mut self, owner: &str, kind: EventKind, id: MediaId) {
        self.events.push((owner.to_owned(), kind, id.0));
    }

    /// The last that a transaction does. References that are gone leave the gallery.
    pub(in crate::catalog) async fn apply<C: Connection>(
        self,
        connection: &mut C,
    ) -> Result<(), Failure> {
        let touched: BTreeSet<MediaId> = self.touched.iter().copied().collect();
        let touched: Vec<MediaId> = touched.into_iter().collect();
        let mut counts = Counts::default();
        for ids in touched.chunks(AT_ONCE) {
            refresh(connection, ids, &mut counts).await?;
        }
        count(connection, counts).await?;
        tell(connection, &self.events).await
    }
}

async fn refresh<C: Connection>(
    connection: &mut C,
    ids: &[MediaId],
    counts: &mut Counts,
) -> Result<(), Failure> {
    let media: Vec<Media> = connection.lock_media(ids).await?;
    let new: HashMap<Uuid, Entry> = media
        .iter()
        .filter_map(Entry::of)
        .map(|entry| (entry.media_id, entry))
        .collect();
    let old: HashMap<Uuid, Entry> = entries(connection, ids).await?;
    let (mut written, mut gone) = (Vec::new(), Vec::new());
    for MediaId(id) in ids {
        match (old.get(id), new.get(id)) {
            (old, new) if old == new => {}
            (old, new) => {
                if let Some(old) = old {
                    counts.add(old, -1);
                }
                match new {
                    Some(new) => {
                        counts.add(new, 1);
                        written.push(new);
                    }
                    None => gone.push(*id),
                }
                reword(connection, *id, old, new).await?;
            }
        }
    }
    if !written.is_empty() {
        write(connection, &written).await?;
    }
    if !gone.is_empty() {
        let mut statement = Statement::new("DELETE FROM gallery WHERE media_id IN (");
        statement.bind_list(gone).push(")");
        connection.execute(&statement).await?;
    }
    Ok(())
}

async fn entries<C: Connection>(
    connection: &mut C,
    ids: &[MediaId],
) -> Result<HashMap<Uuid, Entry>, Failure> {
    let columns = COLUMNS.join(", ");
    let mut statement = Statement::new(format_args!(
        "SELECT {columns} FROM gallery WHERE media_id IN ("
    ));
    statement.bind_list(ids.iter().map(|id| id.0)).push(")");
    let entries: Vec<Entry> = connection.rows(&statement).await?;
    Ok(entries
        .into_iter()
        .map(|entry| (entry.media_id, entry))
        .collect())
}

async fn write<C: Connection>(connection: &mut C, entries: &[&Entry]) -> Result<(), Failure> {
    let columns = COLUMNS.join(", ");
    let set = COLUMNS.map(|column| format!("{column} = excluded.{column}"));
    let mut statement = Statement::new(format_args!("INSERT INTO gallery ({columns}) VALUES "));
    statement.bind_rows(entries.iter().map(|entry| entry.values()));
    statement.push(format_args!(
        " ON CONFLICT (media_id) DO UPDATE SET {}",
        set[1..].join(", ")
    ));
    connection.execute(&statement).await?;
    Ok(())
}

async fn reword<C: Connection>(
    connection: &mut C,
    id: Uuid,
    old: Option<&Entry>,
    new: Option<&Entry>,
) -> Result<(), Failure> {
    let words = |entry: Option<&Entry>| -> BTreeSet<String> {
        entry
            .map(|entry| entry.words().into_iter().map(str::to_owned).collect())
            .unwrap_or_default()
    };
    let (before, after) = (words(old), words(new));
    let Some(owner) = old.or(new).map(|entry| entry.owner.clone()) else {
        return Ok(());
    };
    let gone: Vec<&String> = before.difference(&after).collect();
    if !gone.is_empty() {
        let mut statement = Statement::new("DELETE FROM gallery_word WHERE owner = ");
        statement
            .bind(owner.as_str())
            .push(" AND media_id = ")
            .bind(id);
        statement.push(" AND word IN (");
        statement.bind_list(gone.into_iter().cloned()).push(")");
        connection.execute(&statement).await?;
    }
    let added: Vec<&String> = after.difference(&before).collect();
    if !added.is_empty() {
        let mut statement =
            Statement::new("INSERT INTO gallery_word (owner, word, media_id) VALUES ");
        let row = |word: &&String| vec![owner.as_str().into(), word.as_str().into(), id.into()];
        statement.bind_rows(added.iter().map(row));
        statement.push(" ON CONFLICT DO NOTHING");
        connection.execute(&statement).await?;
    }
    Ok(())
}

async fn count<C: Connection>(connection: &mut C, counts: Counts) -> Result<(), Failure> {
    // The first row of each owner is also their lock, see audit::recount.
    let changed = counts
        .0
        .into_iter()
        .filter(|((_, facet, _), count)| facet.is_empty() || *count != (0, 0));
    let mut fewer = Vec::new();
    let rows: Vec<_> = changed
        .inspect(|((owner, facet, value), count)| {
            if count.0 < 0 && !facet.is_empty() {
                fewer.push(vec![
                    owner.as_str().into(),
                    (*facet).into(),
                    value.as_str().into(),
                ]);
            }
        })
        .map(|((owner, facet, value), (count, size_bytes))| {
            vec![
                owner.into(),
                facet.into(),
                value.into(),
                count.into(),
                size_bytes.into(),
            ]
        })
        .collect();
    for rows in rows.chunks(AT_ONCE) {
        let mut statement = Statement::new(
            "INSERT INTO gallery_count (owner, facet, value, media_count, size_bytes) VALUES ",
        );
        statement.bind_rows(rows.iter().cloned());
        statement.push(
            " ON CONFLICT (owner, facet, value) DO UPDATE
              SET media_count = gallery_count.media_count + excluded.media_count,
                  size_bytes = gallery_count.size_bytes + excluded.size_bytes",
        );
        connection.execute(&statement).await?;
    }
    // Nobody's last day or place stays behind.
    for keys in fewer.chunks(AT_ONCE) {
        let mut statement = Statement::new(
            "DELETE FROM gallery_count WHERE media_count = 0 AND (owner, facet, value) IN (VALUES ",
        );
        statement.bind_rows(keys.iter().cloned()).push(")");
        connection.execute(&statement).await?;
    }
    Ok(())
}

async fn tell<C: Connection>(
    connection: &mut C,
    events: &[(String, EventKind, Uuid)],
) -> Result<(), Failure> {
    for events in events.chunks(AT_ONCE) {
        let mut statement = Statement::new("INSERT INTO event (owner, kind, media_id) VALUES ");
        let row = |(owner, kind, id): &(String, EventKind, Uuid)| {
            vec![owner.as_str().into(), kind.name().into(), (*id).into()]
        };
        statement.bind_rows(events.iter().map(row));
        connection.execute(&statement).await?;
    }
    Ok(())
}
