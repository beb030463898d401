//! Keeping the gallery true: what one transaction changes of references, carried over at its end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::counters::{self, Counts};
use super::entry::{COLUMNS, Entry};
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{EventKind, Media};
use crate::media::MediaId;

/// References that go through one statement: each row of the gallery has some twenty parameters, and SQLite takes 32,766.
const AT_ONCE: usize = 500;

/// What happened to references in a transaction. Counters are changed last and in the order of their keys, so that no two transactions
/// wait for each other.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Changes {
    touched: Vec<MediaId>,
    events: Vec<(String, EventKind, Uuid)>,
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
        let mut counts = BTreeMap::new();
        for ids in touched.chunks(AT_ONCE) {
            refresh(connection, ids, &mut counts).await?;
        }
        counters::change(connection, &counts).await?;
        tell(connection, &self.events).await
    }
}

async fn refresh<C: Connection>(
    connection: &mut C,
    ids: &[MediaId],
    counts: &mut BTreeMap<String, Counts>,
) -> Result<(), Failure> {
    let media: Vec<Media> = connection.lock_media(ids).await?;
    let new: HashMap<Uuid, Entry> = media
        .iter()
        .filter_map(Entry::of)
        .map(|entry| (entry.media_id, entry))
        .collect();
    let old: HashMap<Uuid, Entry> = entries(connection, ids).await?;
    let mut count = |entry: &Entry, sign| {
        let counts = counts.entry(entry.owner.clone()).or_default();
        counters::add(counts, entry, sign);
    };
    let (mut written, mut gone) = (Vec::new(), Vec::new());
    for MediaId(id) in ids {
        match (old.get(id), new.get(id)) {
            (old, new) if old == new => {}
            (old, new) => {
                if let Some(old) = old {
                    count(old, -1);
                }
                match new {
                    Some(new) => {
                        count(new, 1);
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
    let set = COLUMNS[1..]
        .iter()
        .map(|column| format!("{column} = excluded.{column}"));
    let mut statement = Statement::new(format_args!("INSERT INTO gallery ({columns}) VALUES "));
    statement.bind_rows(entries.iter().map(|entry| entry.values()));
    statement.push(format_args!(
        " ON CONFLICT (media_id) DO UPDATE SET {}",
        set.collect::<Vec<_>>().join(", ")
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
