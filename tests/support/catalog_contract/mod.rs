//! What every catalogue must do, as cases that run on each backend.

pub(crate) mod durability;
pub(crate) mod fsck;
pub(crate) mod gallery;
pub(crate) mod idempotency;
pub(crate) mod listing;
pub(crate) mod processing;
pub(crate) mod removal;
pub(crate) mod renditions;
pub(crate) mod resumable;
pub(crate) mod uploads;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mana_media::catalog::{
    Catalog, Claim, Committed, Media, NewMedia, NewVariant, ObjectRole, Outcome, Page,
    PostgresCatalog, SqliteCatalog, Wanted,
};
use mana_media::media::{
    AppName, ClaimToken, ContentHash, Facts, FileName, Kind, MediaId, ObjectId, Owner, Variant,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// Longer than any case runs.
pub(crate) const LONG: Duration = Duration::from_hours(1);
/// A lease that a case waits out.
pub(crate) const SHORT: Duration = Duration::from_millis(50);

/// A page of whatever a case makes.
pub(crate) const ALL: Page = Page {
    after: None,
    offset: 0,
    limit: 100,
};

/// A catalogue on a fresh database, and a way past it.
pub(crate) struct Bench {
    pub(crate) catalog: Arc<dyn Catalog>,
    database: Database,
}

enum Database {
    Sqlite(PathBuf, #[allow(dead_code)] tempfile::TempDir),
    Postgres(String),
}

impl Bench {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("catalog.sqlite");
        let catalog = SqliteCatalog::open(&file).await.expect("open the file");
        Self {
            catalog: Arc::new(catalog),
            database: Database::Sqlite(file, folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        let url = super::postgres::fresh_database().await;
        let catalog = PostgresCatalog::connect(&url, 8).await.expect("connect");
        Self {
            catalog: Arc::new(catalog),
            database: Database::Postgres(url),
        }
    }

    /// The same database, as a node finds it that starts now.
    pub(crate) async fn open_again(&self) -> Arc<dyn Catalog> {
        match &self.database {
            Database::Sqlite(file, _) => {
                let catalog = SqliteCatalog::open(file).await;
                Arc::new(catalog.expect("open the file"))
            }
            Database::Postgres(url) => {
                let catalog = PostgresCatalog::connect(url, 2).await;
                Arc::new(catalog.expect("connect"))
            }
        }
    }

    /// Whether it is SQLite, whose times are numbers.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.database, Database::Sqlite(..))
    }

    /// Runs SQL that both backends understand, without foreign keys.
    pub(crate) async fn tamper(&self, sql: &str) {
        match &self.database {
            Database::Sqlite(file, _) => {
                let url = format!("sqlite://{}", file.display());
                let mut raw = SqliteConnection::connect(&url).await.expect("connect");
                let sql = format!("PRAGMA foreign_keys = OFF; {sql}");
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut raw)
                    .await
                    .expect("tamper");
            }
            Database::Postgres(url) => {
                let mut raw = PgConnection::connect(url).await.expect("connect");
                let sql = format!("SET session_replication_role = replica; {sql}");
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut raw)
                    .await
                    .expect("tamper");
            }
        }
    }

    /// All content was last seen in the store two days ago.
    pub(crate) async fn forget_verification(&self) {
        let two_days = match self.database {
            Database::Sqlite(..) => "172800000000",
            Database::Postgres(_) => "interval '2 days'",
        };
        self.tamper(&format!(
            "UPDATE blob SET verified_at = verified_at - {two_days}"
        ))
        .await;
    }

    /// The one number that a query finds.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        match &self.database {
            Database::Sqlite(file, _) => {
                let url = format!("sqlite://{}", file.display());
                let mut raw = SqliteConnection::connect(&url).await.expect("connect");
                sqlx::query_scalar(sql).fetch_one(&mut raw).await
            }
            Database::Postgres(url) => {
                let mut raw = PgConnection::connect(url).await.expect("connect");
                sqlx::query_scalar(sql).fetch_one(&mut raw).await
            }
        }
        .expect("a number")
    }

    /// An upload whose object is in the ledger.
    pub(crate) async fn upload(&self, by: &str, content: &str) -> NewMedia {
        let upload = new_media(by, content);
        self.begin(upload.object.expect("an object"), upload.hash)
            .await;
        upload
    }

    pub(crate) async fn begin(&self, object: ObjectId, hash: ContentHash) {
        self.catalog
            .begin_object(object, hash, 100, LONG)
            .await
            .expect("T1");
    }

    pub(crate) async fn commit(&self, upload: NewMedia) -> Committed {
        let committed = self.catalog.commit_uploads(&[upload]).await.expect("T2");
        assert_eq!(committed.len(), 1);
        committed[0]
    }

    /// An upload from T1 to T2.
    pub(crate) async fn add(&self, by: &str, content: &str, wanted: Wanted) -> Committed {
        let mut upload = self.upload(by, content).await;
        upload.wanted = wanted;
        self.commit(upload).await
    }

    pub(crate) async fn media(&self, id: MediaId) -> Media {
        let media = self.catalog.media(id, None).await.expect("a look-up");
        media.expect("the reference is there")
    }

    /// Somebody's reference to some content.
    pub(crate) async fn media_id(&self, hash: ContentHash) -> MediaId {
        let media = self.catalog.media_by_hash(hash, None).await;
        media.expect("a look-up").expect("it is there").id
    }

    pub(crate) async fn role(&self, object: ObjectId) -> Option<ObjectRole> {
        self.catalog.object_role(object).await.expect("a look-up")
    }

    pub(crate) async fn claim(&self) -> Option<(ClaimToken, Claim)> {
        let token = ClaimToken::new();
        let claim = self.catalog.claim_processing(token, LONG).await;
        claim.expect("an attempt").map(|claim| (token, claim))
    }

    /// Claims what is due and makes a thumbnail of it: its object.
    pub(crate) async fn process(&self, facts: Facts) -> ObjectId {
        let (token, claim) = self.claim().await.expect("work is due");
        let thumb = self.variant(claim.hash, Variant::Thumb).await;
        let object = thumb.object;
        let outcome = ready(facts, vec![thumb]);
        assert!(self.finish(claim.hash, token, &outcome).await);
        object
    }

    pub(crate) async fn finish(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        outcome: &Outcome,
    ) -> bool {
        self.catalog
            .finish_processing(hash, token, outcome)
            .await
            .expect("an attempt")
    }

    /// A variant whose object is in the ledger.
    pub(crate) async fn variant(&self, hash: ContentHash, variant: Variant) -> NewVariant {
        let object = ObjectId::new();
        self.begin(object, hash).await;
        NewVariant {
            variant,
            object,
            size_bytes: 10,
            digest: ContentHash::of(b"a variant"),
            width: 200,
            height: 150,
        }
    }

    /// Nothing that the database can see is broken.
    pub(crate) async fn assert_sound(&self) {
        let violations = self.catalog.check_invariants(LONG, LONG, 10).await;
        assert_eq!(violations.expect("a check"), []);
    }
}

/// A JPEG of a hundred bytes that wants variants, by an owner in the app `picture`.
pub(crate) fn new_media(by: &str, content: &str) -> NewMedia {
    NewMedia {
        id: MediaId::new(),
        owner: owner(by),
        app: app("picture"),
        name: FileName::from_client(&format!("{by}s {content}.jpg")),
        metadata: None,
        hash: hash(content),
        size_bytes: 100,
        kind: Kind::Jpeg,
        facts: Facts::default(),
        object: Some(ObjectId::new()),
        replaces: None,
        wanted: Wanted::Variants(None),
    }
}

pub(crate) fn ready(facts: Facts, variants: Vec<NewVariant>) -> Outcome {
    Outcome::Ready { facts, variants }
}

pub(crate) fn failed() -> Outcome {
    Outcome::Failed {
        code: "malformed".to_owned(),
        message: "no picture".to_owned(),
    }
}

pub(crate) fn hash(content: &str) -> ContentHash {
    ContentHash::of(content.as_bytes())
}

pub(crate) fn owner(name: &str) -> Owner {
    Owner::new(name).expect("an owner")
}

pub(crate) fn app(name: &str) -> AppName {
    AppName::new(name).expect("an app")
}

/// Tries until something comes of it.
pub(crate) async fn eventually<T, Try: Future<Output = Option<T>>>(attempt: impl Fn() -> Try) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = attempt().await {
            return value;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
