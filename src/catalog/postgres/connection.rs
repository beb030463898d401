//! Connections and their time limits.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::types::PgInterval;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, Postgres, Transaction};

use super::PostgresCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::migrations;
use crate::catalog::time::micros;

/// How long a transaction waits for its connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long after its last use a connection is taken to be alive; sqlx asks it when it is given back.
const FRESH: Duration = Duration::from_secs(1);
/// Milliseconds; no statement of a request takes nearly as long, and a client that is gone must not hold a row.
const LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "30000"),
    ("lock_timeout", "10000"),
    ("idle_in_transaction_session_timeout", "60000"),
];

/// Brings the schema up to date. An advisory lock keeps others waiting; a connection of its own, without time limits, releases it
/// whatever happens.
pub(super) async fn migrate(url: &str) -> Result<(), Failure> {
    let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
    migrations::postgres()
        .run_direct(None, &mut connection, false)
        .await
        .map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
    connection.close().await?;
    Ok(())
}

/// Connects when first used.
pub(super) fn pool(url: &str, max_connections: u32) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?.options(LIMITS);
    Ok(PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Instead of a way there and back before each transaction.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options))
}

impl PostgresCatalog {
    /// A transaction whose statements each see what was committed before them.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool
            .begin_with("BEGIN ISOLATION LEVEL READ COMMITTED")
            .await
    }

    /// A transaction that reads one state of the database, each statement planned for its values: a plan that knows none
    /// takes the owner of a million pictures for one like the others.
    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool
            .begin_with(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                 SET LOCAL plan_cache_mode = force_custom_plan",
            )
            .await
    }
}

/// Nothing is done, and rows are free before anybody knows: claims pass over locked ones, and what is dropped ends some time later.
pub(super) async fn undo(tx: Transaction<'static, Postgres>) -> Result<bool, Failure> {
    tx.rollback().await?;
    Ok(false)
}

/// A duration as the database counts it.
pub(super) fn interval(duration: Duration) -> PgInterval {
    PgInterval {
        months: 0,
        days: 0,
        microseconds: micros(duration),
    }
}
