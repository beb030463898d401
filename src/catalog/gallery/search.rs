//! Finding: the rarest criterion drives, through the index that has its rows in the order of the page; the others are looked at row by
//! row. A criterion of several values is several walks, merged.

use super::entry::day_of;
use super::sql::{Connection, Statement};
use super::{cell, counters};
use crate::catalog::failure::Failure;
use crate::catalog::{Count, Criteria, Error, Page, Shown};
use crate::media::{Cursor, SortKey};

/// Rows that are looked at to count what no counter tells.
const COUNTED: u64 = 1_000;
/// Up to so many rows are fetched for one page and sorted.
const FEW: u64 = 5_000;
/// More than there ever are of few. A limit keeps Postgres from looking for what comes first by another index.
const ALL_OF_FEW: u64 = 1_000_000;
/// Values of one criterion that are walked one by one.
const WALKS: usize = 32;

/// What selects rows besides the driving criterion, and what drives.
pub(super) struct Plan {
    /// Each is a condition of its own walk, whose rows no other has.
    walks: Vec<Condition>,
    /// What all walks have in common.
    rest: Vec<Condition>,
    /// Rows of all walks together; `None` when they are all that the owner has, or not counted.
    rows: Option<u64>,
    /// Whether these are so few that all of them are fetched and sorted.
    is_few: bool,
}

/// A condition on a row of `gallery`.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    All,
    Is(&'static str, String),
    /// With the database's [`Connection::LISTED`].
    OneOf(&'static str, Vec<String>, (&'static str, &'static str)),
    Between(&'static str, Option<i64>, Option<i64>),
    Within([f64; 4]),
    /// Has a word that begins so, by the index of words; with the database's [`Connection::AMONG`].
    Indexed(String, (&'static str, &'static str)),
    /// The same, by the row's own words.
    Word(String),
}

impl Condition {
    /// ` AND …`.
    pub(super) fn push(&self, statement: &mut Statement, owner: &str) {
        match self {
            Self::All => {}
            Self::Is(column, value) => {
                statement.push(format_args!(" AND {column} = "));
                statement.bind(value.as_str());
            }
            // Many go as one parameter: there is a limit to these.
            Self::OneOf(column, values, (open, close)) if values.len() > WALKS => {
                statement.push(format_args!(" AND {column} IN (SELECT {open}"));
                statement.bind(serde_json::json!(values).to_string());
                statement.push(format_args!("{close})"));
            }
            Self::OneOf(column, values, _) => {
                statement.push(format_args!(" AND {column} IN ("));
                statement
                    .bind_list(values.iter().map(String::as_str))
                    .push(")");
            }
            Self::Between(column, from, to) => {
                if let Some(from) = from {
                    statement.push(format_args!(" AND {column} >= "));
                    statement.bind(*from);
                }
                if let Some(to) = to {
                    statement.push(format_args!(" AND {column} <= "));
                    statement.bind(*to);
                }
            }
            Self::Within([west, south, east, north]) => {
                statement.push(" AND latitude BETWEEN ").bind(*south);
                statement.push(" AND ").bind(*north);
                statement.push(" AND (longitude >= ").bind(*west);
                statement.push(if west > east { " OR " } else { " AND " });
                statement.push("longitude <= ").bind(*east).push(")");
            }
            Self::Indexed(word, (open, close)) => {
                statement.push(format_args!(" AND media_id {open}"));
                push_word(statement, owner, word);
                statement.push(close);
            }
            Self::Word(word) => {
                statement.push(" AND words LIKE ");
                statement.bind(format!("% {word}%"));
            }
        }
    }
}

fn push_word(statement: &mut Statement, owner: &str, word: &str) {
    statement
        .push("SELECT media_id FROM gallery_word WHERE owner = ")
        .bind(owner);
    statement.push(" AND word >= ").bind(word);
    statement
        .push(" AND word < ")
        .bind(format!("{word}\u{10ffff}"));
}

/// What all values of a criterion are, and how many rows they have.
struct Choice {
    column: &'static str,
    values: Vec<String>,
    count: u64,
}

/// How a search is done; `None` when nothing can be found.
pub(super) async fn plan<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
) -> Result<Option<Plan>, Failure> {
    let mut choices = choices(connection, criteria).await?;
    if choices.iter().any(|choice| choice.values.is_empty()) {
        return Ok(None);
    }
    choices.sort_by_key(|choice| choice.count);
    let mut rest = dates(criteria);
    let mut drivers = drivers(connection, criteria).await?;
    rest.extend(criteria.words.iter().cloned().map(Condition::Word));
    rest.extend(criteria.bbox.map(Condition::Within));
    drivers.sort_by_key(|(count, _)| *count);
    let few = drivers.into_iter().next().filter(|(count, _)| {
        *count <= FEW && choices.first().is_none_or(|choice| *count < choice.count)
    });
    // What is in a box has a place.
    let is_open = |choice: &Choice| choice.column != "located" || criteria.bbox.is_none();
    if let Some((rows, walks)) = few {
        let open = choices.into_iter().filter(is_open);
        rest.extend(open.map(Choice::condition::<C>));
        return Ok(Some(Plan {
            walks,
            rest,
            rows: Some(rows),
            is_few: true,
        }));
    }
    let mut choices = choices.into_iter();
    let (rows, walks) = match choices.next() {
        None => (None, vec![Condition::All]),
        Some(driver) if driver.values.len() > WALKS => {
            (Some(driver.count), vec![driver.condition::<C>()])
        }
        Some(driver) => {
            let is = |value| Condition::Is(driver.column, value);
            let walks = driver.values.into_iter().map(is).collect();
            (Some(driver.count), walks)
        }
    };
    rest.extend(choices.filter(is_open).map(Choice::condition::<C>));
    Ok(Some(Plan {
        walks,
        rest,
        rows,
        is_few: false,
    }))
}

/// Words and the box as walks, with how many rows those have, counted as far as they are few.
async fn drivers<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
) -> Result<Vec<(u64, Vec<Condition>)>, Failure> {
    let owner = criteria.owner.as_str();
    let mut drivers = Vec::new();
    for word in &criteria.words {
        // In order, or Postgres reads all words of everybody in the hope of soon finding enough.
        let count = up_to_few(connection, |found| {
            push_word(found, owner, word);
            found.push(" ORDER BY word");
        });
        drivers.push((
            count.await?,
            vec![Condition::Indexed(word.clone(), C::AMONG)],
        ));
    }
    if let Some(bbox) = criteria.bbox {
        let plan = Plan::within(bbox);
        let count = up_to_few(connection, |found| {
            plan.push(found, owner, "cell", |_| ());
        });
        drivers.push((count.await?, plan.walks));
    }
    Ok(drivers)
}

/// How many rows a query finds, counted as far as they are few.
async fn up_to_few<C: Connection>(
    connection: &mut C,
    query: impl FnOnce(&mut Statement),
) -> Result<u64, Failure> {
    let mut statement = Statement::new("SELECT COUNT(*) FROM (");
    query(&mut statement);
    statement.push(format_args!(" LIMIT {}) found", FEW + 1));
    let count: Vec<(i64,)> = connection.rows(&statement).await?;
    Ok(count[0].0 as u64)
}

impl Choice {
    fn condition<C: Connection>(self) -> Condition {
        Condition::OneOf(self.column, self.values, C::LISTED)
    }
}

fn dates(criteria: &Criteria) -> Vec<Condition> {
    let (from, to) = (criteria.date_from, criteria.date_to);
    if from.is_none() && to.is_none() {
        return Vec::new();
    }
    let micros = |at: chrono::DateTime<chrono::Utc>| at.timestamp_micros();
    let column = match criteria.date_field {
        SortKey::DateTaken => "taken_at",
        SortKey::CreatedAt | SortKey::Size => "created_at",
    };
    vec![Condition::Between(column, from.map(micros), to.map(micros))]
}

/// The criteria that are values of a column, as the values there are.
async fn choices<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
) -> Result<Vec<Choice>, Failure> {
    let is_wanted = [
        ("apps", criteria.apps.is_some()),
        ("mime", criteria.mime.is_some()),
        ("camera", criteria.camera.is_some()),
        ("lens", criteria.lens.is_some()),
        ("located", criteria.has_location || criteria.bbox.is_some()),
    ];
    let wanted = is_wanted.into_iter().filter(|(_, is_wanted)| *is_wanted);
    let wanted: Vec<&str> = wanted.map(|(column, _)| column).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let counted = counters::of(connection, criteria.owner.as_str(), &wanted).await?;
    let choice = |column| {
        let of_column = counted
            .iter()
            .filter(|((facet, value), _)| facet == column && is_chosen(criteria, column, value));
        let (values, counts): (Vec<String>, Vec<i64>) = of_column
            .map(|((_, value), (count, _))| (value.clone(), *count))
            .unzip();
        let count = counts.iter().sum::<i64>() as u64;
        Choice {
            column,
            values,
            count,
        }
    };
    Ok(wanted.into_iter().map(choice).collect())
}

fn is_chosen(criteria: &Criteria, column: &str, value: &str) -> bool {
    let same = |wanted: &Option<String>| {
        let wanted = wanted.as_deref().map(str::to_lowercase);
        wanted.is_some_and(|wanted| value.to_lowercase() == wanted)
    };
    match column {
        "apps" => criteria
            .apps
            .iter()
            .flatten()
            .any(|app| value.split('\n').any(|used| used == app.as_str())),
        "mime" => criteria.mime.as_ref().is_some_and(|mime| {
            value == mime || (mime.ends_with('/') && value.starts_with(mime.as_str()))
        }),
        "camera" => same(&criteria.camera),
        "lens" => same(&criteria.lens),
        _ => true,
    }
}

impl Plan {
    /// Everything of the cells that a box touches.
    pub(super) fn within(bbox: [f64; 4]) -> Self {
        let walk = |(first, last)| Condition::Between("cell", Some(first), Some(last));
        Self {
            walks: cell::ranges(bbox).into_iter().map(walk).collect(),
            rest: Vec::new(),
            rows: None,
            is_few: false,
        }
    }

    /// `FROM`'s rows of every walk: the columns, and what each walk ends with.
    pub(super) fn push(
        &self,
        statement: &mut Statement,
        owner: &str,
        columns: &str,
        end: impl Fn(&mut Statement),
    ) {
        for (index, walk) in self.walks.iter().enumerate() {
            if index > 0 {
                statement.push(" UNION ALL ");
            }
            statement.push(format_args!(
                "SELECT * FROM (SELECT {columns} FROM gallery WHERE "
            ));
            // Words are their owner's, and SQLite would walk all that the owner has.
            match walk {
                Condition::Indexed(..) => statement.push("TRUE"),
                _ => statement.push("owner = ").bind(owner),
            };
            for condition in [walk].into_iter().chain(&self.rest) {
                condition.push(statement, owner);
            }
            end(statement);
            statement.push(format_args!(") walk_{index}"));
        }
    }

    /// What a walk ends with: the first rows of it that a page can need.
    pub(super) fn push_first(
        &self,
        walk: &mut Statement,
        key: &str,
        descending: bool,
        page: &Page,
    ) {
        if self.is_few {
            walk.push(format_args!(" LIMIT {ALL_OF_FEW}"));
            return;
        }
        let direction = if descending { "DESC" } else { "ASC" };
        walk.push(format_args!(
            " ORDER BY {key} {direction}, media_id {direction} LIMIT "
        ));
        walk.bind(i64::from(page.limit) + page.offset as i64);
    }

    /// Whether [`push_first`](Self::push_first) leaves nothing to sort or cut off.
    pub(super) fn is_one_page(&self, page: &Page) -> bool {
        self.walks.len() == 1 && !self.is_few && page.offset == 0
    }

    /// In an index's order, or Postgres reads everybody's rows in the hope of soon finding enough.
    fn order_of_sample(&self) -> &'static str {
        let has_order = |walk| matches!(walk, &Condition::All | &Condition::Is(..));
        match self.rest.first() {
            _ if !self.walks.iter().all(has_order) => "",
            Some(Condition::Between("created_at", ..)) => " ORDER BY created_at DESC",
            _ => " ORDER BY taken_at DESC",
        }
    }

    /// The conditions of all walks as one, after a WHERE.
    pub(super) fn push_conditions(&self, statement: &mut Statement, owner: &str) {
        statement.push(" AND (FALSE");
        for walk in &self.walks {
            statement.push(" OR (TRUE");
            walk.push(statement, owner);
            statement.push(")");
        }
        statement.push(")");
        for condition in &self.rest {
            condition.push(statement, owner);
        }
    }
}

/// A column to sort by.
fn column(sort: SortKey) -> &'static str {
    match sort {
        SortKey::CreatedAt => "created_at",
        SortKey::DateTaken => "taken_at",
        SortKey::Size => "size_bytes",
    }
}

/// A page of what is found, in its order.
pub(in crate::catalog) async fn find<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    page: &Page,
) -> Result<Vec<(Cursor, Shown)>, Failure> {
    let Some(plan) = plan(connection, criteria).await? else {
        return Ok(Vec::new());
    };
    let key = column(criteria.sort);
    let push_walks = |statement: &mut Statement, columns: &str| {
        plan.push(statement, criteria.owner.as_str(), columns, |walk| {
            push_cursor(walk, criteria, page);
            plan.push_first(walk, key, criteria.descending, page);
        });
    };
    let mut statement = Statement::default();
    if plan.is_one_page(page) {
        push_walks(&mut statement, &format!("{key} AS sort_key, shown"));
    } else {
        statement.push(format_args!(
            "SELECT sort_key, {SHOWN} FROM (SELECT media_id, sort_key FROM ("
        ));
        push_walks(&mut statement, &format!("media_id, {key} AS sort_key"));
        let direction = direction(criteria);
        statement.push(format_args!(
            ") walks ORDER BY sort_key {direction}, media_id {direction} LIMIT "
        ));
        statement.bind(i64::from(page.limit)).push(" OFFSET ");
        statement.bind(page.offset as i64).push(") found");
    }
    let mut found = shown(connection, &statement).await?;
    found.sort_by_key(|(key, media)| (*key, media.id));
    if criteria.descending {
        found.reverse();
    }
    let place = |(key, media): (i64, Shown)| (Cursor { key, id: media.id }, media);
    Ok(found.into_iter().map(place).collect())
}

/// What is shown of `found.media_id`, of which there are no more than a page has.
pub(super) const SHOWN: &str =
    "(SELECT shown FROM gallery WHERE media_id = found.media_id) AS shown";

/// What a statement finds by key and [`Shown`], in no order.
pub(super) async fn shown<C: Connection>(
    connection: &mut C,
    statement: &Statement,
) -> Result<Vec<(i64, Shown)>, Failure> {
    let rows: Vec<(i64, String)> = connection.rows(statement).await?;
    let shown = |(key, json): (i64, String)| {
        let shown = serde_json::from_str(&json);
        let shown = shown.map_err(|error| Error::Corrupt(format!("gallery row: {error}")))?;
        Ok((key, shown))
    };
    rows.into_iter().map(shown).collect()
}

fn direction(criteria: &Criteria) -> &'static str {
    if criteria.descending { "DESC" } else { "ASC" }
}

fn push_cursor(walk: &mut Statement, criteria: &Criteria, page: &Page) {
    if let Some(cursor) = page.after {
        let key = column(criteria.sort);
        let beyond = if criteria.descending { "<" } else { ">" };
        walk.push(format_args!(" AND ({key}, media_id) {beyond} ("));
        walk.bind(cursor.key).push(", ").bind(cursor.id.0).push(")");
    }
}

/// How many are found: by a counter, or by looking at [`COUNTED`] rows and taking the others for the like of them.
pub(in crate::catalog) async fn count<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
) -> Result<Count, Failure> {
    let owner = criteria.owner.as_str();
    let Some(plan) = plan(connection, criteria).await? else {
        return Ok(Count::exactly(0));
    };
    let of_walks = match plan.rows {
        Some(rows) => rows,
        None => counters::total(connection, owner).await?,
    };
    if plan.rest.is_empty() {
        return Ok(Count::exactly(of_walks));
    }
    // The walks' own conditions and the dates' are the index's; what is left is looked at in each row.
    let (dates, others): (Vec<_>, Vec<_>) = plan
        .rest
        .into_iter()
        .partition(|condition| matches!(condition, Condition::Between(..)));
    let rows = match dates.first() {
        Some(Condition::Between("taken_at", from, to)) => {
            let (taken, all) = dated(connection, owner, *from, *to).await?;
            if others.is_empty() && of_walks == all && is_whole_days(*from, *to) {
                return Ok(Count::exactly(taken));
            }
            of_walks * taken / all.max(1)
        }
        _ => of_walks,
    };
    let narrowed = Plan {
        walks: plan.walks,
        rest: dates,
        rows: Some(rows),
        is_few: plan.is_few,
    };
    let mut statement = Statement::new("SELECT COUNT(*), COALESCE(SUM(CASE WHEN TRUE");
    for condition in &others {
        condition.push(&mut statement, owner);
    }
    statement.push(" THEN 1 ELSE 0 END), 0) FROM (");
    let order = narrowed.order_of_sample();
    // Nothing of a row but that it is there can be told by the index.
    let columns = if others.is_empty() { "owner" } else { "*" };
    narrowed.push(&mut statement, owner, columns, |walk| {
        walk.push(format_args!("{order} LIMIT {}", COUNTED + 1));
    });
    statement.push(") walks");
    let counts: Vec<(i64, i64)> = connection.rows(&statement).await?;
    let (seen, found) = (counts[0].0 as u64, counts[0].1 as u64);
    if seen <= COUNTED {
        return Ok(Count::exactly(found));
    }
    Ok(Count {
        count: (found * rows.max(seen) / seen).max(found),
        is_exact: false,
    })
}

const DAY: i64 = 86_400_000_000;

fn is_whole_days(from: Option<i64>, to: Option<i64>) -> bool {
    from.is_none_or(|from| from.rem_euclid(DAY) == 0)
        && to.is_none_or(|to| to.rem_euclid(DAY) == DAY - 1)
}

/// How many were taken from one day to another, and how many there are.
async fn dated<C: Connection>(
    connection: &mut C,
    owner: &str,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<(u64, u64), Failure> {
    let mut statement = Statement::new(
        "SELECT CAST(COALESCE(SUM(media_count), 0) AS bigint) FROM gallery_count WHERE facet = 'day' AND owner = ",
    );
    statement.bind(owner).push(" AND value BETWEEN ");
    statement.bind(from.map_or_else(String::new, day_of));
    statement.push(" AND ");
    statement.bind(to.map_or_else(|| ":".to_owned(), day_of));
    let rows: Vec<(i64,)> = connection.rows(&statement).await?;
    Ok((
        rows[0].0.max(0) as u64,
        counters::total(connection, owner).await?,
    ))
}
