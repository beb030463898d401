//! Keeping the gallery true: what one transaction changes of references, carried over at its end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::counters::{self, Counts};
use super::entry::{COLUMNS, Entry};
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{EventKind, Media};
use crate::media::{ContentHash, MediaId};

/// References that go through one statement: each row of the gallery has less than twenty parameters, and SQLite takes 32,766.
pub(in crate::catalog) const AT_ONCE: usize = 500;

/// What happened to references in a transaction. Counters are changed last and in the order of their keys, so that no two transactions
/// wait for each other.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Changes {
    made: BTreeSet<MediaId>,
    touched: BTreeSet<MediaId>,
    events: Vec<(String, EventKind, Uuid)>,
}

impl Changes {
    /// A reference was made, which nobody else has seen yet.
    pub(in crate::catalog) fn make(&mut self, id: MediaId) {
        self.made.insert(id);
    }

    /// Something of a reference changed that the gallery may show.
    pub(in crate::catalog) fn touch(&mut self, id: MediaId) {
        self.touched.insert(id);
    }

    /// Something of a content changed that the gallery may show.
    pub(in crate::catalog) async fn touch_content<C: Connection>(
        &mut self,
        connection: &mut C,
        hash: ContentHash,
    ) -> Result<(), Failure> {
        let mut statement = Statement::new("SELECT id FROM media WHERE sha256 = ");
        statement.bind(hash.0.to_vec());
        let ids: Vec<(Uuid,)> = connection.rows(&statement).await?;
        for (id,) in ids {
            self.touch(MediaId(id));
        }
        Ok(())
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
        let mut counts = BTreeMap::new();
        let made: Vec<MediaId> = self.made.iter().copied().collect();
        for ids in made.chunks(AT_ONCE) {
            let media = connection.media(ids).await?;
            refresh(connection, ids, media, Vec::new(), &mut counts).await?;
        }
        let touched: Vec<MediaId> = self.touched.difference(&self.made).copied().collect();
        for ids in touched.chunks(AT_ONCE) {
            let media = connection.lock_media(ids).await?;
            let old = entries(connection, ids).await?;
            refresh(connection, ids, media, old, &mut counts).await?;
        }
        counters::change(connection, &counts).await?;
        tell(connection, &self.events).await
    }
}

async fn refresh<C: Connection>(
    connection: &mut C,
    ids: &[MediaId],
    media: Vec<Media>,
    old: Vec<Entry>,
    counts: &mut BTreeMap<String, Counts>,
) -> Result<(), Failure> {
    let (old, new) = (by_id(old), entries_of(media)?);
    let mut count = |entry: &Entry, sign| {
        let counts = counts.entry(entry.owner.clone()).or_default();
        counters::add(counts, entry, sign);
    };
    let (mut written, mut gone) = (Vec::new(), Vec::new());
    for MediaId(id) in ids {
        let (old, new) = (old.get(id), new.get(id));
        if old == new {
            continue;
        }
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

/// The rows that references should have.
pub(super) fn entries_of(media: Vec<Media>) -> Result<HashMap<Uuid, Entry>, Failure> {
    let media = media.into_iter().map(Media::shown);
    let entries = media.map(|media| Entry::of(&media));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    Ok(by_id(entries.into_iter().flatten()))
}

fn by_id(entries: impl IntoIterator<Item = Entry>) -> HashMap<Uuid, Entry> {
    let entries = entries.into_iter();
    entries.map(|entry| (entry.media_id, entry)).collect()
}

async fn entries<C: Connection>(
    connection: &mut C,
    ids: &[MediaId],
) -> Result<Vec<Entry>, Failure> {
    let columns = COLUMNS.join(", ");
    let mut statement = Statement::new(format_args!(
        "SELECT {columns} FROM gallery WHERE media_id IN ("
    ));
    statement.bind_list(ids.iter().map(|id| id.0)).push(")");
    connection.rows(&statement).await
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

async fn reword<'a, C: Connection>(
    connection: &mut C,
    id: Uuid,
    old: Option<&'a Entry>,
    new: Option<&'a Entry>,
) -> Result<(), Failure> {
    let words = |entry: Option<&'a Entry>| entry.map(Entry::words).unwrap_or_default();
    let (before, after) = (words(old), words(new));
    let Some(Entry { owner, .. }) = old.or(new) else {
        return Ok(());
    };
    let gone: Vec<&str> = before.difference(&after).copied().collect();
    if !gone.is_empty() {
        let mut statement = Statement::new("DELETE FROM gallery_word WHERE owner = ");
        statement
            .bind(owner.as_str())
            .push(" AND media_id = ")
            .bind(id);
        statement.push(" AND word IN (");
        statement.bind_list(gone).push(")");
        connection.execute(&statement).await?;
    }
    let added: Vec<&str> = after.difference(&before).copied().collect();
    if !added.is_empty() {
        let mut statement =
            Statement::new("INSERT INTO gallery_word (owner, word, media_id) VALUES ");
        let row = |word: &str| vec![owner.as_str().into(), word.into(), id.into()];
        statement.bind_rows(added.into_iter().map(row));
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
