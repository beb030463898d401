//! Which catalogue and which store.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Error, duration};

/// Settings of catalogue and store.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct StorageArgs {
    /// Folder of the spool, and of the SQLite catalogue and the files where those are used
    #[arg(long, env = "DATA_DIR", default_value = "./data")]
    data_dir: PathBuf,
    /// postgres://… for a catalogue that many nodes share [default: SQLite in DATA_DIR]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<SecretString>,
    /// Most connections to Postgres
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16)]
    database_connections: u32,
    /// Bucket for the bytes [default: files in DATA_DIR]
    #[arg(long, env = "S3_BUCKET")]
    s3_bucket: Option<String>,
    /// URL of the S3 server, or its host name together with S3_PORT and S3_USE_SSL [default: AWS]
    #[arg(long, env = "S3_ENDPOINT")]
    s3_endpoint: Option<String>,
    /// Port of the S3 server, when S3_ENDPOINT is a host name
    #[arg(long, env = "S3_PORT")]
    s3_port: Option<u16>,
    /// Whether to use https, when S3_ENDPOINT is a host name
    #[arg(long, env = "S3_USE_SSL", default_value_t = false, action = clap::ArgAction::Set)]
    s3_use_ssl: bool,
    /// Region of the bucket
    #[arg(long, env = "S3_REGION", default_value = "us-east-1")]
    s3_region: String,
    /// Access key of the bucket
    #[arg(long, env = "S3_ACCESS_KEY", hide_env_values = true)]
    s3_access_key: Option<SecretString>,
    /// Secret key of the bucket
    #[arg(long, env = "S3_SECRET_KEY", hide_env_values = true)]
    s3_secret_key: Option<SecretString>,
    /// What every key in the bucket begins with
    #[arg(long, env = "S3_PREFIX", default_value = "")]
    s3_prefix: String,
    /// Whether pictures, films and sound go out from the bucket's own server, by a URL that ends after an hour: on or off. Then clients
    /// must reach S3_ENDPOINT, and nobody checks the bytes on their way
    #[arg(long, env = "DELIVERY_REDIRECT", default_value = "off", value_parser = on_or_off, action = clap::ArgAction::Set)]
    delivery_redirect: bool,
    /// How long deleted bytes stay in the store before they are swept
    #[arg(long, env = "TRASH_KEEP", default_value = "7d", value_parser = duration)]
    trash_keep: Duration,
    /// How long owners can restore what they deleted; 0s: what they delete is gone at once
    #[arg(long, env = "TRASH_RETENTION", default_value = "0s", value_parser = duration)]
    trash_retention: Duration,
}

/// Catalogue and store.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Folder of everything local.
    pub data_dir: PathBuf,
    /// The catalogue.
    pub database: Database,
    /// The store.
    pub store: Store,
    /// Whether originals go out from the bucket's own server.
    pub delivery_redirect: bool,
    /// How long trash is kept.
    pub trash_keep: Duration,
    /// How long references stay in their owners' trash; zero when there is none.
    pub trash_retention: Duration,
}

/// Which catalogue.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file in the data folder; one node.
    Sqlite(PathBuf),
    /// A server; many nodes.
    Postgres {
        /// Connection URL.
        url: SecretString,
        /// Pool size.
        connections: u32,
    },
}

/// Which store.
#[derive(Debug, Clone)]
pub enum Store {
    /// Files under this folder.
    Files(PathBuf),
    /// A bucket.
    S3 {
        /// URL, `None` for AWS.
        endpoint: Option<String>,
        /// Region.
        region: String,
        /// Bucket.
        bucket: String,
        /// Access key.
        access_key: SecretString,
        /// Secret key.
        secret_key: SecretString,
        /// Key prefix, empty or ending in a slash.
        prefix: String,
    },
}

impl StorageArgs {
    pub(super) fn validate(self) -> Result<Storage, Error> {
        // Compose files and the like hand on what is not set as the empty string.
        let set = |secret: &SecretString| !secret.expose_secret().is_empty();
        let database = match self.database_url.filter(set) {
            None => Database::Sqlite(self.data_dir.join("catalog.sqlite")),
            Some(url) => {
                let text = url.expose_secret();
                if let Some(path) = text.strip_prefix("sqlite:") {
                    Database::Sqlite(PathBuf::from(path.trim_start_matches("//")))
                } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
                    Database::Postgres {
                        url,
                        connections: self.database_connections.max(2),
                    }
                } else {
                    return Err(Error::new(
                        "DATABASE_URL",
                        "must begin with postgres:// or sqlite:",
                    ));
                }
            }
        };
        let store = match self.s3_bucket.filter(|bucket| !bucket.is_empty()) {
            None => Store::Files(self.data_dir.join("store")),
            Some(bucket) => Store::S3 {
                bucket,
                endpoint: endpoint(self.s3_endpoint, self.s3_port, self.s3_use_ssl)?,
                region: self.s3_region,
                access_key: self
                    .s3_access_key
                    .filter(set)
                    .ok_or_else(|| Error::new("S3_ACCESS_KEY", "is needed with S3_BUCKET"))?,
                secret_key: self
                    .s3_secret_key
                    .filter(set)
                    .ok_or_else(|| Error::new("S3_SECRET_KEY", "is needed with S3_BUCKET"))?,
                prefix: match self.s3_prefix.trim_matches('/') {
                    "" => String::new(),
                    prefix => format!("{prefix}/"),
                },
            },
        };
        if self.delivery_redirect && !matches!(store, Store::S3 { .. }) {
            return Err(Error::new("DELIVERY_REDIRECT", "needs S3_BUCKET"));
        }
        Ok(Storage {
            data_dir: self.data_dir,
            database,
            store,
            delivery_redirect: self.delivery_redirect,
            trash_keep: self.trash_keep,
            trash_retention: self.trash_retention,
        })
    }
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("must be on or off".to_owned()),
    }
}

fn endpoint(given: Option<String>, port: Option<u16>, ssl: bool) -> Result<Option<String>, Error> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    if given.starts_with("http://") || given.starts_with("https://") {
        return Ok(Some(given.trim_end_matches('/').to_owned()));
    }
    if given.contains('/') {
        return Err(Error::new("S3_ENDPOINT", "must be a URL or a host name"));
    }
    let scheme = if ssl { "https" } else { "http" };
    Ok(Some(port.map_or(format!("{scheme}://{given}"), |port| {
        format!("{scheme}://{given}:{port}")
    })))
}
