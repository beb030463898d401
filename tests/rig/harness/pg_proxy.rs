//! A proxy before Postgres that loses the replies to COMMITs: the server has committed, the client will never know.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A simple query, as the wire protocol has it.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// The proxy. It goes on as long as the runtime of the test.
pub(crate) struct PgProxy {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Every so many-th COMMIT, never when 0.
    every: AtomicU64,
    commits: AtomicU64,
    dropped: AtomicU64,
}

impl PgProxy {
    /// A proxy before `upstream` (host and port).
    pub(crate) async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let proxy = Self {
            address,
            shared: Arc::clone(&shared),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&upstream).await;
                let server = server.expect("connect to Postgres");
                tokio::spawn(relay(client, server, Arc::clone(&shared)));
            }
        });
        proxy
    }

    /// Loses the reply to every so many-th COMMIT from here on.
    pub(crate) fn drop_every(&self, every: u64) {
        self.shared.every.store(every, Ordering::SeqCst);
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::SeqCst)
    }

    /// The same for somebody else.
    pub(crate) fn watch(&self) -> impl Fn() -> u64 + Send + use<> {
        let shared = Arc::clone(&self.shared);
        move || shared.dropped.load(Ordering::SeqCst)
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, shared: Arc<Shared>) {
    let (mut from_client, mut from_server) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(length @ 1..) = read else { return };
                if server.write_all(&from_client[..length]).await.is_err() {
                    return;
                }
                if from_client[..length].ends_with(COMMIT) && shared.strikes() {
                    // The answer is here, so it has been done.
                    let _ = server.read(&mut from_server).await;
                    shared.dropped.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&from_server[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Shared {
    fn strikes(&self) -> bool {
        let every = self.every.load(Ordering::SeqCst);
        every > 0
            && self
                .commits
                .fetch_add(1, Ordering::SeqCst)
                .is_multiple_of(every)
    }
}
