//! How a transaction fails inside the catalogue, and what is tried again.

use std::time::Duration;

use super::Error;

/// How often a transaction is run before its failure counts.
const TRIES: u32 = 5;

/// Why one run of a transaction did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database said no, or nothing at all.
    Sql(sqlx::Error),
    /// The same while committing an upload, when the difference matters.
    Commit(sqlx::Error),
    /// Somebody else changed what this run relied on.
    Race,
    /// The caller's answer.
    Known(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Known(error)
    }
}

/// What a backend's error codes mean.
pub(super) struct Codes {
    /// The transaction was rolled back and may succeed if run again.
    pub(super) transient: fn(&str) -> bool,
    /// There is no space left for it.
    pub(super) full: fn(&str) -> bool,
    /// As the answer to COMMIT: it was rolled back for certain.
    pub(super) rolled_back: fn(&str) -> bool,
}

impl Codes {
    /// Runs a transaction until it succeeds or fails for good.
    pub(super) async fn run<T, F, Run>(&self, transaction: F) -> Result<T, Error>
    where
        F: Fn() -> Run,
        Run: Future<Output = Result<T, Failure>>,
    {
        let mut tries = 1;
        loop {
            match transaction().await {
                Ok(value) => return Ok(value),
                Err(failure) if tries < TRIES && self.is_transient(&failure) => {
                    tracing::debug!(?failure, tries, "running a transaction again");
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                Err(failure) => return Err(self.error(failure)),
            }
        }
    }

    fn is_transient(&self, failure: &Failure) -> bool {
        match failure {
            Failure::Sql(error) | Failure::Commit(error) => has_code(error, self.transient),
            Failure::Race => true,
            Failure::Known(_) => false,
        }
    }

    /// The one place where a backend's failures become the catalogue's.
    pub(super) fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Known(error) => error,
            Failure::Race => Error::Unavailable(anyhow::anyhow!("lost every race for a row")),
            Failure::Commit(error) if !has_code(&error, self.rolled_back) => {
                Error::OutcomeUnknown(error.into())
            }
            Failure::Sql(error) | Failure::Commit(error) if has_code(&error, self.full) => {
                Error::Full(error.into())
            }
            Failure::Sql(
                error @ (sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::RowNotFound),
            ) => Error::Corrupt(error.to_string()),
            Failure::Sql(error) | Failure::Commit(error) => Error::Unavailable(error.into()),
        }
    }
}

fn has_code(error: &sqlx::Error, is_meant: fn(&str) -> bool) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| is_meant(&code))
}

/// 10, 20, 40 … ms, give or take half of it, so that those who met do not meet again.
fn pause(tries: u32) -> Duration {
    let whole = 10_000 << tries.min(8);
    let jitter = u64::from(uuid::Uuid::new_v4().as_fields().0) % whole;
    Duration::from_micros(whole / 4 + jitter / 2)
}
