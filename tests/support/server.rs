//! Child processes that do not outlive the test process, and free ports for them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(90);
/// gRPC ports are this much above their HTTP port (SeaweedFS).
const GRPC_OFFSET: u16 = 10_000;

/// A running server. When the test process ends, in whatever way, it is ended and its folder removed.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Waits for the end of its input, which we hold open for as long as we live.
    _undertaker: Child,
}

impl Server {
    /// Starts a server, logging into its folder.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        folder: &Path,
        signal: &str,
    ) -> Self {
        let log = folder.join("server.log");
        let out = File::create(&log).expect("create the server's log");
        let err = out.try_clone().expect("share the server's log");
        // In groups of their own neither hears Ctrl-C; the undertaker sees to the end.
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {command:?}: {error}"));
        let undertaker = Command::new("sh")
            .args(["-c", UNDERTAKER, "sh", signal, &child.id().to_string()])
            .arg(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start the undertaker");
        Self {
            name,
            child,
            log,
            _undertaker: undertaker,
        }
    }

    /// Waits until the server answers.
    pub(crate) fn wait_until(&mut self, mut is_ready: impl FnMut() -> bool) {
        let started = Instant::now();
        while !is_ready() {
            let ended = self.child.try_wait().expect("look at the server");
            let log = || fs::read_to_string(&self.log).unwrap_or_default();
            let name = self.name;
            if let Some(status) = ended {
                panic!("{name} ended with {status} while starting:\n{}", log());
            }
            assert!(
                started.elapsed() < START_TIMEOUT,
                "{name} was not ready after {START_TIMEOUT:?}:\n{}",
                log()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Reads until the test process is gone, then ends the server and removes its folder. A process of the same number that is
/// not the server any more cannot be met: ours stays a zombie for as long as the test process lives.
const UNDERTAKER: &str = r#"
cat >/dev/null
kill -s "$1" "$2" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$2" 2>/dev/null || break
    sleep 0.2
done
kill -s KILL "$2" 2>/dev/null
rm -rf "$3"
"#;

/// A new folder for a server, which the undertaker removes.
pub(crate) fn folder(name: &str) -> PathBuf {
    let prefix = format!("mana-media-{name}-");
    let folder = tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(quick_disk());
    folder.expect("create the server's folder").keep()
}

/// Where servers under test keep what they store: in memory, where there is plenty, as they sync all that they write.
pub(crate) fn quick_disk() -> PathBuf {
    const PLENTY_BYTES: u64 = 4 << 30;
    let memory = Path::new("/dev/shm");
    match mana_media::disk::room(memory) {
        Ok(room) if room.free_bytes >= PLENTY_BYTES => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

/// Different free ports on loopback, each with its gRPC port free too, all below the range of outgoing connections. None is given
/// out twice: a server that is being restarted finds its own free.
pub(crate) fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let listen = |port: u16| TcpListener::bind(("127.0.0.1", port));
    let pair = |port: u16| -> io::Result<_> { Ok((listen(port)?, listen(port + GRPC_OFFSET)?)) };
    let mut held = Vec::new();
    let start = uuid::Uuid::new_v4().as_u128() as u16;
    let candidates = (0..2000).map(|step| 20_000 + start.wrapping_add(step) % 2000);
    let mut given = GIVEN.lock().expect("the ports given out");
    let mut found = candidates.filter(|port| {
        // Not even tried when it is another's, who may be about to listen on it again.
        !given.contains(port)
            && pair(*port).map(|pair| held.push(pair)).is_ok()
            && given.insert(*port)
    });
    std::array::from_fn(|_| found.next().expect("find a free port"))
}

/// A setting from the environment.
#[allow(clippy::disallowed_methods)] // The tests' own configuration.
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
