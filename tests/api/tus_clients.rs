//! The clients that people use, over connections that break: `tus-js-client` and `tuspy`. What they need is installed by `./test`, which
//! runs these.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::io::copy;
use tokio::net::{TcpListener, TcpStream};

use crate::server::{Backend, Site, TestServer};

const FILE_BYTES: usize = 30_000_000;
/// How much a connection carries before it breaks, and how many do.
const CUT_BYTES: u64 = 4_000_000;
const CUTS: usize = 3;

/// A server behind a proxy that breaks its first connections that carry much.
struct Behind {
    server: TestServer,
    endpoint: String,
    cuts: Arc<AtomicUsize>,
}

impl Behind {
    async fn start(backend: Backend) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let public = format!(
            "http://{}/api/v1",
            listener.local_addr().expect("an address")
        );
        let mut site = Site::new(backend).await;
        site.set("PUBLIC_URL", &public);
        let server = site.start().await;
        let address: SocketAddr = server.address().parse().expect("an address");
        let cuts = Arc::new(AtomicUsize::new(0));
        tokio::spawn(accept(listener, address, Arc::clone(&cuts)));
        Self {
            server,
            endpoint: format!("{public}/tus"),
            cuts,
        }
    }

    /// Runs a client, whose output is the media object.
    async fn run(&self, mut command: Command) {
        let file = self.server.site.data.path().join("file.bin");
        let bytes: Vec<u8> = (0..FILE_BYTES).map(|at| ((at * at) >> 7) as u8).collect();
        std::fs::write(&file, &bytes).expect("write the file");
        command.arg(&self.endpoint).arg(&file);
        // The proxy goes on meanwhile.
        let output = tokio::task::block_in_place(|| Site::end(command));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let media: Value = serde_json::from_slice(&output.stdout).expect("a media object");
        assert_eq!(media["originalName"], "Übung.bin");
        assert_eq!(media["size"], FILE_BYTES);
        assert_eq!(media["apps"][0], "tus");
        let id = media["id"].as_str().expect("an id");
        let stored = self.server.get(&format!("/{id}/file")).await.expect(200);
        assert!(stored.body == bytes);
        assert_eq!(self.cuts.load(Ordering::Relaxed), CUTS, "connections broke");
        // It went on, and did not begin anew.
        assert_eq!(self.server.site.rows("upload").await, 1);
        self.server.site.fsck();
    }
}

async fn accept(listener: TcpListener, address: SocketAddr, cuts: Arc<AtomicUsize>) {
    loop {
        let (client, _) = listener.accept().await.expect("accept");
        tokio::spawn(carry(client, address, Arc::clone(&cuts)));
    }
}

async fn carry(mut client: TcpStream, address: SocketAddr, cuts: Arc<AtomicUsize>) {
    let Ok(mut server) = TcpStream::connect(address).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = async {
        if cuts.load(Ordering::Relaxed) < CUTS {
            let mut begin = tokio::io::AsyncReadExt::take(&mut from_client, CUT_BYTES);
            if copy(&mut begin, &mut to_server).await.unwrap_or(0) == CUT_BYTES {
                cuts.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
        let _ended = copy(&mut from_client, &mut to_server).await;
    };
    // Both sides hear of the end of either.
    tokio::select! {
        () = up => {}
        _ended = copy(&mut from_server, &mut to_client) => {}
    }
}

fn root(path: &str) -> String {
    format!("{}/tests/tus/{path}", env!("CARGO_MANIFEST_DIR"))
}

async fn tus_js_client_goes_on(backend: Backend) {
    let behind = Behind::start(backend).await;
    let mut command = Command::new("node");
    command.arg(root("upload.mjs"));
    behind.run(command).await;
}

async fn tuspy_goes_on(backend: Backend) {
    let behind = Behind::start(backend).await;
    let mut command = Command::new("python3");
    command.arg(root("upload.py")).env("CHUNK_BYTES", "5000000");
    behind.run(command).await;
}

macro_rules! with_installed_clients {
    ($($name:ident),+) => {
        $(mod $name {
            use crate::server::Backend;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs packages of npm and PyPI: ./test"]
            async fn sqlite() {
                super::$name(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs packages of npm and PyPI: ./test"]
            async fn postgres() {
                super::$name(Backend::Postgres).await;
            }
        })+
    };
}

with_installed_clients!(tus_js_client_goes_on, tuspy_goes_on);
