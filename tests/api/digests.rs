//! Digests that clients send are checked, and ours are sent back (RFC 9530).

use mana_media::media::ContentHash;

use crate::client::{File, send};
use crate::server::{Backend, TestServer};

async fn a_right_digest_is_taken_and_sent_back(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (number, header) in ["repr-digest", "content-digest"].into_iter().enumerate() {
        let bytes = File::numbered(number).bytes;
        let digest = ContentHash::of(&bytes).digest_field();
        let request = server.http.post(server.url("?app=a&userId=anna"));
        let answer = send(request.header(header, &digest).body(bytes))
            .await
            .expect(201);
        assert_eq!(answer.json()["hash"], File::numbered(number).sha256());
        let file = server
            .get(&format!("/{}/file", answer.id()))
            .await
            .expect(200);
        assert_eq!(file.header("repr-digest"), digest);
    }
}

async fn a_wrong_digest_stores_nothing(backend: Backend) {
    let server = TestServer::start(backend).await;
    let wrong = ContentHash::of(b"something else").digest_field();
    for header in ["repr-digest", "content-digest"] {
        let request = server.http.post(server.url("?app=a&userId=anna"));
        let answer = send(request.header(header, &wrong).body(File::numbered(1).bytes)).await;
        answer.problem_code(400, "digest_mismatch");
    }
    for odd in ["sha-256=:AAAA:", "sha-256=nonsense", "sha-256=::"] {
        let request = server.http.post(server.url("?app=a&userId=anna"));
        let answer = send(
            request
                .header("repr-digest", odd)
                .body(File::numbered(1).bytes),
        )
        .await;
        answer.problem(400);
    }
    assert_eq!(server.site.rows("media").await, 0);
    assert_eq!(server.site.rows("blob").await, 0);
    assert_eq!(server.site.files().unwrap_or_default(), 0);
    // A digest of a kind that we do not know tells us nothing.
    let request = server.http.post(server.url("?app=a&userId=anna"));
    let request = request
        .header("repr-digest", "unixsum=:AAA=:")
        .body(File::numbered(1).bytes);
    send(request).await.expect(201);
}

on_both_backends!(
    a_right_digest_is_taken_and_sent_back,
    a_wrong_digest_stores_nothing
);
