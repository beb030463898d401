//! Requests that two readers may understand in two ways, over raw sockets: each is refused and its connection closed, or has exactly one
//! meaning here. What matters is where a request ends, so after each comes one more on the same connection, which asks to close it.
//!
//! Where hyper is laxer than it could be, the case says so: it has one meaning all the same, that of RFC 9112.

#![allow(clippy::too_many_lines, reason = "tables are as long as they are")]

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::server::{Backend, PATIENCE, TestServer};

/// What a case may be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// 400 and the end of the connection.
    Refused,
    /// The same with 431.
    TooLarge,
    /// It is done (200 or 201), and so is the request after it.
    Done,
    /// These, in this order.
    Answers(&'static [u16]),
}
use Right::{Answers, Done, Refused, TooLarge};

const AFTER: &str = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
/// What must not be answered where it is somebody's body.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

/// An upload with these fields and this body.
fn post(fields: &str, body: &str) -> Vec<u8> {
    format!("POST /api/v1/media?app=a HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}").into_bytes()
}

/// An upload in chunks.
fn chunked(body: &str) -> Vec<u8> {
    post("Transfer-Encoding: chunked", body)
}

fn get(head: &str) -> Vec<u8> {
    format!("GET /livez HTTP/1.1\r\n{head}\r\n\r\n").into_bytes()
}

type Case = (&'static str, Vec<u8>, Right);

fn lengths() -> Vec<Case> {
    let length = |value: &str| post(&format!("Content-Length: {value}"), "hello");
    vec![
        ("a length", length("5"), Done),
        (
            "the same length twice",
            post("Content-Length: 5\r\nContent-Length: 5", "hello"),
            Done,
        ),
        (
            "two lengths",
            post("Content-Length: 5\r\nContent-Length: 6", "hello"),
            Refused,
        ),
        (
            "two lengths, the first nothing",
            post("Content-Length: 0\r\nContent-Length: 5", "hello"),
            Refused,
        ),
        ("a list of one length", length("5, 5"), Refused),
        ("a list of lengths", length("5, 6"), Refused),
        ("a sign", length("+5"), Refused),
        ("a negative length", length("-5"), Refused),
        ("a length in hex", length("0x5"), Refused),
        ("a length and more", length("5;a"), Refused),
        ("no length", length(""), Refused),
        (
            "a length beyond 64 bits",
            length("18446744073709551621"),
            Refused,
        ),
        ("foreign digits", length("٥"), Refused),
        ("an underscore", length("5_0"), Refused),
        ("a leading zero", length("05"), Done),
        ("white space behind", length("5 \t"), Done),
        (
            "white space before the colon",
            post("Content-Length : 5", "hello"),
            Refused,
        ),
        ("NUL in the value", length("5\0"), Refused),
        (
            "NUL in the name",
            post("Content-Length\0: 5", "hello"),
            Refused,
        ),
        (
            "a length folded",
            post("Content-Length:\r\n 5", "hello"),
            Refused,
        ),
        (
            "a length that goes on",
            post("Content-Length: 5\r\n 0", "hello"),
            Refused,
        ),
        (
            "a field that begins with a blank",
            post(" Content-Length: 5", "hello"),
            Refused,
        ),
        // No length: what follows is a request by itself, of a method that nobody knows.
        (
            "another name",
            post("Content_Length: 5", "hello"),
            Answers(&[400, 405]),
        ),
        (
            "a request in the body of a GET",
            format!(
                "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{HIDDEN}",
                HIDDEN.len()
            )
            .into_bytes(),
            Done,
        ),
    ]
}

fn codings() -> Vec<Case> {
    let coding = |value: &str| {
        post(
            &format!("Transfer-Encoding: {value}"),
            "5\r\nhello\r\n0\r\n\r\n",
        )
    };
    let hiding = format!("0\r\n\r\n{HIDDEN}");
    vec![
        ("chunks", coding("chunked"), Done),
        ("capitals", coding("ChunKed"), Done),
        // Hyper goes by the chunks and closes, as RFC 9112, 6.3 lets a server do.
        (
            "chunks and a length",
            post(
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "5\r\nhello\r\n0\r\n\r\n",
            ),
            Answers(&[200]),
        ),
        (
            "chunks, then a length",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "5\r\nhello\r\n0\r\n\r\n",
            ),
            Answers(&[200]),
        ),
        // The chunks end at once: nothing is uploaded, and what the length would have covered is nothing at all.
        (
            "a request between chunks and length",
            post(
                &format!(
                    "Content-Length: {}\r\nTransfer-Encoding: chunked",
                    hiding.len()
                ),
                &hiding,
            ),
            Refused,
        ),
        ("identity", coding("identity"), Refused),
        ("gzip, then chunks", coding("gzip, chunked"), Refused),
        ("chunks, then identity", coding("chunked, identity"), Refused),
        ("chunks of chunks", coding("chunked, chunked"), Refused),
        ("chunks twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), Refused),
        ("identity, chunks", post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), Refused),
        ("nearly chunks", coding("xchunked"), Refused),
        ("chunks with a parameter", coding("chunked;q=1"), Refused),
        ("quoted chunks", coding("\"chunked\""), Refused),
        ("chunks and nothing", coding("chunked,"), Refused),
        ("no coding", coding(""), Refused),
        ("a vertical tab", coding("\x0bchunked"), Refused),
        ("a split name", coding("chun\tked"), Refused),
        ("chunks, folded", coding("chunked\r\n , identity"), Refused),
        ("white space before the coding's colon", post("Transfer-Encoding : chunked", "0\r\n\r\n"), Refused),
        (
            "chunks in HTTP/1.0",
            b"POST /api/v1/media HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(),
            Refused,
        ),
    ]
}

fn chunks() -> Vec<Case> {
    let extension = |bytes: usize| format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(bytes));
    vec![
        (
            "a chunk in hex with 0x",
            chunked("0x5\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a negative chunk",
            chunked("-5\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk with a sign",
            chunked("+5\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk without size",
            chunked("\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk of two sizes",
            chunked("5 5\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk beyond 64 bits",
            chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a size that ends in LF",
            chunked("5\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a size that ends in CR",
            chunked("5\rhello\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk that is longer",
            chunked("5\r\nhello!\r\n0\r\n\r\n"),
            Refused,
        ),
        (
            "a chunk that ends in LF",
            chunked("5\r\nhello\n0\r\n\r\n"),
            Refused,
        ),
        // Hyper reads past blanks behind the size, as did RFC 2616.
        (
            "blanks behind the size",
            chunked("5 \r\nhello\r\n0\r\n\r\n"),
            Done,
        ),
        ("an extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), Done),
        (
            "an extension with LF",
            chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"),
            Refused,
        ),
        ("a long extension", chunked(&extension(20_000)), Refused),
        ("many zeros", chunked("5\r\nhello\r\n0000\r\n\r\n"), Done),
        (
            "a length in the trailer",
            chunked("5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n"),
            Done,
        ),
        (
            "a coding in the trailer",
            chunked("5\r\nhello\r\n0\r\nTransfer-Encoding: gzip\r\n\r\n"),
            Done,
        ),
        // Hyper takes all to the next empty line for a trailer: the request that follows is not answered.
        (
            "an end in LF",
            chunked("5\r\nhello\r\n0\r\n\n"),
            Answers(&[200]),
        ),
    ]
}

fn lines() -> Vec<Case> {
    let head = |text: &str| text.as_bytes().to_vec();
    let many = "X: a\r\n".repeat(200);
    vec![
        ("a request", get("Host: a"), Done),
        (
            "an empty line before",
            head("\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
            Done,
        ),
        // Hyper takes LF for the end of a line, as RFC 9112, 2.2 allows; nobody takes it for anything else.
        (
            "lines that end in LF",
            head("GET /livez HTTP/1.1\nHost: a\n\n"),
            Done,
        ),
        (
            "lines that end in CR",
            head("GET /livez HTTP/1.1\rHost: a\r\r"),
            Refused,
        ),
        ("CR in a value", get("Host: a\r\nX: a\rb"), Refused),
        (
            "two blanks",
            head("GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "a tab",
            head("GET\t/livez\tHTTP/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "a blank in the target",
            head("GET /live z HTTP/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "NUL in the target",
            head("GET /live\0z HTTP/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        ("no version", head("GET /livez\r\n\r\n"), Refused),
        (
            "a small version",
            head("GET /livez http/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "another version",
            head("GET /livez HTTP/1.2\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "a long version",
            head("GET /livez HTTP/1.10\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        (
            "a method that is none",
            head("G(T /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
            Refused,
        ),
        ("a field without colon", get("Host: a\r\nX"), Refused),
        ("a field without name", get("Host: a\r\n: x"), Refused),
        ("a blank in a name", get("Host: a\r\nX Y: z"), Refused),
        (
            "a name beyond ASCII",
            get("Host: a\r\nContent-Lengthé: 5"),
            Refused,
        ),
        ("a folded field", get("Host: a\r\nX: a\r\n b"), Refused),
        ("no host", get("X: a"), Refused),
        ("two hosts", get("Host: a\r\nHost: b"), Refused),
        ("the same host twice", get("Host: a\r\nHost: a"), Refused),
        ("a host with a path", get("Host: a/b"), Refused),
        ("two hosts in one", get("Host: a, b"), Refused),
        (
            "another host in the target",
            head("GET http://b/livez HTTP/1.1\r\nHost: a\r\n\r\n"),
            Done,
        ),
        // Which ends with its answer.
        (
            "HTTP/1.0",
            head("GET /livez HTTP/1.0\r\n\r\n"),
            Answers(&[200]),
        ),
        (
            "an upgrade",
            get(
                "Host: a\r\nConnection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA",
            ),
            Done,
        ),
        (
            "HTTP/2 later on",
            head("GET /livez HTTP/1.1\r\nHost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            Answers(&[200]),
        ),
        (
            "many fields",
            get(&format!("Host: a\r\n{many}X: a")),
            TooLarge,
        ),
        (
            "a long field",
            get(&format!("Host: a\r\nX: {}", "a".repeat(70_000))),
            TooLarge,
        ),
    ]
}

fn cases() -> Vec<Case> {
    [lengths(), codings(), chunks(), lines()].concat()
}

/// What all cases send, by name.
pub(crate) fn requests() -> Vec<(&'static str, Vec<u8>)> {
    cases()
        .into_iter()
        .map(|(name, request, _)| (name, request))
        .collect()
}

/// The statuses of all answers on a connection, to its end.
pub(crate) async fn answers(address: &str, request: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(address).await.expect("connect");
    // It may be refused before all of it is sent.
    let _cut = stream
        .write_all(&[request, AFTER.as_bytes()].concat())
        .await;
    let mut bytes = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    // A reset, which comes to those who sent more than was read, ends it as well.
    let _reset = read.expect("the connection ends");
    let mut statuses = Vec::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") else {
            // What has no head, as HTTP/0.9 had none.
            statuses.push(0);
            break;
        };
        let (head, after) = rest.split_at(end + 4);
        let head = String::from_utf8_lossy(head).to_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().expect("a length"));
        statuses.push(status.expect("a status"));
        rest = after.get(length..).unwrap_or_default();
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_has_one_meaning() {
    // One of them is not closed but by time.
    let settings = [("IDLE_TIMEOUT", "2s"), ("HEADER_TIMEOUT", "2s")];
    let server = TestServer::with(Backend::Sqlite, &settings).await;
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut wrong = Vec::new();
    for (name, request, right) in cases {
        let answers = answers(server.address(), &request).await;
        let is_right = match right {
            Refused => answers == [400],
            TooLarge => answers == [431],
            Done => matches!(answers[..], [200 | 201, 200]),
            Answers(expected) => answers == expected,
        };
        if !is_right {
            wrong.push(format!("{name}: {answers:?}, not {right:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
