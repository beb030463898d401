//! Start and stop.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::client::{Answer, File, send, try_send};
use crate::server::{Backend, TestServer};

/// An upload whose body is sent bit by bit.
struct SlowUpload {
    chunks: mpsc::Sender<Vec<u8>>,
    answer: tokio::task::JoinHandle<reqwest::Result<Answer>>,
}

fn slow_upload(server: &TestServer) -> SlowUpload {
    let (sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let body = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver
            .recv()
            .await
            .map(|chunk| (Ok::<_, std::io::Error>(chunk), receiver))
    });
    let request = server
        .http
        .post(server.url("?app=a&userId=anna&filename=slow.bin"));
    let request = request.body(reqwest::Body::wrap_stream(body));
    SlowUpload {
        chunks: sender,
        answer: tokio::spawn(try_send(request)),
    }
}

/// Waits until so many bytes have arrived; what was sent may still be on its way.
pub(crate) async fn wait_for_spooled(server: &TestServer, bytes: u64) {
    let start = Instant::now();
    let spool = server.site.data.path().join("spool");
    let spooled = || -> u64 {
        let entries = walkdir::WalkDir::new(&spool).into_iter().flatten();
        let files = entries.filter(|entry| entry.file_type().is_file());
        let lengths = files.filter_map(|file| Some(file.metadata().ok()?.len()));
        lengths.sum()
    };
    while spooled() < bytes {
        assert!(start.elapsed() < crate::server::PATIENCE, "{}", spooled());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn an_upload_in_flight_is_finished(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    let upload = slow_upload(&server);
    for _ in 0..20 {
        upload.chunks.send(vec![7; 65536]).await.expect("send");
    }
    wait_for_spooled(&server, 512 * 1024).await;
    server.signal("TERM");
    // It takes no new connections, while the old one goes on.
    let start = Instant::now();
    while tokio::net::TcpStream::connect(server.address())
        .await
        .is_ok()
    {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it still listens"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..20 {
        upload.chunks.send(vec![8; 65536]).await.expect("send");
    }
    drop(upload.chunks);
    let answer = upload
        .answer
        .await
        .expect("the upload")
        .expect("an answer")
        .expect(201);
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    server.restart().await;
    let file = server
        .get(&format!("/{}/file", answer.id()))
        .await
        .expect(200);
    assert_eq!(file.body.len(), 40 * 65536);
    server.site.fsck();
}

async fn an_upload_that_never_ends_does_not_hold_it(backend: Backend) {
    let mut server = TestServer::with(backend, &[("SHUTDOWN_TIMEOUT", "500ms")]).await;
    let upload = slow_upload(&server);
    upload.chunks.send(vec![7; 65536]).await.expect("send");
    let start = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
    assert!(upload.answer.await.expect("the upload").is_err());
    server.restart().await;
    assert_eq!(server.site.rows("media").await, 0);
}

async fn either_signal_ends_an_idle_server(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    for signal in ["TERM", "INT"] {
        // A kept-alive connection is no work.
        send(server.http.get(server.root("/health")))
            .await
            .expect(200);
        let start = Instant::now();
        server.signal(signal);
        assert_eq!(server.wait().code(), Some(0), "{}", server.log());
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{signal}: {:?}",
            start.elapsed()
        );
        server.restart().await;
    }
}

async fn work_left_over_is_done_after_a_restart(backend: Backend) {
    let settings = [
        ("CLAIM_LEASE", "1s"),
        ("POLL_INTERVAL", "100ms"),
        ("CPU_THREADS", "1"),
    ];
    let mut server = TestServer::with(backend, &settings).await;
    let mut ids = Vec::new();
    for (number, name) in ["formats/large.jpg", "formats/medium.jpg"]
        .into_iter()
        .enumerate()
    {
        let request = server.upload_request(File::fixture(name), "a", ["anna", "ben"][number]);
        ids.push(send(request.header("prefer", "respond-async")).await.id());
    }
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    server.restart().await;
    for id in ids {
        let media = server.settled(&id).await;
        assert_eq!(media["status"], "ready", "{media}");
        assert!(media["urls"]["thumbnail"].is_string(), "{media}");
    }
    server.site.fsck();
}

async fn the_log_has_a_line_a_request_and_no_secret(backend: Backend) {
    let key = "0123456789abcdef-secret-key";
    let server = TestServer::with(backend, &[("SERVICE_KEYS", key)]).await;
    let request = server
        .upload_request(File::numbered(1), "a", "anna")
        .bearer_auth(key);
    let id = send(request).await.expect(201).id();
    server.get(&format!("/{id}")).await.expect(200);
    let start = Instant::now();
    while !server.log().contains("/api/v1/media/upload") {
        assert!(
            start.elapsed() < crate::server::PATIENCE,
            "{}",
            server.log()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!server.log().contains(key), "{}", server.log());
}

on_both_backends!(
    an_upload_in_flight_is_finished,
    an_upload_that_never_ends_does_not_hold_it,
    either_signal_ends_an_idle_server,
    work_left_over_is_done_after_a_restart,
    the_log_has_a_line_a_request_and_no_secret,
);
