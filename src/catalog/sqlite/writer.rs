//! One writing connection, and group commit: transactions that queue for it at the same time become savepoints of one, so
//! that many acknowledgements share one fsync. None is acknowledged before that COMMIT has returned.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How long a transaction waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(20);

/// The queue for the writing connection; first come, first served.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    pool: SqlitePool,
    group: Arc<Mutex<Option<Group>>>,
}

/// A transaction of the database, and who waits for its end.
#[derive(Debug)]
struct Group {
    connection: PoolConnection<Sqlite>,
    has_begun: bool,
    /// Savepoints so far. They are left to COMMIT, so that a member that ends has nothing to execute that could be
    /// interrupted, and numbered, so that none can be mistaken for another's.
    savepoints: u32,
    /// The last member left without committing: what it did must be undone first.
    is_abandoned: bool,
    waiting: Vec<oneshot::Sender<Result<(), sqlx::Error>>>,
}

/// One member of a group, alone on the connection. Dropped without `commit`, it is undone.
pub(super) struct Writing {
    group: OwnedMutexGuard<Option<Group>>,
    is_finished: bool,
}

impl Writer {
    /// A writer over a pool of one connection.
    pub(super) fn new(pool: SqlitePool) -> Self {
        let group = Arc::default();
        Self { pool, group }
    }

    /// Waits for its turn and has the write lock then.
    pub(super) async fn begin(&self) -> Result<Writing, sqlx::Error> {
        let turn = Arc::clone(&self.group).lock_owned();
        let mut group = tokio::time::timeout(TURN_TIMEOUT, turn)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?;
        if group.is_none() {
            *group = Some(Group {
                connection: self.pool.acquire().await?,
                has_begun: false,
                savepoints: 0,
                is_abandoned: false,
                waiting: Vec::new(),
            });
            // It queues behind those who wait already: they are the group.
            tokio::spawn(close(Arc::clone(&self.group)));
        }
        let mut writing = Writing {
            group,
            is_finished: true,
        };
        let group = writing.group();
        group.begin().await?;
        group.undo_abandoned().await?;
        group.savepoints += 1;
        let savepoint = format!("SAVEPOINT member_{}", group.savepoints);
        writing.is_finished = false;
        execute(&mut writing, savepoint).await?;
        Ok(writing)
    }

    /// Waits for the transaction that is open and closes the connection.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Group {
    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        if self.has_begun {
            return Ok(());
        }
        // Whoever tried before may have been interrupted after SQLite had begun.
        let _none_open = execute(&mut self.connection, "ROLLBACK").await;
        execute(&mut self.connection, "BEGIN IMMEDIATE").await?;
        self.has_begun = true;
        Ok(())
    }

    async fn undo_abandoned(&mut self) -> Result<(), sqlx::Error> {
        if self.is_abandoned {
            let undo = format!("ROLLBACK TO member_{}", self.savepoints);
            execute(&mut self.connection, undo).await?;
            self.is_abandoned = false;
        }
        Ok(())
    }

    /// COMMIT, which fails when SQLite has rolled the transaction back by itself, as it does on a full disk.
    async fn finish(&mut self) -> Result<(), sqlx::Error> {
        if !self.has_begun {
            return execute(&mut self.connection, "ROLLBACK").await;
        }
        self.undo_abandoned().await?;
        execute(&mut self.connection, "COMMIT").await
    }
}

/// Ends the open transaction once everybody who waited before has had a turn.
async fn close(turns: Arc<Mutex<Option<Group>>>) {
    let mut turn = turns.lock().await;
    let Some(mut group) = turn.take() else { return };
    let mut outcome = group.finish().await;
    let mut connection = group.connection;
    if outcome.is_err() {
        // Closing it rolls back what may be open.
        connection.close_on_drop();
    }
    drop(connection);
    drop(turn);
    for member in group.waiting {
        // An error cannot be copied: the first member gets the database's own, the others hear that there was one.
        let next = match &outcome {
            Ok(()) => Ok(()),
            Err(_) => Err(sqlx::Error::Protocol("group commit failed".to_owned())),
        };
        // A member that stopped waiting has nobody to tell.
        let _gone = member.send(std::mem::replace(&mut outcome, next));
    }
}

impl Writing {
    fn group(&mut self) -> &mut Group {
        self.group.as_mut().expect("a turn begins with a group")
    }

    /// Returns once the group that this is a member of is durable.
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let (sender, outcome) = oneshot::channel();
        self.group().waiting.push(sender);
        self.is_finished = true;
        drop(self);
        outcome
            .await
            .unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed))
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.is_finished {
            self.group().is_abandoned = true;
        }
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        let group = self.group.as_ref();
        &group.expect("a turn begins with a group").connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.group().connection
    }
}

async fn execute(
    connection: &mut SqliteConnection,
    statement: impl Into<String>,
) -> Result<(), sqlx::Error> {
    let statement = AssertSqlSafe(statement.into());
    sqlx::raw_sql(statement).execute(connection).await.map(drop)
}
