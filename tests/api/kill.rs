//! `kill -9` in the middle of uploads: what was acknowledged is there, byte for byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::client::{File, send, try_send};
use crate::server::{Backend, TestServer};

const UPLOADS: usize = 100;
const CLIENTS: usize = 8;

/// Acknowledged uploads: number and id.
type Ledger = Arc<Mutex<Vec<(usize, String)>>>;

async fn acknowledged_uploads_survive(backend: Backend) {
    let mut server = TestServer::with(
        backend,
        &[("CLAIM_LEASE", "1s"), ("POLL_INTERVAL", "100ms")],
    )
    .await;
    let next = Arc::new(AtomicUsize::new(0));
    let ledger = Ledger::default();
    while next.load(Ordering::Relaxed) < UPLOADS {
        let goal = ledger.lock().expect("the ledger").len() + UPLOADS / 3;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(upload_until_it_fails(&server, next.clone(), ledger.clone())))
            .collect();
        while ledger.lock().expect("the ledger").len() < goal
            && next.load(Ordering::Relaxed) < UPLOADS
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        for client in clients {
            client.await.expect("a client");
        }
        server.restart().await;
    }
    let ledger = ledger.lock().expect("the ledger").clone();
    assert!(
        ledger.len() > UPLOADS / 2,
        "only {} were acknowledged",
        ledger.len()
    );
    for (number, id) in &ledger {
        let file = server.get(&format!("/{id}/file")).await.expect(200);
        assert!(file.body == File::numbered(*number).bytes, "{number}");
        assert_eq!(server.settled(id).await["status"], "ready");
    }
    // What was not acknowledged can be sent again.
    for number in 0..UPLOADS {
        let answer = send(server.upload_request(File::numbered(number), "picture", "anna")).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }
    assert_eq!(server.site.rows("media").await, UPLOADS as i64);
    server.site.fsck();
}

fn upload_until_it_fails(
    server: &TestServer,
    next: Arc<AtomicUsize>,
    ledger: Ledger,
) -> impl Future<Output = ()> + Send + 'static {
    let (http, url) = (server.http.clone(), server.url(""));
    async move {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= UPLOADS {
                return;
            }
            let request = http.post(format!("{url}?app=picture&userId=anna"));
            match try_send(request.body(File::numbered(number).bytes)).await {
                Ok(answer) if answer.status == 201 => {
                    let acknowledged = (number, answer.id());
                    ledger.lock().expect("the ledger").push(acknowledged);
                }
                Ok(answer) => panic!("{answer:?}"),
                Err(_) => return,
            }
        }
    }
}

async fn half_an_upload_leaves_no_bytes(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let chunks = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver
            .recv()
            .await
            .map(|chunk| (Ok::<_, std::io::Error>(chunk), receiver))
    });
    let request = server.http.post(server.url("?app=a&userId=anna"));
    let upload = tokio::spawn(try_send(request.body(reqwest::Body::wrap_stream(chunks))));
    for _ in 0..80 {
        sender.send(vec![7; 100_000]).await.expect("send");
    }
    server.kill();
    assert!(upload.await.expect("the upload").is_err());
    server.restart().await;
    let left: u64 = walkdir::WalkDir::new(server.site.data.path())
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|file| file.len())
        .sum();
    assert!(left < 4_000_000, "{left} bytes are left");
    server.site.fsck();
}

on_both_backends!(acknowledged_uploads_survive, half_an_upload_leaves_no_bytes);
