//! Statements that both backends understand, and what runs them. Times are microseconds since 1970, and whole numbers 64 bits wide, so
//! that nothing has to be said twice.

use std::fmt;

use sqlx::postgres::{PgConnection, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::catalog::failure::Failure;
use crate::catalog::{Media, postgres, sqlite};
use crate::media::MediaId;

/// A parameter.
#[derive(Debug, Clone)]
pub(in crate::catalog) enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Id(Uuid),
}

macro_rules! value_from {
    ($($from:ty => $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                $to(value)
            }
        })*
    };
}

value_from! {
    i64 => |value| Value::Int(Some(value));
    Option<i64> => Value::Int;
    Option<f64> => Value::Real;
    f64 => |value| Value::Real(Some(value));
    &str => |value: &str| Value::Text(Some(value.to_owned()));
    String => |value| Value::Text(Some(value));
    Option<String> => Value::Text;
    Vec<u8> => Value::Bytes;
    Uuid => Value::Id;
}

/// SQL with its parameters, which stand in it as `$1`, `$2`, …
#[derive(Debug, Clone, Default)]
pub(in crate::catalog) struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    pub(super) fn new(sql: impl fmt::Display) -> Self {
        let mut statement = Self::default();
        statement.push(sql);
        statement
    }

    /// Text of ours, never anybody's data.
    pub(super) fn push(&mut self, sql: impl fmt::Display) -> &mut Self {
        use fmt::Write as _;
        // Writing to a string cannot fail.
        let _ = write!(self.sql, "{sql}");
        self
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len();
        self.push(format_args!("${number}"))
    }

    /// The same, inside of another.
    pub(super) fn within(&self, open: &str, close: &str) -> Self {
        Self {
            sql: format!("{open}{}{close}", self.sql),
            values: self.values.clone(),
        }
    }

    /// `(…), (…)`, one for each row.
    pub(super) fn bind_rows(&mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> &mut Self {
        for (index, row) in rows.into_iter().enumerate() {
            self.push(if index == 0 { "(" } else { ", (" });
            self.bind_list(row).push(")");
        }
        self
    }

    /// `…, …`.
    pub(super) fn bind_list<V: Into<Value>>(
        &mut self,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }
}

/// What both backends can make of a row.
pub(in crate::catalog) trait Row:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin
{
}

impl<T> Row for T where T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin
{}

/// A connection of either backend.
pub(in crate::catalog) trait Connection: Send {
    /// A condition on events: none can yet come in between.
    const SETTLED: &'static str;
    /// What stands before and behind a query that finds the values that something may have, each of which is then looked up.
    const AMONG: (&'static str, &'static str);
    /// What stands before and behind a JSON list whose texts a query selects.
    const LISTED: (&'static str, &'static str);

    fn execute(
        &mut self,
        statement: &Statement,
    ) -> impl Future<Output = Result<u64, Failure>> + Send;

    fn rows<R: Row>(
        &mut self,
        statement: &Statement,
    ) -> impl Future<Output = Result<Vec<R>, Failure>> + Send;

    /// References as they are, in no order.
    fn media(
        &mut self,
        ids: &[MediaId],
    ) -> impl Future<Output = Result<Vec<Media>, Failure>> + Send;

    /// The same, and whoever changes them waits until this transaction ends.
    fn lock_media(
        &mut self,
        ids: &[MediaId],
    ) -> impl Future<Output = Result<Vec<Media>, Failure>> + Send;
}

macro_rules! bound {
    ($query:expr, $statement:expr) => {{
        let mut query = $query;
        for value in &$statement.values {
            query = match value.clone() {
                Value::Int(value) => query.bind(value),
                Value::Real(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
                Value::Id(value) => query.bind(value),
            };
        }
        query
    }};
}

macro_rules! connection {
    ($connection:ty, $database:ty, $backend:ident, $settled:expr, $among:expr, $listed:expr) => {
        impl Connection for $connection {
            const SETTLED: &'static str = $settled;
            const AMONG: (&'static str, &'static str) = $among;
            const LISTED: (&'static str, &'static str) = $listed;

            async fn execute(&mut self, statement: &Statement) -> Result<u64, Failure> {
                let query = sqlx::query::<$database>(AssertSqlSafe(statement.sql.as_str()));
                let done = bound!(query, statement).execute(self).await?;
                Ok(done.rows_affected())
            }

            async fn rows<R: Row>(&mut self, statement: &Statement) -> Result<Vec<R>, Failure> {
                let query = sqlx::query_as::<$database, R>(AssertSqlSafe(statement.sql.as_str()));
                Ok(bound!(query, statement).fetch_all(self).await?)
            }

            async fn media(&mut self, ids: &[MediaId]) -> Result<Vec<Media>, Failure> {
                $backend::by_ids(self, ids).await
            }

            async fn lock_media(&mut self, ids: &[MediaId]) -> Result<Vec<Media>, Failure> {
                $backend::lock_by_ids(self, ids).await
            }
        }
    };
}

connection!(
    PgConnection,
    Postgres,
    postgres,
    // Of what a transaction wrote that began after the oldest still running, something may come in before.
    " AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    // By IN it may join with the whole table instead.
    ("= ANY(ARRAY(", "))"),
    ("json_array_elements_text(", "::json)")
);
// Writers take turns.
connection!(
    SqliteConnection,
    Sqlite,
    sqlite,
    "",
    ("IN (", ")"),
    ("value FROM json_each(", ")")
);
