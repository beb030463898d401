//! The listener: how connections come in, how many, and how they are let go. Hyper reads what they say; no byte of a head is looked at
//! here.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Version, header};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::service::HttpService;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::body::lingering;
use super::connection::{Activity, Closing, Observed, Patience, Sending, drive};
use super::error::Problem;
use super::middleware::Site;
use super::principal::Peer;
use crate::config::Http;

/// Most bytes of a request's head.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// The same in HTTP/2, where no more than this is ever useful.
const MAX_HEADER_LIST_BYTES: u32 = 32 << 10;
/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;
/// HTTP/2 streams that a client may open and reset before anybody has looked at them (CVE-2023-44487), and those that we reset for its
/// errors (CVE-2025-8671).
const MAX_RESETS: usize = 32;
/// How often an HTTP/2 client is asked whether it is there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(20);
/// Pause after the system refused a connection, for want of file descriptors above all.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` is cancelled, then lets requests in flight go on for the configured time. `true` when all of them ended.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    settings: &Http,
    stop: CancellationToken,
) -> bool {
    let (builder, site) = (Arc::new(builder()), Arc::new(site));
    let patience = Patience {
        head: settings.header_timeout,
        idle: settings.idle_timeout,
    };
    let places = Arc::new(Semaphore::new(settings.max_connections));
    let clients = Arc::new(Clients::new(settings.max_connections_per_client));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places, &clients) => accepted,
            () = stop.cancelled() => break,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let (builder, site, stop) = (Arc::clone(&builder), Arc::clone(&site), stop.clone());
        connections.spawn(async move {
            let activity = Activity::new();
            let requests = activity.clone();
            let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                answer(Arc::clone(&site), request, peer, requests.clone())
            });
            let io = TokioIo::new(Observed::new(stream, activity.clone()));
            let connection = builder.serve_connection(io, service);
            drive(connection, &activity, &patience, stop).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    tokio::time::timeout(settings.shutdown_timeout, connections.wait())
        .await
        .is_ok()
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // What is too long is ours to say.
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_LIST_BYTES)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .max_local_error_reset_streams(MAX_RESETS)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}

async fn answer(
    site: Arc<Site>,
    request: Request<Incoming>,
    peer: Peer,
    activity: Activity,
) -> Result<Response<Sending>, Infallible> {
    let in_flight = activity.begin(request.version());
    let response = if is_ambiguous(&request) {
        let text = "Request can be understood in more than one way";
        let mut refused = Problem::bad_request("ambiguous_request", text).into_response();
        let close = HeaderValue::from_static("close");
        refused.headers_mut().insert(header::CONNECTION, close);
        refused
    } else {
        let mut request = lingering(request);
        request.extensions_mut().insert(peer);
        // Hyper keeps the room that a request takes for as long as its connection.
        Box::pin(site.answer(request)).await
    };
    Ok(in_flight.until_sent(response))
}

/// What hyper lets pass and somebody between us and the client may understand otherwise: whose host it is for, and where its body ends.
/// (Of Content-Length beside Transfer-Encoding only the latter is left here; what else hyper refuses by itself, see the tests.)
fn is_ambiguous<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next();
    let is_bad =
        |host: &HeaderValue| !host.is_empty() && Authority::try_from(host.as_bytes()).is_err();
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let encoding = encodings.next();
    (request.version() == Version::HTTP_11 && host.is_none())
        || host.is_some_and(is_bad)
        || hosts.next().is_some()
        || encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"chunked"))
        || encodings.next().is_some()
        || (encoding.is_some() && headers.contains_key(header::CONTENT_LENGTH))
}

impl<I, S, E> Closing for auto::Connection<'_, I, S, E>
where
    Self: Future,
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: HttpService<Incoming>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::ResBody: 'static,
    <S::ResBody as hyper::body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    E: auto::HttpServerConnExec<S::Future, S::ResBody>,
{
    fn close(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// A connection's place, of all and of its client's.
type Place = (OwnedSemaphorePermit, Visit);

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    clients: &Arc<Clients>,
) -> Option<(TcpStream, Peer, Place)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            let visit = clients.enter(address.ip())?;
            // Without it a connection is slower and still good.
            let _ = stream.set_nodelay(true);
            Some((stream, Peer(address.ip()), (place, visit)))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// How many connections each client has.
#[derive(Debug)]
struct Clients {
    most: Option<usize>,
    counts: Mutex<HashMap<IpAddr, Count>>,
}

#[derive(Debug, Default)]
struct Count {
    connections: usize,
    /// Whether the log says that it wanted more.
    is_told: bool,
}

impl Clients {
    fn new(most: Option<usize>) -> Self {
        Self {
            most,
            counts: Mutex::default(),
        }
    }

    /// Counts a connection; `None` when its client has enough.
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Visit> {
        let client = client(address);
        if let Some(most) = self.most {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(client).or_default();
            if count.connections >= most {
                if !std::mem::replace(&mut count.is_told, true) {
                    tracing::warn!(%client, most, "a client has MAX_CONNECTIONS_PER_CLIENT connections, more are closed");
                }
                return None;
            }
            count.connections += 1;
        }
        Some(Visit {
            clients: Arc::clone(self),
            client,
        })
    }
}

/// Who an address counts as: of IPv6, a site has the last 64 bits to itself.
fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let site = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(site))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// A connection that is counted.
#[derive(Debug)]
struct Visit {
    clients: Arc<Clients>,
    client: IpAddr,
}

impl Drop for Visit {
    fn drop(&mut self) {
        let counts = &self.clients.counts;
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.client) {
            count.connections -= 1;
            if count.connections == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_counted() {
        let clients = Arc::new(Clients::new(Some(2)));
        let enter = |address: &str| clients.enter(address.parse().unwrap());
        let first = enter("192.0.2.1").unwrap();
        let _second = enter("::ffff:192.0.2.1").unwrap();
        assert!(enter("192.0.2.1").is_none());
        let _other = enter("192.0.2.2").unwrap();
        drop(first);
        assert!(enter("192.0.2.1").is_some());
        let _site = (enter("2001:db8::1").unwrap(), enter("2001:db8::2").unwrap());
        assert!(enter("2001:db8::3").is_none());
        assert!(enter("2001:db8:0:1::3").is_some());
        let any = Arc::new(Clients::new(None));
        let all: Vec<_> = (0..9).map(|_| any.enter("::1".parse().unwrap())).collect();
        assert!(all.iter().all(Option::is_some));
    }
}
