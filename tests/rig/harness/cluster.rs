//! Nodes of ours over one catalogue and one store.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use mana_media::blob::{BlobStore, FsStore, S3Config, S3Store};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

use super::times;
use crate::support;
use crate::support::server::setting;

/// How long anything may take that is waited for, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// Housekeeping's pace.
pub(crate) const PERIOD: Duration = Duration::from_millis(200);
/// Everything that waits is short, so that reaper, garbage collection and sweeper are always at work.
const PACE: [(&str, &str); 5] = [
    ("MAINTENANCE_INTERVAL", "200ms"),
    ("UPLOAD_LEASE", "2s"),
    ("CLAIM_LEASE", "2s"),
    ("POLL_INTERVAL", "200ms"),
    ("TRASH_KEEP", "1s"),
];

/// Where catalogue and bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite and files; one node.
    Files,
    /// Postgres and an S3 server.
    Servers,
}

type Settings = BTreeMap<String, String>;

/// A catalogue, a store, and the nodes that run over them. Nodes end with it.
pub(crate) struct Cluster {
    pub(crate) backend: Backend,
    pub(crate) data: TempDir,
    /// Of commands, which go straight to the servers.
    direct: Settings,
    nodes: Vec<Node>,
    pub(crate) http: reqwest::Client,
}

/// One node; it keeps its address when it is restarted.
struct Node {
    settings: Settings,
    /// What only its next life is to have.
    armed: Mutex<Vec<(String, String)>>,
    base: String,
    log: PathBuf,
    child: Mutex<Option<Child>>,
}

impl Cluster {
    /// A new, empty site without nodes. `settings` go to everything that runs there.
    pub(crate) async fn new(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir_in(support::server::quick_disk());
        let data = data.expect("make the data folder");
        let mut direct: Settings = PACE
            .iter()
            .chain(&[("HOST", "127.0.0.1"), ("RUST_LOG", "info")])
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut set = |name: &str, value: &str| direct.insert(name.to_owned(), value.to_owned());
        let folder = data.path().join("data");
        set("DATA_DIR", folder.to_str().expect("a UTF-8 path"));
        if backend == Backend::Servers {
            set("DATABASE_URL", &support::postgres::fresh_database().await);
            let bucket = support::s3::fresh_bucket_config();
            set("S3_ENDPOINT", &bucket.endpoint.unwrap_or_default());
            set("S3_REGION", &bucket.region);
            set("S3_BUCKET", &bucket.bucket);
            set("S3_ACCESS_KEY", &bucket.access_key);
            set("S3_SECRET_KEY", &bucket.secret_key);
            set("S3_PREFIX", &bucket.prefix);
        }
        for (name, value) in settings {
            set(name, value);
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .expect("make a client");
        Self {
            backend,
            data,
            direct,
            nodes: Vec::new(),
            http,
        }
    }

    /// A new site with so many nodes.
    pub(crate) async fn start(backend: Backend, nodes: usize, settings: &[(&str, &str)]) -> Self {
        let mut cluster = Self::new(backend, settings).await;
        for _ in 0..nodes {
            cluster.add_node(&[]).await;
        }
        cluster
    }

    /// Adds a node with settings of its own: a proxy's address, a clock.
    pub(crate) async fn add_node(&mut self, own: &[(&str, &str)]) {
        let index = self.nodes.len();
        let [port] = support::server::free_ports();
        let mut settings = self.direct.clone();
        settings.insert("PORT".to_owned(), port.to_string());
        if self.backend == Backend::Servers {
            let folder = self.data.path().join(format!("node-{index}"));
            settings.insert("DATA_DIR".to_owned(), folder.display().to_string());
        }
        for (name, value) in own {
            settings.insert((*name).to_owned(), (*value).to_owned());
        }
        self.nodes.push(Node {
            settings,
            armed: Mutex::default(),
            base: format!("http://127.0.0.1:{port}"),
            log: self.data.path().join(format!("node-{index}.log")),
            child: Mutex::new(None),
        });
        self.launch(index);
        self.ready(index).await;
    }

    /// Changes a setting for everything that is started here from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.direct.insert(name.to_owned(), value.to_owned());
    }

    /// A setting that everything here has.
    pub(crate) fn setting(&self, name: &str) -> &str {
        self.direct.get(name).map_or("", String::as_str)
    }

    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The URL of a path below the media API of a node.
    pub(crate) fn url(&self, node: usize, path: &str) -> String {
        let base = &self.nodes[node % self.nodes.len()].base;
        format!("{base}/api/v1/media{path}")
    }

    pub(crate) fn root(&self, node: usize, path: &str) -> String {
        format!("{}{path}", self.nodes[node].base)
    }

    pub(crate) fn pid(&self, node: usize) -> u32 {
        let child = self.nodes[node].child.lock().expect("the lock");
        child.as_ref().expect("a running node").id()
    }

    pub(crate) fn is_running(&self, node: usize) -> bool {
        let mut child = self.nodes[node].child.lock().expect("the lock");
        child
            .as_mut()
            .is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// What a node has written, over all its lives.
    pub(crate) fn log(&self, node: usize) -> String {
        let log = std::fs::read(&self.nodes[node].log).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// `kill -9`.
    pub(crate) fn kill(&self, node: usize) {
        let child = self.nodes[node].child.lock().expect("the lock").take();
        let mut child = child.expect("a running node");
        child.kill().expect("kill a node");
        child.wait().expect("reap a node");
    }

    /// Starts a node that was killed.
    pub(crate) fn launch(&self, node: usize) {
        let node = &self.nodes[node];
        let log = File::options().create(true).append(true).open(&node.log);
        let log = log.expect("open the node's log");
        let mut command = command(&node.settings, &["serve"]);
        command.envs(node.armed.lock().expect("the lock").drain(..));
        command
            .stdout(log.try_clone().expect("share the log"))
            .stderr(log);
        let child = command.spawn().expect("start a node");
        *node.child.lock().expect("the lock") = Some(child);
    }

    /// Starts a node that is to live with these settings until it ends.
    #[cfg(feature = "failpoints")]
    pub(crate) fn arm(&self, node: usize, settings: &[(&str, &str)]) {
        let settings = settings.iter();
        let settings = settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.nodes[node]
            .armed
            .lock()
            .expect("the lock")
            .extend(settings);
        self.launch(node);
    }

    /// Waits until a node is ready; `None` when it ends before.
    #[cfg(feature = "failpoints")]
    pub(crate) async fn ready_or_gone(&self, node: usize) -> Option<()> {
        let url = self.root(node, "/readyz");
        while self.is_running(node) {
            let answer = self.http.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Some(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// Waits until a node is ready and tells how long that took.
    pub(crate) async fn ready(&self, node: usize) -> Duration {
        let started = Instant::now();
        let url = self.root(node, "/readyz");
        loop {
            let answer = self.http.get(&url).timeout(Duration::from_secs(5)).send();
            if answer.await.is_ok_and(|answer| answer.status() == 200) {
                return started.elapsed();
            }
            assert!(
                self.is_running(node) && started.elapsed() < PATIENCE,
                "node {node} does not get ready:\n{}",
                self.log(node)
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until housekeeping has nothing left to do: every object is live or gone.
    pub(crate) async fn settle(&self) -> Duration {
        let started = Instant::now();
        // What was deleted late, or twice, in fifty thousand operations is many minutes of sweeping.
        let patience = PATIENCE * times(1, 15);
        while let Some(left) = self.work_left().await {
            if started.elapsed() > patience {
                let logs: Vec<String> = (0..self.nodes()).map(|node| self.log(node)).collect();
                let logs = logs.concat();
                let tail = &logs[logs.floor_char_boundary(logs.len().saturating_sub(4000))..];
                panic!("housekeeping does not come to an end, {left}:\n{tail}");
            }
            tokio::time::sleep(PERIOD).await;
        }
        started.elapsed()
    }

    /// What there is, in the order in which one leads to the next, so that nothing slips through.
    async fn work_left(&self) -> Option<String> {
        for left in [
            "blob WHERE work_due_at IS NOT NULL",
            "media WHERE trashed_at IS NOT NULL",
            "gc_hint",
            "object",
        ] {
            let rows = self.count(&format!("SELECT COUNT(*) FROM {left}")).await;
            if rows > 0 {
                return Some(format!("{rows} rows of {left}"));
            }
        }
        None
    }

    /// A number from the database.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.backend {
            Backend::Servers => {
                let url = self.setting("DATABASE_URL");
                let mut connection = PgConnection::connect(url).await.expect("connect");
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
            Backend::Files => {
                let mut connection = self.sqlite().await;
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
        }
        .expect("a number")
    }

    /// Changes the database behind everybody's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.backend {
            Backend::Servers => {
                let url = self.setting("DATABASE_URL");
                let mut connection = PgConnection::connect(url).await.expect("connect");
                let done = sqlx::query(sql).execute(&mut connection).await;
                done.map(drop)
            }
            Backend::Files => {
                let mut connection = self.sqlite().await;
                let done = sqlx::query(sql).execute(&mut connection).await;
                done.map(drop)
            }
        }
        .expect("a change");
    }

    async fn sqlite(&self) -> SqliteConnection {
        let given = self.setting("DATABASE_URL").strip_prefix("sqlite:");
        let path = given.map_or_else(
            || Path::new(self.setting("DATA_DIR")).join("catalog.sqlite"),
            PathBuf::from,
        );
        let url = format!("sqlite://{}", path.display());
        SqliteConnection::connect(&url)
            .await
            .expect("open the catalogue")
    }

    /// The store, as a program that knows nothing of the catalogue sees it.
    pub(crate) async fn store(&self) -> Box<dyn BlobStore> {
        match self.backend {
            Backend::Servers => Box::new(S3Store::new(S3Config {
                endpoint: Some(self.setting("S3_ENDPOINT").to_owned()),
                region: self.setting("S3_REGION").to_owned(),
                bucket: self.setting("S3_BUCKET").to_owned(),
                access_key: self.setting("S3_ACCESS_KEY").to_owned(),
                secret_key: self.setting("S3_SECRET_KEY").to_owned(),
                prefix: self.setting("S3_PREFIX").to_owned(),
            })),
            Backend::Files => {
                let root = Path::new(self.setting("DATA_DIR")).join("store");
                Box::new(FsStore::open(root).await.expect("open the store"))
            }
        }
    }

    /// Every key of an object in the store.
    pub(crate) async fn keys(&self) -> Vec<String> {
        let store = self.store().await;
        let mut keys: Vec<String> = Vec::new();
        loop {
            let last = keys.last().map(String::as_str);
            let page = store.list("b/", last).await.expect("list the store");
            if page.is_empty() {
                return keys;
            }
            keys.extend(page.into_iter().map(|listed| listed.key));
        }
    }

    /// Runs a command of ours to its end, with its exit code and its JSON.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let mut command = command(&self.direct, arguments);
        let output: Output = tokio::task::block_in_place(|| command.output()).expect("run it");
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            Value::String(String::from_utf8_lossy(&output.stderr).into_owned())
        });
        (output.status.code(), answer)
    }

    /// `fsck --deep`: what is wrong, nothing when all is well.
    pub(crate) fn fsck(&self) -> Vec<String> {
        match self.run(&["fsck", "--deep", "--json"]) {
            (Some(0), _) => Vec::new(),
            (code, report) => vec![format!("fsck ended with {code:?}: {report}")],
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(mut child) = node.child.lock().ok().and_then(|mut child| child.take()) {
                let _ = child.kill();
                let _ = child.wait();
            }
            let log = self.log(index);
            if std::thread::panicking() {
                let tail = &log[log.floor_char_boundary(log.len().saturating_sub(2000))..];
                eprintln!("--- the end of node {index}'s log:\n{tail}---");
            } else {
                assert!(
                    !log.contains("panicked at"),
                    "node {index} panicked:\n{log}"
                );
            }
        }
    }
}

/// The binary with these settings and no others: the one under test, or `MANA_RIG_BINARY`, to measure a release build. It dies
/// with the thread that starts it.
fn command(settings: &Settings, arguments: &[&str]) -> Command {
    let binary = setting("MANA_RIG_BINARY");
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--"])
        .arg(binary.unwrap_or_else(|| env!("CARGO_BIN_EXE_mana-media").to_owned()))
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .env_clear();
    for name in ["PATH", "HOME", "LLVM_PROFILE_FILE", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(settings);
    command
}
