//! Originals for others than their owner: as long as they were, and without place, serial numbers and names.

use std::io::Cursor;

use exif::{In, Tag};

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

const KEY: &str = "0123456789abcdef-key";

struct Shared {
    server: TestServer,
    id: String,
    file: File,
}

impl Shared {
    async fn new(backend: Backend, file: File) -> Self {
        let settings = [("AUTH", "required"), ("SERVICE_KEYS", KEY)];
        let server = TestServer::with(backend, &settings).await;
        let upload = server.upload_request(file.clone(), "a", "anna");
        let upload = upload.bearer_auth(KEY).header("prefer", "wait=30");
        let id = send(upload).await.expect(201).id();
        Self { server, id, file }
    }

    /// As somebody who knows no more than its id.
    async fn seen(&self, header: (&str, &str)) -> Answer {
        let request = self
            .server
            .http
            .get(self.server.url(&format!("/{}/file", self.id)));
        send(request.header(header.0, header.1)).await
    }

    async fn owned(&self) -> Answer {
        let request = self
            .server
            .http
            .get(self.server.url(&format!("/{}/file", self.id)));
        send(request.bearer_auth(KEY)).await.expect(200)
    }
}

async fn others_get_no_place(backend: Backend) {
    let shared = Shared::new(backend, File::fixture("exif/gps_north_west.jpg")).await;
    let whole = shared.seen(("accept", "*/*")).await.expect(200);
    let original = &shared.file.bytes;
    assert_eq!(whole.body.len(), original.len());
    let place = |bytes: &[u8]| {
        let exif = exif::Reader::new().read_from_container(&mut Cursor::new(bytes));
        exif.is_ok_and(|exif| exif.get_field(Tag::GPSLatitude, In::PRIMARY).is_some())
    };
    assert!(place(original) && !place(&whole.body));
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).expect("a picture").to_rgb8();
    assert_eq!(pixels(original), pixels(&whole.body));
    assert_eq!(whole.header("repr-digest"), "");
    assert!(!whole.header("content-disposition").contains("gps"));
    assert_eq!(
        whole.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(whole.header("vary"), "Authorization, X-Service-Key");
    // Its parts are parts of the same, and it is not the owner's.
    for (first, last) in [(0, 99), (20, 300), (300, original.len() - 1)] {
        let part = shared
            .seen(("range", &format!("bytes={first}-{last}")))
            .await;
        assert_eq!(part.expect(206).body, whole.body[first..=last]);
    }
    let etag = whole.header("etag");
    shared.seen(("if-none-match", etag)).await.expect(304);
    let owned = shared.owned().await;
    assert_eq!(owned.body, *original);
    assert_ne!(owned.header("etag"), etag);
    assert!(owned.header("cache-control").starts_with("private, "));
}

async fn what_cannot_be_told_apart_is_the_owners(backend: Backend) {
    let shared = Shared::new(backend, File::fixture("formats/packed.svgz")).await;
    let refused = shared.seen(("accept", "*/*")).await;
    refused.problem_code(403, "owners_alone");
    assert_eq!(shared.owned().await.body, shared.file.bytes);
    let text = File::new("a.txt", "no picture");
    let shared = Shared::new(backend, text).await;
    let seen = shared.seen(("accept", "*/*")).await.expect(200);
    assert_eq!(seen.body, shared.file.bytes);
}

on_both_backends!(others_get_no_place, what_cannot_be_told_apart_is_the_owners);
