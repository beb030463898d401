//! Renditions by parameters are kept, found again after a restart, made room for, and go with their reference.

use std::path::PathBuf;
use std::time::Instant;

use reqwest::Method;

use crate::client::{Answer, File, send};
use crate::healing::{rot, variants};
use crate::server::{Backend, PATIENCE, TestServer};

const FROM_MEMORY: &str = "mana-media; hit; detail=memory";
const FROM_STORE: &str = "mana-media; hit; detail=store";
const JUST_MADE: &str = "mana-media; fwd=uri-miss; stored";

struct Picture {
    server: TestServer,
    id: String,
}

impl Picture {
    async fn new(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let server = TestServer::with(backend, settings).await;
        let file = File::fixture("formats/medium.jpg");
        let media = server.store(file, "a", "anna").await;
        let id = media["id"].as_str().unwrap_or_default().to_owned();
        Self { server, id }
    }

    async fn ask(&self, query: &str) -> Answer {
        let path = format!("/{}/transform{query}", self.id);
        self.server.get(&path).await
    }

    /// Waits until so many renditions are kept.
    async fn kept(&self, count: i64) {
        let start = Instant::now();
        while self.server.site.rows("rendition").await != count {
            assert!(start.elapsed() < PATIENCE, "never {count} renditions");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    fn is_sound(&self) {
        let fsck = self.server.site.run(&["fsck", "--deep", "--json"]);
        let report = String::from_utf8_lossy(&fsck.stdout);
        assert!(fsck.status.success(), "{report}");
    }
}

async fn renditions_outlive_the_process(backend: Backend) {
    let mut picture = Picture::new(backend, &[]).await;
    let first = picture.ask("?w=100").await.expect(200);
    assert_eq!(first.header("cache-status"), JUST_MADE);
    assert!(first.header("server-timing").starts_with("render;dur="));
    let second = picture.ask("?w=100").await.expect(200);
    assert_eq!(second.header("cache-status"), FROM_MEMORY);
    assert_eq!(second.header("server-timing"), "");
    picture.kept(1).await;
    picture.is_sound();
    picture.server.kill();
    picture.server.restart().await;
    let third = picture.ask("?w=100").await.expect(200);
    assert_eq!(third.header("cache-status"), FROM_STORE);
    for again in [&second, &third] {
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("repr-digest"), first.header("repr-digest"));
    }
    // With its reference it goes too.
    picture
        .server
        .delete(&format!("/{}", picture.id))
        .await
        .expect(200);
    picture.kept(0).await;
    picture.ask("?w=100").await.problem(404);
    picture.is_sound();
}

async fn renditions_make_room(backend: Backend) {
    let picture = Picture::new(backend, &[("RENDITION_BYTES", "1")]).await;
    let first = picture.ask("?w=100").await.expect(200);
    picture.ask("?w=101").await.expect(200);
    picture.kept(2).await;
    let gc = picture.server.site.run(&["gc", "--json"]);
    let round: serde_json::Value = serde_json::from_slice(&gc.stdout).expect("JSON");
    assert_eq!(round["evicted"], 2, "{round}");
    picture.kept(0).await;
    picture.is_sound();
    assert_eq!(picture.ask("?w=100").await.expect(200).body, first.body);
}

async fn one_reference_keeps_so_many(backend: Backend) {
    let picture = Picture::new(backend, &[]).await;
    for width in 1..=70 {
        let query = format!("?w={width}&q=1");
        picture.ask(&query).await.expect(200);
    }
    picture.kept(64).await;
    picture.is_sound();
}

async fn deletes_are_seen_at_once(backend: Backend) {
    let picture = Picture::new(backend, &[("TRASH_RETENTION", "1d")]).await;
    let (server, id) = (&picture.server, &picture.id);
    for path in ["file", "file/thumb", "transform?w=20"] {
        let path = format!("/{id}/{path}");
        server.get(&path).await.expect(200);
        server.delete(&format!("/{id}")).await.expect(200);
        server.get(&path).await.problem(404);
        let restore = server.request(reqwest::Method::POST, &format!("/{id}/restore"));
        send(restore).await.expect(200);
        server.get(&path).await.expect(200);
    }
}

async fn what_is_known_is_not_made_again(backend: Backend) {
    let mut picture = Picture::new(backend, &[("RENDITION_BYTES", "0")]).await;
    let first = picture.ask("?w=100").await.expect(200);
    picture.kept(1).await;
    picture.server.site.run(&["gc"]);
    picture.server.kill();
    picture.server.restart().await;
    let path = format!("/{}/transform?w=100", picture.id);
    let etag = first.header("etag");
    let known = picture.server.get_with(&path, "if-none-match", etag).await;
    let known = known.expect(304);
    assert_eq!(known.header("etag"), etag);
    picture.kept(0).await;
}

/// Of one that has 1.5 times the pixels that are needed each way, and looking the same.
async fn small_ones_are_made_of_variants(backend: Backend) {
    let server = TestServer::start(backend).await;
    let jpeg = File::fixture("formats/large.jpg");
    let picture = image::load_from_memory(&jpeg.bytes).expect("a picture");
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a PNG");
    let png = File::new("large.png", png.into_inner());
    let of_large = [("?w=540", "large"), ("?w=1280", "large"), ("?w=1290", "")];
    made_of(&server, png, &of_large).await;
    // A JPEG is decoded small sooner than a large variant is decoded.
    made_of(&server, jpeg, &OF_A_JPEG).await;
}

const OF_A_JPEG: [(&str, &str); 9] = [
    ("?w=400", "medium"),
    ("?w=533", "medium"),
    ("?w=300&h=80&fit=cover", "medium"),
    ("?w=200&h=200&fit=contain&bg=fff", "medium"),
    ("?w=200&format=jpeg&q=50", "medium"),
    ("?w=540", ""),
    ("?w=400&q=95", ""),
    ("?w=400&format=png", ""),
    ("?w=100&crop=0,0,200,200", ""),
];

async fn made_of(server: &TestServer, file: File, cases: &[(&str, &str)]) {
    let media = server.store(file.clone(), "a", "anna").await;
    let path = format!("/{}/transform", media["id"].as_str().unwrap_or_default());
    let bare = server.request(Method::POST, "?userId=ben&skipProcessing=true");
    let bare = send(bare.body(file.bytes)).await.expect(201);
    let from_original = format!("/{}/transform", bare.id());
    let of = |answer: &Answer| {
        let tag = answer.header("etag").to_owned();
        let found = ["-medium.", "-large."]
            .iter()
            .find(|name| tag.contains(**name));
        found.map_or("", |name| name.trim_matches(['-', '.']))
    };
    for (query, made_of) in cases {
        let answer = server.get(&format!("{path}{query}")).await.expect(200);
        assert_eq!(of(&answer), *made_of, "{query}");
        let direct = server.get(&format!("{from_original}{query}")).await;
        let direct = direct.expect(200);
        assert_eq!(of(&direct), "", "{query}");
        let pixels = |answer: &Answer| {
            image::load_from_memory(&answer.body)
                .expect("a picture")
                .to_rgb8()
        };
        let (one, other) = (pixels(&answer), pixels(&direct));
        assert_eq!(one.dimensions(), other.dimensions(), "{query}");
        let pairs = one.iter().zip(other.iter());
        let off: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        let off = off / one.len() as f64;
        assert!(off < 3.0, "{query}: {off} of 255 apart");
    }
}

async fn avif_comes_when_it_is_made(backend: Backend) {
    let picture = Picture::new(backend, &[]).await;
    let path = format!("/{}/transform?w=40&format=auto", picture.id);
    let ask = || async {
        let accept = "image/avif,image/webp,*/*";
        let answer = picture.server.get_with(&path, "accept", accept).await;
        let answer = answer.expect(200);
        // In one field: of several some caches read the last alone.
        let fields: Vec<_> = answer.headers.get_all("vary").iter().collect();
        assert_eq!(fields, ["Accept, Save-Data"]);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        answer.header("content-type").to_owned()
    };
    assert_eq!(ask().await, "image/webp");
    let start = Instant::now();
    while ask().await != "image/avif" {
        assert!(start.elapsed() < PATIENCE, "AVIF never came");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // Nobody else is given what they cannot read, and who saves data gets less of it.
    let plain = picture.server.get_with(&path, "accept", "image/png").await;
    assert_eq!(plain.expect(200).header("content-type"), "image/jpeg");
    let request = |saves: &str| {
        let request = picture.server.request(reqwest::Method::GET, &path[..]);
        request
            .header("accept", "image/webp")
            .header("save-data", saves)
    };
    let (all, less) = (send(request("off")).await, send(request("on")).await);
    assert!(less.expect(200).body.len() < all.expect(200).body.len());
}

on_both_backends!(
    renditions_outlive_the_process,
    renditions_make_room,
    one_reference_keeps_so_many,
    deletes_are_seen_at_once,
    what_is_known_is_not_made_again,
    small_ones_are_made_of_variants,
    avif_comes_when_it_is_made,
);

/// The stored rendition, which is the newest object of the content.
fn newest(server: &TestServer, file: &File) -> PathBuf {
    let hash = file.sha256();
    let folder = server.site.data.path().join("store/b");
    let folder = folder.join(&hash[..2]).join(&hash);
    let entries = std::fs::read_dir(&folder).expect("stored objects");
    let made = |path: &PathBuf| {
        let made = std::fs::metadata(path).and_then(|found| found.created());
        made.expect("a time")
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.max_by_key(made).expect("an object")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_rendition_is_made_again() {
    let mut picture = Picture::new(Backend::Sqlite, &[]).await;
    let first = picture.ask("?w=100").await.expect(200);
    picture.kept(1).await;
    rot(&newest(
        &picture.server,
        &File::fixture("formats/medium.jpg"),
    ));
    picture.server.kill();
    picture.server.restart().await;
    let again = picture.ask("?w=100").await.expect(200);
    assert_eq!(again.header("cache-status"), JUST_MADE);
    assert_eq!(again.body, first.body);
    picture.kept(1).await;
    picture.is_sound();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_variant_is_gone_around() {
    let server = TestServer::with(Backend::Sqlite, &[("DELIVERY_CACHE_BYTES", "0")]).await;
    let file = File::fixture("formats/large.jpg");
    let media = server.store(file.clone(), "a", "anna").await;
    let path = format!("/{}/transform", media["id"].as_str().unwrap_or_default());
    let of_variant = server.get(&format!("{path}?w=400")).await.expect(200);
    assert!(of_variant.header("etag").contains("-medium."));
    for variant in variants(&server, &file) {
        rot(&variant);
    }
    let of_original = server.get(&format!("{path}?w=399")).await.expect(200);
    let tag = of_original.header("etag");
    assert!(
        !tag.contains("-medium.") && !tag.contains("-large."),
        "{tag}"
    );
    let seen = image::load_from_memory(&of_original.body).expect("a picture");
    assert_eq!((seen.width(), seen.height()), (399, 80));
}
