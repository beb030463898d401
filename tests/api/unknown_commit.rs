//! A connection to Postgres that is lost in COMMIT: the answer tells what really happened.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::client::{File, send};
use crate::server::{Backend, Site, TestServer};

/// Where to cut the connection that commits an upload.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// The database never hears of the COMMIT.
    Before,
    /// It commits, and its reply is lost.
    After,
}

/// A proxy before the database that cuts so many COMMITs of uploads, and none after that.
struct Proxy {
    port: u16,
    left: Arc<AtomicUsize>,
}

impl Proxy {
    fn start(database: &str, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
        let port = listener.local_addr().expect("an address").port();
        let left = Arc::new(AtomicUsize::new(0));
        let (database, cuts) = (database.to_owned(), Arc::clone(&left));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&database).expect("the database");
                let cuts = Arc::clone(&cuts);
                thread::spawn(move || relay(&client, &server, cut, &cuts));
            }
        });
        Self { port, left }
    }
}

fn relay(client: &TcpStream, server: &TcpStream, cut: Cut, left: &AtomicUsize) {
    let (replies, back) = (
        server.try_clone().expect("a socket"),
        client.try_clone().expect("a socket"),
    );
    let answers = thread::spawn(move || copy(&replies, &back));
    let (mut reader, mut writer) = (client, server);
    let mut buffer = vec![0; 64 << 10];
    let mut is_upload = false;
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        let sent = &buffer[..length];
        let has = |text: &[u8]| sent.windows(text.len()).any(|part| part == text);
        // Statements are sent once and then known by a number: of an upload, this connection has sent it just now.
        is_upload |= has(b"INSERT INTO media_app");
        if is_upload && has(b"COMMIT") && left.load(Ordering::SeqCst) > 0 {
            left.fetch_sub(1, Ordering::SeqCst);
            let _ = client.shutdown(Shutdown::Both);
            if cut == Cut::After {
                writer.write_all(sent).expect("forward");
                // The database has read and done it before it sees that nobody waits.
                let _ = writer.shutdown(Shutdown::Write);
                let _ = answers.join();
            }
            let _ = server.shutdown(Shutdown::Both);
            return;
        }
        is_upload &= !has(b"COMMIT");
        if writer.write_all(sent).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}

fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let _ = to.write_all(&buffer[..length]);
    }
    let _ = to.shutdown(Shutdown::Both);
}

async fn behind_a_proxy(cut: Cut) -> (TestServer, Arc<AtomicUsize>) {
    let mut site = Site::new(Backend::Postgres).await;
    let url = site.setting("DATABASE_URL").to_owned();
    let rest = url.split_once('@').expect("a user").1;
    let (address, _) = rest.split_once('/').expect("a database");
    let proxy = Proxy::start(address, cut);
    let through = url.replace(address, &format!("127.0.0.1:{}", proxy.port));
    // Without the cache of statements the proxy sees what each transaction does.
    let separator = if url.contains('?') { '&' } else { '?' };
    let through = format!("{through}{separator}statement-cache-capacity=0&sslmode=disable");
    site.set("DATABASE_URL", &through);
    (site.start().await, proxy.left)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_reply_is_lost_is_acknowledged() {
    let (server, left) = behind_a_proxy(Cut::After).await;
    for number in 0..10 {
        left.store(1, Ordering::SeqCst);
        let file = File::numbered(number);
        let request = server.upload_request(file.clone(), "a", "anna");
        let answer = send(request).await.expect(201);
        assert_eq!(left.load(Ordering::SeqCst), 0, "no COMMIT was cut");
        let read = server
            .get(&format!("/{}/file", answer.id()))
            .await
            .expect(200);
        assert!(read.body == file.bytes);
    }
    assert_eq!(server.site.rows("media").await, 10);
    assert_eq!(server.site.rows("blob").await, 10);
    server.site.fsck();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_never_heard_is_refused_and_leaves_nothing() {
    let (server, left) = behind_a_proxy(Cut::Before).await;
    for number in 0..5 {
        left.store(1, Ordering::SeqCst);
        let file = File::numbered(number);
        let answer = send(server.upload_request(file.clone(), "a", "anna")).await;
        answer.problem_code(503, "unavailable");
        assert_eq!(server.site.rows("media").await, number as i64);
        server.upload(file, "a", "anna").await.expect(201);
    }
    server.site.fsck();
}
