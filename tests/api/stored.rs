//! What is really stored: rows counted in the catalogue, files in the store, and fsck's word on both.

use std::path::Path;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use crate::server::{Backend, Site};

impl Site {
    /// How many rows a table of the catalogue has.
    pub(crate) async fn rows(&self, table: &str) -> i64 {
        let query = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count = match self.backend {
            Backend::Sqlite => {
                let file = self.data.path().join("catalog.sqlite");
                let options = SqliteConnectOptions::new().filename(file).read_only(true);
                let mut connection = options.connect().await.expect("open the catalogue");
                sqlx::query_scalar(query).fetch_one(&mut connection).await
            }
            Backend::Postgres => {
                let url = self.setting("DATABASE_URL");
                let mut connection = PgConnection::connect(url)
                    .await
                    .expect("open the catalogue");
                sqlx::query_scalar(query).fetch_one(&mut connection).await
            }
        };
        count.unwrap_or_else(|error| panic!("{table}: {error}"))
    }

    /// Runs SQL on the catalogue behind the server's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        let statement = AssertSqlSafe(sql.to_owned());
        let done = match self.backend {
            Backend::Sqlite => {
                let file = self.data.path().join("catalog.sqlite");
                let options = SqliteConnectOptions::new().filename(file);
                let mut connection = options.connect().await.expect("open the catalogue");
                sqlx::query(statement)
                    .execute(&mut connection)
                    .await
                    .map(drop)
            }
            Backend::Postgres => {
                let url = self.setting("DATABASE_URL");
                let connection = PgConnection::connect(url).await;
                let mut connection = connection.expect("open the catalogue");
                sqlx::query(statement)
                    .execute(&mut connection)
                    .await
                    .map(drop)
            }
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The catalogue is gone, and there is an empty one in its place.
    pub(crate) async fn lose_database(&mut self) {
        if self.backend == Backend::Postgres {
            let fresh = crate::support::postgres::fresh_database().await;
            self.set("DATABASE_URL", &fresh);
            return;
        }
        for end in ["", "-wal", "-shm"] {
            let file = self.data.path().join(format!("catalog.sqlite{end}"));
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    panic!("{}: {error}", file.display())
                }
                _ => {}
            }
        }
    }

    /// How many objects are in the store; only where they are files.
    pub(crate) fn files(&self) -> Option<usize> {
        (self.backend == Backend::Sqlite).then(|| count_files(&self.data.path().join("store/b")))
    }

    /// fsck's report, which must find nothing.
    pub(crate) fn fsck(&self) -> Value {
        let mut command = self.command(&["fsck", "--json"]);
        // A sweeper that is only a little late has not failed.
        command.env("MAINTENANCE_INTERVAL", "1m");
        let output = Self::end(command);
        let report = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "fsck: {report}\n{errors}");
        let found: Value =
            serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
        // Orphans are no violation while they are young, but nothing that we do makes any.
        assert_eq!(found["young_orphans"], 0, "{report}");
        found
    }
}

fn count_files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: &Path| if path.is_dir() { count_files(path) } else { 1 };
    entries.flatten().map(|entry| count(&entry.path())).sum()
}
