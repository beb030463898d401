//! Clients that hold connections and say little: they are let go on time, and others are served meanwhile. Ten thousand of each with
//! `MANA_THOROUGH`, and with the timeouts that are the default with `MANA_RIG=long`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::client::{File, send};
use crate::server::{Backend, PATIENCE, TestServer};
use crate::support::server::setting;

/// Memory that a crowd may take.
const MOST_BYTES: u64 = 200 << 20;
/// How much two clocks may differ.
const CLOCK: Duration = Duration::from_millis(100);
const REQUEST: &[u8] = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";

/// How many connections, of the many that it is to be.
fn crowd(of: usize) -> usize {
    if setting("MANA_THOROUGH").is_some() {
        of
    } else {
        of / 20
    }
}

/// Short, unless it is to be as long as it is.
fn timeouts() -> (Duration, Duration) {
    if setting("MANA_RIG").as_deref() == Some("long") {
        (Duration::from_secs(10), Duration::from_mins(1))
    } else {
        (Duration::from_secs(5), Duration::from_secs(8))
    }
}

async fn server() -> TestServer {
    mana_media::lifecycle::raise_file_limit();
    let (head, idle) = timeouts();
    let (head, idle) = (head.as_secs(), idle.as_secs());
    let settings = [
        ("HEADER_TIMEOUT", &*format!("{head}s")),
        ("IDLE_TIMEOUT", &format!("{idle}s")),
        ("RUST_LOG", "warn"),
    ];
    TestServer::with(Backend::Sqlite, &settings).await
}

/// From one of eight addresses of this machine.
async fn connect(server: SocketAddr, number: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let from = SocketAddr::from(([127, 0, 0, 1 + (number % 8) as u8], 0));
    socket.bind(from).expect("an address of this machine");
    socket.connect(server).await.expect("connect")
}

/// Reads until the other side ends it, and gives what came.
async fn ends(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is an end, too.
    let _reset = stream.read_to_end(&mut bytes).await;
    bytes
}

/// Sends a little now and then until the other side ends it.
async fn drip(mut stream: TcpStream, bytes: &[u8], pause: Duration) -> Vec<u8> {
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let dripping = async {
        loop {
            tokio::time::sleep(pause).await;
            if writer.write_all(bytes).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ended = reader.read_to_end(&mut answer) => {}
        () = dripping => {}
    }
    answer
}

fn rss_bytes(server: &TestServer) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()));
    let status = status.expect("the process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a figure") << 10
}

/// The 99th percentile of a request that needs the catalogue.
async fn p99(server: &TestServer) -> Duration {
    let mut times = Vec::new();
    for _ in 0..300 {
        let started = Instant::now();
        server.get("?userId=anna").await.expect(200);
        times.push(started.elapsed());
    }
    times.sort();
    times[times.len() * 99 / 100]
}

/// Runs a crowd, each of whose members gives how long it was let be, and looks at what it costs others.
async fn crowded<Member>(
    name: &str,
    server: &TestServer,
    count: usize,
    member: impl Fn(TcpStream) -> Member,
) -> Vec<Duration>
where
    Member: Future<Output = Duration> + Send + 'static,
{
    let address: SocketAddr = server.address().parse().expect("an address");
    let (base, rss) = (p99(server).await, rss_bytes(server));
    let mut members = JoinSet::new();
    for number in 0..count {
        members.spawn(member(connect(address, number).await));
    }
    let within = p99(server).await;
    let grown = rss_bytes(server).saturating_sub(rss);
    let mut times = Vec::with_capacity(count);
    while let Some(time) = members.try_join_next() {
        times.push(time.expect("a member"));
    }
    let alive = members.len();
    times.extend(members.join_all().await);
    times.sort();
    let (first, last) = (times[0], times[times.len() - 1]);
    println!(
        "{name}: {count} closed after {first:.1?} to {last:.1?}; p99 {base:.1?}, within {within:.1?}; RSS + {} MiB; {alive} while measured",
        grown >> 20
    );
    assert!(grown <= MOST_BYTES, "{grown} bytes more");
    // A machine that is busy with connecting is slow for everybody: the figure counts where it is one that anybody would notice.
    let bearable = (base * 2).max(Duration::from_millis(250));
    assert!(within <= bearable, "{within:?}, {base:?} before");
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_silent_and_the_slow_are_let_go() {
    let server = server().await;
    let (head, idle) = timeouts();
    let grace = Duration::from_secs(2);
    let slow = crowded(
        "slow heads",
        &server,
        crowd(10_000),
        |mut stream| async move {
            let started = Instant::now();
            let begun = stream
                .write_all(b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ")
                .await;
            begun.expect("send");
            drip(stream, b"a", Duration::from_secs(1)).await;
            started.elapsed()
        },
    )
    .await;
    assert!(slow[0] + CLOCK >= head, "{:?}", slow[0]);
    assert!(
        slow[slow.len() - 1] <= head + grace,
        "{:?}",
        slow[slow.len() - 1]
    );
    let silent = crowded("idle", &server, crowd(10_000), |mut stream| async move {
        stream.write_all(REQUEST).await.expect("send");
        let mut answer = [0; 1024];
        let read = stream.read(&mut answer).await.expect("an answer");
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        let started = Instant::now();
        assert_eq!(ends(&mut stream).await, b"");
        started.elapsed()
    })
    .await;
    assert!(silent[0] + CLOCK >= idle, "{:?}", silent[0]);
    let longest = silent[silent.len() - 1];
    assert!(longest <= idle + grace * 5, "{longest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_are_cut() {
    let server = server().await;
    let slow = crowded(
        "slow bodies",
        &server,
        crowd(2000),
        |mut stream| async move {
            let head =
                b"POST /api/v1/media?app=a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
            let started = Instant::now();
            stream.write_all(head).await.expect("send");
            let answer = drip(stream, &[b'a'; 50], Duration::from_secs(1)).await;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
            started.elapsed()
        },
    )
    .await;
    let longest = slow[slow.len() - 1];
    assert!(longest <= Duration::from_secs(30), "{longest:?}");
    assert_eq!(server.site.rows("media").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_without_a_request_is_closed() {
    let server = server().await;
    let address = server.address().parse().expect("an address");
    let (head, idle) = timeouts();
    let mut silent = connect(address, 0).await;
    let started = Instant::now();
    assert_eq!(ends(&mut silent).await, b"");
    assert!(started.elapsed() + CLOCK >= head);
    assert!(started.elapsed() < PATIENCE);
    // Between two requests it may be silent for longer; a second head has the time of a first.
    let mut one = connect(address, 1).await;
    one.write_all(REQUEST).await.expect("send");
    let mut answer = [0; 1024];
    assert!(one.read(&mut answer).await.expect("an answer") > 0);
    one.write_all(b"GET /li").await.expect("send");
    let started = Instant::now();
    assert_eq!(ends(&mut one).await, b"");
    assert!(started.elapsed() < idle, "as a head, not as a pause");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_reads_are_let_go() {
    let server = server().await;
    let bytes = vec![7; 60_000_000];
    let id = server.upload(File::new("a.bin", bytes), "a", "anna").await;
    let path = format!("/api/v1/media/{}/file", id.expect(201).id());
    let address = server.address().parse().expect("an address");
    let mut stream = connect(address, 0).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("send");
    let (_, idle) = timeouts();
    let read_all = ends(&mut stream);
    // Nothing is read until it must be over.
    tokio::time::sleep(idle + Duration::from_secs(1)).await;
    let got = read_all.await.len();
    assert!(got < 60_000_000, "{got}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_has_so_many_and_no_more() {
    let settings = [("MAX_CONNECTIONS_PER_CLIENT", "3")];
    let server = TestServer::with(Backend::Sqlite, &settings).await;
    let address = server.address().parse().expect("an address");
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(address, 1).await;
        stream.write_all(REQUEST).await.expect("send");
        let mut answer = [0; 1024];
        assert!(stream.read(&mut answer).await.expect("an answer") > 0);
        held.push(stream);
    }
    assert_eq!(ends(&mut connect(address, 1).await).await, b"");
    // Another address is another client.
    send(server.http.get(server.root("/livez")))
        .await
        .expect(200);
    drop(held.pop());
    let started = Instant::now();
    loop {
        let mut stream = connect(address, 1).await;
        let _refused = stream.write_all(REQUEST).await;
        let mut answer = [0; 1024];
        if stream.read(&mut answer).await.unwrap_or(0) > 0 {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "its place is not given back");
    }
    assert_eq!(
        server.log().matches("MAX_CONNECTIONS_PER_CLIENT").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_is_spoken_and_bounded() {
    let server = server().await;
    let http = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .expect("a client");
    let upload = |number: usize| {
        let file = File::numbered(number);
        let url = server.url(&format!("?app=a&userId=anna&filename={}", file.name));
        http.post(url.replace(' ', "%20")).body(file.bytes)
    };
    let mut uploads = JoinSet::new();
    for number in 0..40 {
        uploads.spawn(send(upload(number)));
    }
    for answer in uploads.join_all().await {
        answer.expect(201);
    }
    let long = http
        .get(server.root("/livez"))
        .header("x", "a".repeat(40_000));
    // 431, or the stream is reset.
    assert!(long.send().await.is_ok_and(|answer| answer.status() == 431));
    send(http.get(server.root("/livez"))).await.expect(200);
    let (_, idle) = timeouts();
    tokio::time::sleep(idle + Duration::from_secs(1)).await;
    // It was closed in order, and the client has noticed.
    send(http.get(server.root("/livez"))).await.expect(200);
    server.site.fsck();
}
