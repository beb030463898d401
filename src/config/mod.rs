//! Settings: command line and environment in, one validated `Config` out. Nothing else reads the environment.

mod auth;
mod http;
mod limits;
mod policies;
mod storage;
mod worker;

pub use crate::access::Settings as Auth;
pub use auth::AuthArgs;
pub use http::{Http, HttpArgs};
pub use limits::{Limits, LimitsArgs, Transforms};
pub use policies::{Policies, Policy};
pub use storage::{Database, Storage, StorageArgs, Store};
pub use worker::{Worker, WorkerArgs};

/// A setting with a bad value: one line that names it.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct Error {
    name: &'static str,
    problem: String,
}

impl Error {
    fn new(name: &'static str, problem: impl Into<String>) -> Self {
        Self {
            name,
            problem: problem.into(),
        }
    }
}

/// Settings as they were given.
#[derive(Debug, Clone, clap::Args)]
pub struct ConfigArgs {
    #[command(flatten)]
    http: HttpArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    auth: AuthArgs,
    #[command(flatten)]
    limits: LimitsArgs,
    #[command(flatten)]
    worker: WorkerArgs,
}

/// Settings as they are used.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how to serve.
    pub http: Http,
    /// Catalogue and store.
    pub storage: Storage,
    /// Who may do what.
    pub auth: Auth,
    /// What uploads and pictures may cost.
    pub limits: Limits,
    /// Background work.
    pub worker: Worker,
}

impl ConfigArgs {
    /// Checks everything at once.
    ///
    /// # Errors
    /// The first setting with a bad value.
    pub fn validate(self) -> Result<Config, Error> {
        let http = self.http.validate()?;
        let auth = self.auth.validate(http.host.is_loopback())?;
        Ok(Config {
            auth,
            storage: self.storage.validate()?,
            limits: self.limits.validate()?,
            worker: self.worker.validate()?,
            http,
        })
    }
}

/// Reads `500ms`, `30s`, `15m`, `12h` or `7d`.
pub(crate) fn duration(text: &str) -> Result<std::time::Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("must be a number with ms, s, m, h or d".into()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "must begin with a whole number".to_owned())?;
    number
        .checked_mul(millis)
        .map(std::time::Duration::from_millis)
        .ok_or_else(|| "is too long".into())
}

/// Reads a number of bytes, also as `64KiB`, `100MiB` or `2GiB`.
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("must be a number of bytes, or one with KiB, MiB or GiB".into()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "must begin with a whole number".to_owned())?;
    number
        .checked_mul(factor)
        .ok_or_else(|| "is too large".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read() {
        assert_eq!(duration("7d"), Ok(std::time::Duration::from_hours(7 * 24)));
        assert_eq!(duration("200ms"), Ok(std::time::Duration::from_millis(200)));
        assert!(
            duration("5").is_err()
                && duration("s").is_err()
                && duration("99999999999999999999d").is_err()
        );
        assert_eq!(bytes("100MiB"), Ok(104_857_600));
        assert_eq!(bytes("5"), Ok(5));
        assert!(bytes("5MB").is_err());
    }
}
