//! A proxy before the S3 server that does to requests what networks and servers do to them.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

use super::Dice;
use super::cluster::PATIENCE;
use crate::support::server::free_ports;

/// How long a request travels that its sender has given up.
const LATE: Duration = Duration::from_secs(5);
/// How long a stalled connection lives; longer than any sender waits.
const STALL: Duration = Duration::from_secs(30);
/// The server takes connections so long, and then refuses them for a moment.
const UP: Duration = Duration::from_secs(4);
const DOWN: Duration = Duration::from_millis(150);

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The connection is reset and the server never hears of it.
    Reset,
    /// The server does it, and the connection is reset before the answer.
    ReplyLost,
    Stalled,
    Answer500,
    Answer503,
    /// The sender sees a reset; the server gets the request later.
    Late,
    /// Success, with an error in its body, and nothing done.
    ErrorInside200,
    /// Once for each key.
    NotFound,
    Truncated,
    BitFlipped,
}

/// The proxy. It goes on as long as the runtime of the test.
pub(crate) struct S3Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    http: reqwest::Client,
    percent: AtomicU64,
    dice: Mutex<Dice>,
    /// Keys that have been missing once.
    missed: Mutex<HashSet<String>>,
    faults: Mutex<BTreeMap<Fault, u64>>,
    requests: AtomicU64,
    on_the_way: AtomicU64,
}

impl S3Proxy {
    /// A proxy before a server, harmless until told otherwise.
    pub(crate) fn start(upstream: &str) -> Self {
        // Not a port of outgoing connections: one of those could take it while it is closed.
        let [port] = free_ports();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = listen(address).expect("listen");
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("make a client"),
            percent: AtomicU64::new(0),
            dice: Mutex::new(Dice::new(7)),
            missed: Mutex::default(),
            faults: Mutex::default(),
            requests: AtomicU64::new(0),
            on_the_way: AtomicU64::new(0),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            url: format!("http://{address}"),
            shared,
        }
    }

    /// From here on so many percent of requests for objects go wrong.
    pub(crate) fn strike(&self, percent: u64) {
        self.shared.percent.store(percent, Ordering::SeqCst);
    }

    /// Waits until every late request has arrived.
    pub(crate) async fn drained(&self) {
        while self.shared.on_the_way.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many requests there were, and how often each fault struck.
    pub(crate) fn counts(&self) -> (u64, BTreeMap<String, u64>) {
        let faults = self.shared.faults.lock().expect("the lock");
        let faults = faults
            .iter()
            .map(|(fault, count)| (format!("{fault:?}"), *count));
        (
            self.shared.requests.load(Ordering::SeqCst),
            faults.collect(),
        )
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(256)
}

/// Listens again. A process being started just now by another test still has the closed socket until it becomes another program.
async fn listen_again(address: SocketAddr) -> TcpListener {
    let started = Instant::now();
    loop {
        match listen(address) {
            Ok(listener) => return listener,
            Err(error) => assert!(started.elapsed() < PATIENCE, "listen again: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn accept(first: TcpListener, shared: Arc<Shared>) {
    let address = first.local_addr().expect("an address");
    let mut listening = first;
    loop {
        let serving = async {
            while let Ok((connection, _)) = listening.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&shared)));
            }
        };
        let _up = tokio::time::timeout(UP, serving).await;
        drop(listening);
        if shared.percent.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(DOWN).await;
        }
        listening = listen_again(address).await;
    }
}

/// One connection, which any of its requests may reset.
async fn serve(connection: TcpStream, shared: Arc<Shared>) {
    // Closing it sends a reset.
    let _ = connection.set_zero_linger();
    let _ = connection.set_nodelay(true);
    let reset = Arc::new(Notify::new());
    let service = service_fn(|request| {
        let (shared, reset) = (Arc::clone(&shared), Arc::clone(&reset));
        async move { Ok::<_, Infallible>(handle(request, &shared, &reset).await) }
    });
    let http = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(connection), service);
    tokio::select! {
        _ = http => {}
        () = reset.notified() => {}
    }
}

/// A request, read to its end so that it can be sent at any time.
struct Whole {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

async fn handle(
    request: Request<Incoming>,
    shared: &Arc<Shared>,
    reset: &Arc<Notify>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return never(reset).await;
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Whole {
        method: head.method,
        path: path.to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    };
    shared.requests.fetch_add(1, Ordering::SeqCst);
    let Some(fault) = shared.choose(&request) else {
        return match shared.forward(&request).await {
            Some(answer) => answer.whole(),
            None => never(reset).await,
        };
    };
    *shared
        .faults
        .lock()
        .expect("the lock")
        .entry(fault)
        .or_default() += 1;
    strike(fault, request, shared, reset).await
}

async fn strike(
    fault: Fault,
    request: Whole,
    shared: &Arc<Shared>,
    reset: &Arc<Notify>,
) -> Response<Body> {
    match fault {
        Fault::Reset => never(reset).await,
        Fault::ReplyLost => {
            shared.forward(&request).await;
            never(reset).await
        }
        Fault::Stalled => {
            tokio::time::sleep(STALL).await;
            never(reset).await
        }
        Fault::Answer500 => error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        Fault::Answer503 => error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        Fault::ErrorInside200 => error(StatusCode::OK, "InternalError"),
        Fault::NotFound => error(StatusCode::NOT_FOUND, "NoSuchKey"),
        Fault::Late => {
            shared.on_the_way.fetch_add(1, Ordering::SeqCst);
            let shared = Arc::clone(shared);
            tokio::spawn(async move {
                tokio::time::sleep(LATE).await;
                shared.forward(&request).await;
                shared.on_the_way.fetch_sub(1, Ordering::SeqCst);
            });
            never(reset).await
        }
        Fault::Truncated => match shared.forward(&request).await {
            Some(answer) => answer.truncated(Arc::clone(reset)),
            None => never(reset).await,
        },
        Fault::BitFlipped => match shared.forward(&request).await {
            Some(mut answer) => {
                answer.flip();
                answer.whole()
            }
            None => never(reset).await,
        },
    }
}

/// Resets the connection instead of answering.
async fn never(reset: &Notify) -> Response<Body> {
    reset.notify_one();
    std::future::pending().await
}

fn error(status: StatusCode, code: &str) -> Response<Body> {
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>struck</Message></Error>"
    );
    Response::builder()
        .status(status)
        .header("content-type", "application/xml")
        .body(Full::from(body).boxed_unsync())
        .expect("a response")
}

impl Shared {
    /// What strikes this request, if anything does.
    fn choose(&self, request: &Whole) -> Option<Fault> {
        let mut dice = self.dice.lock().expect("the lock");
        if !dice.percent(self.percent.load(Ordering::SeqCst)) {
            return None;
        }
        let faults: &[Fault] = match request.method {
            Method::PUT => &[
                Fault::Reset,
                Fault::ReplyLost,
                Fault::Late,
                Fault::Late,
                Fault::Answer500,
                Fault::Answer503,
                Fault::ErrorInside200,
            ],
            Method::HEAD => &[Fault::NotFound, Fault::Reset, Fault::Answer500],
            Method::DELETE => &[
                Fault::Late,
                Fault::ReplyLost,
                Fault::Answer503,
                Fault::ErrorInside200,
            ],
            _ if request.path.contains("list-type=2") => {
                &[Fault::Reset, Fault::Answer500, Fault::ErrorInside200]
            }
            Method::GET => &[
                Fault::Truncated,
                Fault::BitFlipped,
                Fault::BitFlipped,
                Fault::Answer500,
                Fault::Reset,
                Fault::NotFound,
                Fault::ErrorInside200,
            ],
            _ => &[Fault::Answer503],
        };
        // It holds a client for so long that a few must do.
        let fault = if dice.below(300) == 0 {
            Fault::Stalled
        } else {
            faults[dice.below(faults.len() as u64) as usize]
        };
        let path = request
            .path
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        let is_first =
            fault != Fault::NotFound || self.missed.lock().expect("the lock").insert(path);
        is_first.then_some(fault)
    }

    async fn forward(&self, request: &Whole) -> Option<Answer> {
        let url = format!("{}{}", self.upstream, request.path);
        let mut headers = request.headers.clone();
        headers.remove("connection");
        let sent = self
            .http
            .request(request.method.clone(), url)
            .headers(headers)
            .body(request.body.clone());
        let answer = sent.send().await.ok()?;
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.ok()?;
        for hop in ["connection", "transfer-encoding"] {
            headers.remove(hop);
        }
        Some(Answer {
            status,
            headers,
            body,
        })
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn flip(&mut self) {
        let mut bytes = self.body.to_vec();
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 0x10;
        }
        self.body = bytes.into();
    }

    fn respond(headers: HeaderMap, status: StatusCode, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn whole(self) -> Response<Body> {
        Self::respond(
            self.headers,
            self.status,
            Full::from(self.body).boxed_unsync(),
        )
    }

    /// Half of the body, and a reset.
    fn truncated(self, reset: Arc<Notify>) -> Response<Body> {
        let half = self.body.slice(..self.body.len() / 2);
        let end = stream::once(async move {
            // What was written must have left, or the reset takes it along.
            tokio::time::sleep(Duration::from_millis(20)).await;
            reset.notify_one();
            std::future::pending::<Result<Frame<Bytes>, Infallible>>().await
        });
        let frames = stream::iter([Ok(Frame::data(half))]).chain(end);
        let mut headers = self.headers;
        headers.insert("content-length", self.body.len().into());
        Self::respond(headers, self.status, StreamBody::new(frames).boxed_unsync())
    }
}
