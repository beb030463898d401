//! The real binary as a child process, on a backend of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support;

/// How long anything may take that is waited for, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Where catalogue and bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite and files in the data folder.
    Sqlite,
    /// Postgres and an S3 server.
    Postgres,
}

/// Makes a test of each function, on each backend.
macro_rules! on_both_backends {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::server::Backend::Sqlite).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::server::Backend::Postgres).await;
                }
            )+
        }
    };
}

/// The settings and the data of a server, which outlive its process.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) backend: Backend,
    pub(crate) data: Arc<TempDir>,
    settings: Vec<(String, String)>,
}

impl Site {
    /// A new, empty site.
    pub(crate) async fn new(backend: Backend) -> Self {
        let data = tempfile::tempdir_in(support::server::quick_disk());
        let data = Arc::new(data.expect("make the data folder"));
        let mut site = Self {
            backend,
            settings: Vec::new(),
            data,
        };
        site.set("HOST", "127.0.0.1");
        site.set("PORT", "0");
        site.set("RUST_LOG", "info");
        let folder = site.data.path().to_str().expect("a UTF-8 path").to_owned();
        site.set("DATA_DIR", &folder);
        if backend == Backend::Postgres {
            site.set("DATABASE_URL", &support::postgres::fresh_database().await);
            let bucket = support::s3::fresh_bucket_config();
            site.set("S3_ENDPOINT", &bucket.endpoint.unwrap_or_default());
            site.set("S3_REGION", &bucket.region);
            site.set("S3_BUCKET", &bucket.bucket);
            site.set("S3_ACCESS_KEY", &bucket.access_key);
            site.set("S3_SECRET_KEY", &bucket.secret_key);
            site.set("S3_PREFIX", &bucket.prefix);
        }
        site
    }

    /// Changes a setting for processes that are started from here on.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a setting.
    pub(crate) fn setting(&self, name: &str) -> &str {
        self.settings
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The binary with this site's environment and no other. It dies with the thread that starts it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(env!("CARGO_BIN_EXE_mana-media"))
            .args(arguments)
            .stdin(Stdio::null())
            .env_clear();
        for name in ["PATH", "HOME", "LLVM_PROFILE_FILE", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end, which must come in time.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Self::end(self.command(arguments))
    }

    /// Runs a prepared command to its end.
    pub(crate) fn end(mut command: Command) -> Output {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start the command");
        let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
        let status = wait(&mut child).unwrap_or_else(|| {
            let _ = child.kill();
            panic!("{command:?} did not end within {PATIENCE:?}")
        });
        let bytes = |reader: thread::JoinHandle<Vec<u8>>| reader.join().expect("read the output");
        Output {
            status,
            stdout: bytes(stdout),
            stderr: bytes(stderr),
        }
    }

    /// Starts a server here.
    pub(crate) async fn start(self) -> TestServer {
        let process = Process::start(&self).await;
        TestServer {
            site: self,
            process,
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("make a client"),
        }
    }
}

/// A running server. Ends with the test, and fails it if the server panicked.
pub(crate) struct TestServer {
    pub(crate) site: Site,
    process: Process,
    pub(crate) http: reqwest::Client,
}

impl TestServer {
    /// A server with default settings on a new site.
    pub(crate) async fn start(backend: Backend) -> Self {
        Site::new(backend).await.start().await
    }

    /// A server on a new site with these settings.
    pub(crate) async fn with(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let mut site = Site::new(backend).await;
        for (name, value) in settings {
            site.set(name, value);
        }
        site.start().await
    }

    /// Another node of the same site.
    pub(crate) async fn another(&self) -> Self {
        self.site.clone().start().await
    }

    /// The URL of a path at the root.
    pub(crate) fn root(&self, path: &str) -> String {
        format!("{}{path}", self.process.base)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.process.base.trim_start_matches("http://")
    }

    /// The URL of a path below the media API.
    pub(crate) fn url(&self, path: &str) -> String {
        self.root(&format!("/api/v1/media{path}"))
    }

    /// The process's id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.child.id()
    }

    /// What the server has written so far.
    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.child.kill().expect("kill the server");
        self.process.child.wait().expect("reap the server");
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "send {name}");
    }

    /// Waits for the end of the process.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        wait(&mut self.process.child).unwrap_or_else(|| {
            panic!("the server did not end:\n{}", self.log());
        })
    }

    /// Starts again on the same site, after the process has ended.
    pub(crate) async fn restart(&mut self) {
        self.process = Process::start(&self.site).await;
    }
}

/// One life of the server.
struct Process {
    child: Child,
    base: String,
    log: Arc<Mutex<String>>,
}

impl Process {
    async fn start(site: &Site) -> Self {
        let mut child = site
            .command(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start the server");
        let log = Arc::new(Mutex::new(String::new()));
        let (found, address) = tokio::sync::oneshot::channel();
        follow(child.stdout.take(), log.clone(), Some(found));
        follow(child.stderr.take(), log.clone(), None);
        let mut process = Self {
            child,
            base: String::new(),
            log,
        };
        match tokio::time::timeout(PATIENCE, address).await {
            Ok(Ok(base)) => process.base = base,
            // The server is gone, or silent. Its log is printed as it is dropped.
            _ => panic!("the server did not say where it listens"),
        }
        process
    }

    fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let log = self.log();
        if thread::panicking() {
            eprintln!("--- the server's log:\n{log}---");
        } else {
            assert!(!log.contains("panicked at"), "the server panicked:\n{log}");
        }
    }
}

/// Copies lines to the log and looks for the address in them.
fn follow(
    stream: Option<impl Read + Send + 'static>,
    log: Arc<Mutex<String>>,
    mut found: Option<tokio::sync::oneshot::Sender<String>>,
) {
    let stream = BufReader::new(stream.expect("a pipe"));
    thread::spawn(move || {
        for line in stream.split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if let Some(found) = found.take_if(|_| line.contains("listening on http://")) {
                let address = line
                    .split_whitespace()
                    .find(|word| word.starts_with("http://"));
                let _ = found.send(address.unwrap_or_default().trim_end_matches('/').to_owned());
            }
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push_str(&line);
            log.push('\n');
        }
    });
}

fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    let mut stream = stream.expect("a pipe");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child) -> Option<ExitStatus> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = child.try_wait().expect("look at the process") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}
