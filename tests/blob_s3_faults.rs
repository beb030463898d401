//! What the S3 store makes of a server that fails, played by one that answers every request alike.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use futures_util::TryStreamExt as _;
use mana_media::blob::{BlobStore, Error, S3Config, S3Store};
use support::blob_contract::{fresh_key, put};

/// A store on a server that answers so, and the number of requests that came.
fn store_answering(status: &str, headers: &str, body: &str) -> (S3Store, Arc<AtomicUsize>) {
    let answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n{body}");
    let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    thread::spawn(move || {
        for connection in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut connection = connection.expect("accept");
            read_request(&mut connection);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    let store = S3Store::new(S3Config {
        endpoint: Some(endpoint),
        region: "us-east-1".to_owned(),
        bucket: "bucket".to_owned(),
        access_key: "key".to_owned(),
        secret_key: "secret".to_owned(),
        prefix: String::new(),
    });
    (store, requests)
}

/// Reads the head and the few bytes of body that the tests send.
fn read_request(connection: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = connection.read(&mut buffer) {
        request.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("\r\ncontent-length: ").nth(1);
        let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return;
        }
    }
}

fn error_body(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>")
}

#[tokio::test]
async fn busy_server_is_asked_three_times() {
    let (store, requests) = store_answering("503 Slow Down", "", &error_body("SlowDown"));
    let key = fresh_key(b"busy");
    let failed = put(&store, &key, b"busy").await;
    assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    assert_eq!(requests.load(Ordering::SeqCst), 3);
    let failed = store.list("", None).await;
    assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    assert_eq!(requests.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn full_server_is_told_from_a_broken_one() {
    for (status, code) in [
        ("507 Insufficient Storage", "XMinioStorageFull"),
        ("507 Insufficient Storage", "Whatever"),
        ("403 Forbidden", "QuotaExceeded"),
        ("400 Bad Request", "XMinioAdminBucketQuotaExceeded"),
    ] {
        let (store, _) = store_answering(status, "", &error_body(code));
        let failed = put(&store, &fresh_key(b"full"), b"full").await;
        assert!(matches!(failed, Err(Error::Full(_))), "{code}: {failed:?}");
    }
    let (store, requests) = store_answering("403 Forbidden", "", &error_body("AccessDenied"));
    let failed = put(&store, &fresh_key(b"denied"), b"denied").await;
    let Err(Error::Unavailable(cause)) = failed else {
        panic!("{failed:?}");
    };
    assert!(format!("{cause:#}").contains("AccessDenied"), "{cause:#}");
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn missing_bucket_is_not_a_missing_object() {
    let (store, _) = store_answering("404 Not Found", "", &error_body("NoSuchBucket"));
    let found = store.get(&fresh_key(b"lost"), None).await;
    assert!(matches!(found, Err(Error::Unavailable(_))));
    let (store, _) = store_answering("404 Not Found", "", &error_body("NoSuchKey"));
    assert!(
        store
            .get(&fresh_key(b"lost"), None)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn body_cut_short_is_an_error() {
    let (store, _) = store_answering("200 OK", "Content-Length: 100\r\n", "only a part");
    let reader = store.get(&fresh_key(b"cut"), None).await.unwrap().unwrap();
    assert_eq!(reader.size_bytes, 100);
    let read: Result<Vec<_>, _> = reader.stream.try_collect().await;
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
}

#[tokio::test]
async fn server_that_ignores_a_range_is_noticed() {
    let (store, _) = store_answering("200 OK", "Content-Length: 5\r\n", "whole");
    let read = store.get(&fresh_key(b"whole"), Some(1..3)).await;
    assert!(matches!(read, Err(Error::Integrity(_))));
}

#[tokio::test]
async fn object_of_another_length_after_a_put_is_noticed() {
    let (store, _) = store_answering("200 OK", "Content-Length: 0\r\n", "");
    let failed = put(&store, &fresh_key(b"lost"), b"lost").await;
    assert!(matches!(failed, Err(Error::Integrity(_))), "{failed:?}");
}
