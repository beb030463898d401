//! Connections whose settings are read back, because durability and the protocol rest on them.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
};

use super::SqliteCatalog;
use super::writer::Writing;
use crate::catalog::failure::Failure;
use crate::catalog::migrations;

/// How long a statement waits for another process's lock before it fails as busy.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a transaction waits for its connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);
const READERS: u32 = 4;
/// A reader's own pages (negative: KiB, not pages). With SQLite's 2 MiB, a filter that looks at a thousand rows of a library of a
/// million reads their pages from the file again and again.
const READER_CACHE_KIB: &str = "-8192";

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Brings the schema up to date inside one writing transaction: of two processes that start at once, the second finds it done.
pub(super) async fn migrate(path: &Path) -> Result<(), Failure> {
    let mut connection = options(path).connect().await?;
    check_settings(&mut connection).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrations::sqlite()
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}

/// The one writing connection and the readers; both connect when first used.
pub(super) fn pools(path: &Path) -> (SqlitePool, SqlitePool) {
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // There is no server that could have gone.
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(check_settings(connection)))
    };
    let writer = pool()
        .max_connections(1)
        .connect_lazy_with(options(path).create_if_missing(false));
    let readers = pool().max_connections(READERS).connect_lazy_with(
        options(path)
            .create_if_missing(false)
            .pragma("query_only", "ON")
            .pragma("cache_size", READER_CACHE_KIB),
    );
    (writer, readers)
}

async fn check_settings(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await?;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&mut *connection)
        .await?;
    let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys")
        .fetch_one(&mut *connection)
        .await?;
    let busy_timeout: i64 = sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(&mut *connection)
        .await?;
    let found = (journal.as_str(), synchronous, foreign_keys, busy_timeout);
    if found == ("wal", 2, 1, BUSY_TIMEOUT.as_millis() as i64) {
        Ok(())
    } else {
        Err(sqlx::Error::Configuration(
            format!("SQLite did not take journal_mode, synchronous, foreign_keys, busy_timeout: {found:?}")
                .into(),
        ))
    }
}

impl SqliteCatalog {
    /// A writing transaction, which has the write lock from its start, and its time.
    pub(super) async fn write(&self) -> Result<(Writing, i64), sqlx::Error> {
        let mut writing = self.writer.begin().await?;
        let now = now(&mut writing).await?;
        Ok((writing, now))
    }

    /// A transaction that reads one state of the database.
    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.readers.begin().await
    }

    /// The same, and the database's time.
    pub(super) async fn read(&self) -> Result<(Transaction<'static, Sqlite>, i64), sqlx::Error> {
        let mut transaction = self.snapshot().await?;
        let now = now(&mut transaction).await?;
        Ok((transaction, now))
    }
}

/// The database's clock in microseconds since 1970, of millisecond precision.
async fn now(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000")
        .fetch_one(connection)
        .await
}
