//! Three nodes of Garage, each of which keeps a copy of everything, and a balancer before them.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use super::cluster::PATIENCE;
use crate::support::server::{free_ports, setting};

pub(crate) const NODES: usize = 3;
pub(crate) const ACCESS_KEY: &str = "GK31c2f218a2e44f485b94239e";
pub(crate) const SECRET_KEY: &str =
    "b892c0665f0ada8a4755dae98baa3b133590e11dae3bcc1f9d769d67f16c3835";
pub(crate) const BUCKET: &str = "media";
pub(crate) const REGION: &str = "garage";
/// Shared by the nodes of one cluster, and of no use to anybody else.
const RPC_SECRET: &str = "1799bccfd7411eddcf9ebd316bc1f5287ad12a68094e1c6ac6abde7e6feae1ec";

/// The cluster, which ends with it.
pub(crate) struct Garage {
    folder: TempDir,
    nodes: Vec<Option<Child>>,
    /// Where the balancer listens.
    pub(crate) endpoint: String,
}

impl Garage {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("make a folder");
        let ports: [u16; 2 * NODES] = free_ports();
        let (s3, rpc) = ports.split_at(NODES);
        for node in 0..NODES {
            let at = folder.path().join(node.to_string());
            std::fs::create_dir(&at).expect("make a folder");
            let at = at.display();
            let (s3, rpc) = (s3[node], rpc[node]);
            let config = format!(
                "metadata_dir = '{at}/meta'\ndata_dir = '{at}/data'\ndb_engine = 'lmdb'\n\
                 metadata_fsync = true\ndata_fsync = true\nreplication_factor = {NODES}\n\
                 rpc_bind_addr = '127.0.0.1:{rpc}'\nrpc_public_addr = '127.0.0.1:{rpc}'\nrpc_secret = '{RPC_SECRET}'\n\
                 [s3_api]\ns3_region = '{REGION}'\napi_bind_addr = '127.0.0.1:{s3}'\n"
            );
            let config_file = folder.path().join(format!("{node}.toml"));
            std::fs::write(config_file, config).expect("write the settings");
        }
        let endpoint = balance(s3).await;
        let mut garage = Self {
            folder,
            nodes: (0..NODES).map(|_| None).collect(),
            endpoint,
        };
        for node in 0..NODES {
            garage.launch(node);
        }
        garage.join().await;
        garage
    }

    /// Makes one cluster of the nodes, with a bucket and a key for it.
    async fn join(&self) {
        let mut ids = Vec::new();
        for node in 0..NODES {
            ids.push(self.ask(node, &["node", "id", "--quiet"]).await);
        }
        for id in &ids {
            self.ask(0, &["node", "connect", id]).await;
        }
        for id in &ids {
            let id = id.split('@').next().unwrap_or_default();
            self.ask(0, &["layout", "assign", "-z", "here", "-c", "10G", id])
                .await;
        }
        self.ask(0, &["layout", "apply", "--version", "1"]).await;
        self.ask(0, &["key", "import", "--yes", ACCESS_KEY, SECRET_KEY])
            .await;
        self.ask(0, &["bucket", "create", BUCKET]).await;
        let allow = [
            "bucket", "allow", "--read", "--write", "--owner", BUCKET, "--key", ACCESS_KEY,
        ];
        self.ask(0, &allow).await;
    }

    /// What a command of Garage prints, once it succeeds.
    async fn ask(&self, node: usize, arguments: &[&str]) -> String {
        let started = Instant::now();
        loop {
            let mut command = self.command(node);
            let output = tokio::task::block_in_place(|| command.args(arguments).output());
            let output = output.expect("run garage");
            if output.status.success() {
                return String::from_utf8_lossy(&output.stdout).trim().to_owned();
            }
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                started.elapsed() < PATIENCE,
                "garage {arguments:?}: {error}"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn command(&self, node: usize) -> Command {
        let mut command = Command::new(program());
        command
            .arg("-c")
            .arg(self.folder.path().join(format!("{node}.toml")))
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    /// Starts a node.
    pub(crate) fn launch(&mut self, node: usize) {
        let log = self.folder.path().join(format!("{node}.log"));
        let log = File::options().create(true).append(true).open(log);
        let log = log.expect("open the log");
        let mut command = self.command(node);
        command
            .arg("server")
            .stdout(log.try_clone().expect("share the log"))
            .stderr(log);
        self.nodes[node] = Some(command.spawn().expect("start Garage"));
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self, node: usize) {
        if let Some(mut child) = self.nodes[node].take() {
            child.kill().expect("kill a node");
            child.wait().expect("reap a node");
        }
    }
}

impl Drop for Garage {
    fn drop(&mut self) {
        for node in 0..NODES {
            self.kill(node);
        }
    }
}

/// Garage's binary: `GARAGE`, or where `./test --long` installs it.
fn program() -> PathBuf {
    setting("GARAGE").map_or_else(|| PathBuf::from("garage"), PathBuf::from)
}

/// Connections go to the next node that takes them.
async fn balance(ports: &[u16]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let address = listener.local_addr().expect("an address");
    let nodes: Vec<SocketAddr> = ports
        .iter()
        .map(|port| SocketAddr::from(([127, 0, 0, 1], *port)))
        .collect();
    let next = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (nodes, next) = (nodes.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let first = next.fetch_add(1, Ordering::Relaxed);
                for turn in 0..nodes.len() {
                    let node = nodes[(first + turn) % nodes.len()];
                    if let Ok(mut server) = TcpStream::connect(node).await {
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                        return;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}
