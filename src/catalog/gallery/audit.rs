//! Whether the gallery says what the references say, and making it so.

use uuid::Uuid;

use super::Changes;
use super::counters::{self, Counts};
use super::entry::{COLUMNS, Entry};
use super::keep::{AT_ONCE, entries_of};
use super::sql::{Connection, Statement};
use crate::catalog::Violation;
use crate::catalog::failure::Failure;
use crate::media::MediaId;

/// Enters at most `limit` references from before the gallery, or before its present version. Whether there may be more.
pub(in crate::catalog) async fn enter<C: Connection>(
    connection: &mut C,
    limit: u32,
) -> Result<bool, Failure> {
    // An update, so that nodes take turns.
    let progress = Statement::new("UPDATE gallery_progress SET after = after RETURNING after");
    let rows: Vec<(Uuid,)> = connection.rows(&progress).await?;
    let Some((after,)) = rows.first() else {
        return Ok(false);
    };
    let mut statement = Statement::new("SELECT id FROM media WHERE id > ");
    statement.bind(*after).push(" ORDER BY id LIMIT ");
    statement.bind(i64::from(limit));
    let ids: Vec<(Uuid,)> = connection.rows(&statement).await?;
    refresh(connection, ids.iter().map(|(id,)| *id)).await?;
    let last = ids.last().filter(|_| ids.len() == limit as usize);
    let mut statement = Statement::default();
    match last {
        Some((last,)) => statement
            .push("UPDATE gallery_progress SET after = ")
            .bind(*last),
        None => statement.push("DELETE FROM gallery_progress"),
    };
    connection.execute(&statement).await?;
    Ok(last.is_some())
}

/// I11: the gallery has a row for each reference that is ready and not in the trash, and no other; it says what the reference says; and
/// the counters are their numbers.
pub(in crate::catalog) async fn check<C: Connection>(
    connection: &mut C,
    limit: u32,
) -> Result<Vec<Violation>, Failure> {
    let mut details = Vec::new();
    for id in misplaced(connection, limit).await? {
        details.push(format!(
            "media {} is wrongly in the gallery or wrongly not in it",
            id.simple()
        ));
    }
    for owner in owners(connection).await? {
        if details.len() >= limit as usize {
            break;
        }
        let audited = of(connection, &owner).await?;
        let wrong = audited.wrong.iter().take(limit as usize);
        details.extend(
            wrong.map(|id| format!("the gallery shows media {} as it is not", id.simple())),
        );
        let (are, recorded) = (audited.counts, audited.recorded);
        let keys = are.keys().chain(recorded.keys());
        let differs = |key: &&(String, String)| are.get(*key) != recorded.get(*key);
        if let Some(key) = keys.clone().find(differs) {
            let of = |counts: &Counts| counts.get(key).copied().unwrap_or_default();
            let ((count, size), (count_recorded, size_recorded)) = (of(&are), of(&recorded));
            details.push(format!(
                "owner {owner:?} has {count} of {size} bytes with {:?} {:?}, recorded are {count_recorded} of {size_recorded}",
                key.0, key.1,
            ));
        }
    }
    details.truncate(limit as usize);
    Ok(details
        .into_iter()
        .map(|detail| Violation {
            invariant: "I11",
            loss: false,
            detail,
        })
        .collect())
}

/// Enters or takes out some of what is misplaced. Whether there was any.
pub(in crate::catalog) async fn enter_misplaced<C: Connection>(
    connection: &mut C,
) -> Result<bool, Failure> {
    let ids = misplaced(connection, 500).await?;
    refresh(connection, ids.iter().copied()).await?;
    Ok(!ids.is_empty())
}

/// Enters references as they are.
pub(in crate::catalog) async fn refresh<C: Connection>(
    connection: &mut C,
    ids: impl Iterator<Item = Uuid> + Send,
) -> Result<(), Failure> {
    let mut changes = Changes::default();
    ids.for_each(|id| changes.touch(MediaId(id)));
    changes.apply(connection).await
}

/// Counts an owner's rows anew. Whoever has changed rows and not yet counters waits for the first counter's row, which is everybody's
/// first, and then changes what was counted without it.
pub(in crate::catalog) async fn recount<C: Connection>(
    connection: &mut C,
    owner: &str,
) -> Result<(), Failure> {
    counters::lock(connection, owner).await?;
    let mut counts = Counts::new();
    let mut after = FIRST;
    while let Some(entries) = page(connection, owner, &mut after).await? {
        for entry in &entries {
            counters::add(&mut counts, entry, 1);
        }
    }
    counters::replace(connection, owner, &counts).await
}

/// Everybody who has references or counters.
pub(in crate::catalog) async fn owners<C: Connection>(
    connection: &mut C,
) -> Result<Vec<String>, Failure> {
    let statement = Statement::new(
        "SELECT owner FROM owner_usage UNION SELECT owner FROM gallery_count WHERE facet = '' AND media_count > 0",
    );
    let rows: Vec<(String,)> = connection.rows(&statement).await?;
    Ok(rows.into_iter().map(|(owner,)| owner).collect())
}

/// References that should be in the gallery and are not, or the other way round; not while older ones are still being entered.
async fn misplaced<C: Connection>(connection: &mut C, limit: u32) -> Result<Vec<Uuid>, Failure> {
    let mut statement = Statement::new(
        "SELECT id FROM (
             SELECT m.id FROM media m LEFT JOIN gallery g ON g.media_id = m.id
             WHERE (m.status = 'ready' AND m.trashed_at IS NULL) <> (g.media_id IS NOT NULL)
             UNION ALL
             SELECT g.media_id FROM gallery g
             WHERE NOT EXISTS (SELECT 1 FROM media m WHERE m.id = g.media_id)) misplaced
         WHERE NOT EXISTS (SELECT 1 FROM gallery_progress) LIMIT ",
    );
    statement.bind(i64::from(limit));
    let rows: Vec<(Uuid,)> = connection.rows(&statement).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// An owner's rows beside their references.
pub(in crate::catalog) struct Audited {
    /// Those that say something else.
    pub(in crate::catalog) wrong: Vec<Uuid>,
    counts: Counts,
    recorded: Counts,
}

impl Audited {
    /// Whether the counters are the rows' numbers.
    pub(in crate::catalog) fn is_counted(&self) -> bool {
        self.counts == self.recorded
    }
}

/// Looks at everything of an owner's.
pub(in crate::catalog) async fn of<C: Connection>(
    connection: &mut C,
    owner: &str,
) -> Result<Audited, Failure> {
    let (mut wrong, mut counts) = (Vec::new(), Counts::new());
    let mut after = FIRST;
    while let Some(entries) = page(connection, owner, &mut after).await? {
        let ids = entries.iter().map(|entry| MediaId(entry.media_id));
        let ids: Vec<MediaId> = ids.collect();
        let should_be = entries_of(connection.media(&ids).await?)?;
        for entry in &entries {
            counters::add(&mut counts, entry, 1);
            let should_be = should_be.get(&entry.media_id);
            if should_be.is_some_and(|should_be| !entry.says(should_be)) {
                wrong.push(entry.media_id);
            }
        }
    }
    Ok(Audited {
        wrong,
        counts,
        recorded: counters::all(connection, owner).await?,
    })
}

/// Before all rows of an owner, in the order of [`Entry::place`].
const FIRST: (i64, Uuid) = (i64::MIN, Uuid::nil());

/// The next of an owner's rows; `None` behind the last.
async fn page<C: Connection>(
    connection: &mut C,
    owner: &str,
    after: &mut (i64, Uuid),
) -> Result<Option<Vec<Entry>>, Failure> {
    let columns = COLUMNS.join(", ");
    let mut statement =
        Statement::new(format_args!("SELECT {columns} FROM gallery WHERE owner = "));
    statement
        .bind(owner)
        .push(" AND (created_at, media_id) > (");
    statement.bind(after.0).push(", ").bind(after.1);
    statement.push(format_args!(
        ") ORDER BY created_at, media_id LIMIT {AT_ONCE}"
    ));
    let entries: Vec<Entry> = connection.rows(&statement).await?;
    Ok(entries.last().map(Entry::place).map(|last| {
        *after = last;
        entries
    }))
}
