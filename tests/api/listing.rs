//! Listings: what they show, in what order, and how they are walked.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

const KEY: &str = "0123456789abcdef-internal";

/// Five things of anna's, in the order of their upload, and one of ben's.
async fn gallery(backend: Backend) -> TestServer {
    let server = TestServer::start(backend).await;
    for (path, app) in [
        ("exif/gps_north_east.jpg", "picture"),
        ("exif/gps_south_west.jpg", "picture"),
        ("exif/digitized.jpg", "plants"),
        ("other/empty.pdf", "storage"),
        ("formats/rgb8.png", "plants"),
    ] {
        server.store(File::fixture(path), app, "anna").await;
    }
    server
        .store(File::fixture("formats/lossy.webp"), "picture", "ben")
        .await;
    server
}

fn names(items: &Value) -> Vec<&str> {
    let items = items
        .as_array()
        .unwrap_or_else(|| panic!("no list: {items}"));
    items
        .iter()
        .filter_map(|media| media["originalName"].as_str())
        .collect()
}

/// What `list/all` answers for anna.
async fn all(server: &TestServer, query: &str) -> Value {
    server
        .get(&format!("/list/all?userId=anna{query}"))
        .await
        .expect(200)
        .json()
}

#[track_caller]
fn shows(answer: &Value, expected: &[&str]) {
    assert_eq!(names(&answer["items"]), expected);
    assert_eq!(answer["total"], expected.len(), "{answer}");
    assert_eq!(answer["hasMore"], false);
}

async fn filters_and_orders(backend: Backend) {
    let server = gallery(backend).await;
    let (png, pdf, digitized) = ("rgb8.png", "empty.pdf", "digitized.jpg");
    let (south, north) = ("gps_south_west.jpg", "gps_north_east.jpg");
    let newest = [png, pdf, digitized, south, north];
    for (query, expected) in [
        ("", &newest[..]),
        ("&sortOrder=asc", &[north, south, digitized, pdf, png]),
        ("&apps=plants", &[png, digitized]),
        ("&apps=storage,%20picture", &[pdf, south, north]),
        ("&apps=nothing", &[]),
        ("&mimeType=image/*", &[png, digitized, south, north]),
        ("&mimeType=application/pdf", &[pdf]),
        ("&mimeType=image/p", &[]),
        ("&mimeType=image/_ng", &[]),
        ("&mimeType=image/%25", &[]),
        ("&hasLocation=true", &[south, north]),
        ("&hasLocation=false", &newest),
        ("&bbox=10,47,13,49", &[north]),
        ("&bbox=170,-90,-30,0", &[south]),
        ("&camera=mana%20ONE", &[digitized, south, north]),
        ("&camera=other", &[]),
        (
            "&sortBy=dateTaken&dateFrom=2019-01-01&dateTo=2020-01-01",
            &[digitized],
        ),
        (
            "&sortBy=dateTaken&dateTo=2025-01-01T00:00:00Z",
            &[south, north, digitized],
        ),
        (
            "&dateField=dateTaken&dateFrom=2024-01-01&dateTo=2024-12-31",
            &[south, north],
        ),
        ("&dateTo=2020-01-01", &[]),
        (
            "&sortBy=dateTaken&sortOrder=asc",
            &[digitized, north, south, pdf, png],
        ),
    ] {
        let answer = all(&server, query).await;
        assert_eq!(names(&answer["items"]), expected, "{query}");
        shows(&answer, expected);
    }
    let by_size = all(&server, "&sortBy=size&sortOrder=asc").await;
    let sizes: Vec<u64> = by_size["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|media| media["size"].as_u64())
        .collect();
    assert!(sizes.len() == 5 && sizes.is_sorted(), "{sizes:?}");
}

async fn bad_values_are_named(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (name, values) in [
        ("sortBy", &["xyz", "createdat"][..]),
        ("sortOrder", &["up", "DESC2"]),
        ("limit", &["abc", "1e3"]),
        ("offset", &["-1", "abc"]),
        ("dateFrom", &["nonsense", "2024-13-01"]),
        ("dateTo", &["nonsense", "32"]),
        ("dateField", &["xyz", "size"]),
        ("hasLocation", &["maybe"]),
        ("mimeType", &["image", "/", "*"]),
        ("bbox", &["1,2,3", "a,b,c,d", "0,91,0,95", "1,2,3,4,5"]),
        ("cursor", &["zzz", "%25"]),
    ] {
        for value in values {
            let answer = server
                .get(&format!("/list/all?userId=anna&{name}={value}"))
                .await;
            assert_eq!(answer.status, 400, "{name}={value}: {}", answer.text());
            let problem = answer.problem(400);
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(detail.contains(name), "{name}={value}: {problem}");
        }
    }
    for query in ["?limit=abc", "?cursor=zzz"] {
        server.get(query).await.problem(400);
    }
    assert_eq!(
        server.get("/list/all").await.problem(400)["error"],
        "userId is required"
    );
    assert_eq!(
        server.get("/stats").await.problem(400)["error"],
        "userId is required"
    );
}

async fn the_bare_list(backend: Backend) {
    let server = gallery(backend).await;
    let list = |query: &'static str| server.get(query);
    assert_eq!(names(&list("").await.json()).len(), 6);
    assert_eq!(names(&list("?userId=").await.json()).len(), 6);
    let annas = list("?userId=anna").await.expect(200).json();
    assert_eq!(
        names(&annas),
        [
            "rgb8.png",
            "empty.pdf",
            "digitized.jpg",
            "gps_south_west.jpg",
            "gps_north_east.jpg"
        ]
    );
    assert_eq!(
        names(&list("?app=picture").await.json()),
        ["lossy.webp", "gps_south_west.jpg", "gps_north_east.jpg"]
    );
    assert_eq!(
        names(&list("?app=plants&userId=anna&limit=1").await.json()),
        ["rgb8.png"]
    );
    assert_eq!(
        names(&list("?limit=100000").await.expect(200).json()).len(),
        6
    );
    assert_eq!(list("?userId=nobody").await.expect(200).text(), "[]");
}

async fn walks_meet_everything_once(backend: Backend) {
    let server = TestServer::with(backend, &[("UPLOAD_WAIT", "0ms")]).await;
    let mut made = Vec::new();
    for number in 0..23 {
        let upload = server.upload_request(File::numbered(number), "picture", "anna");
        made.push(send(upload).await.expect(201).id());
    }
    for id in &made {
        server.settled(id).await;
    }
    made.reverse();
    let of_a_list = |answer: &Answer| ids(&answer.json());
    let seen = links(&server, "?userId=anna&app=picture&limit=5", of_a_list).await;
    assert_eq!(seen, made);
    let query = "/list/all?userId=anna&apps=picture%2C%20a&sortBy=size&sortOrder=asc&limit=5";
    let mut seen = links(&server, query, gallery_ids).await;
    seen.reverse();
    assert_eq!(seen, made);
    // What was passed over once is not passed over again.
    let seen = links(
        &server,
        "/list/all?offset=7&userId=anna&limit=5",
        gallery_ids,
    )
    .await;
    assert_eq!(seen, made[7..]);
    // All have the same size, so that only their ids order them.
    for (query, turned) in [
        ("", false),
        ("&sortOrder=asc", true),
        ("&sortBy=size", false),
        ("&sortBy=size&sortOrder=asc", true),
        ("&sortBy=dateTaken", false),
    ] {
        let mut seen = pages(&server, query).await;
        if turned {
            seen.reverse();
        }
        assert_eq!(seen, made, "{query}");
    }
    let last = all(&server, "&limit=10&offset=20").await;
    assert_eq!(
        (ids(&last["items"]), &last["hasMore"]),
        (made[20..].to_vec(), &json!(false))
    );
}

/// What the pages show that `Link` leads to, one after the other.
async fn links(
    server: &TestServer,
    query: &str,
    shown: impl Fn(&Answer) -> Vec<String>,
) -> Vec<String> {
    let mut url = Some(server.url(query));
    let mut seen = Vec::new();
    while let Some(page) = url {
        let answer = send(server.http.get(&page)).await.expect(200);
        seen.extend(shown(&answer));
        url = next(&answer, &page);
    }
    seen
}

async fn pages(server: &TestServer, query: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = all(server, &format!("{query}&limit=5{cursor}")).await;
        seen.extend(ids(&page["items"]));
        assert_eq!(page["total"], 23, "{query}");
        assert_eq!(page["hasMore"], seen.len() < 23, "{query}");
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
}

fn ids(items: &Value) -> Vec<String> {
    let items = items.as_array().into_iter().flatten();
    items
        .filter_map(|media| media["id"].as_str().map(str::to_owned))
        .collect()
}

fn gallery_ids(answer: &Answer) -> Vec<String> {
    ids(&answer.json()["items"])
}

/// Where the answer's `Link` leads on to.
fn next(answer: &Answer, here: &str) -> Option<String> {
    let link = answer
        .header("link")
        .split(',')
        .find(|link| link.contains("rel=\"next\""))?;
    let target = link.split('<').nth(1)?.split('>').next()?;
    let url = Url::parse(here).and_then(|here| here.join(target));
    Some(url.expect("a URL in Link").to_string())
}

/// A file that needs no processing, of one of fifty sizes.
fn document(number: usize) -> File {
    let mut bytes = format!("%PDF-1.4\n{number:08}").into_bytes();
    bytes.resize(100 + number * 37 % 50, b' ');
    File::new(&format!("{number}.pdf"), bytes)
}

async fn walks_meet_everything_once_while_others_write(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (mut stay, mut go) = (Vec::new(), Vec::new());
    for number in 0..48 {
        let answer = server.upload(document(number), "a", "anna").await;
        let id = answer.expect(201).id();
        if number % 2 == 0 {
            // Before and behind the others, which are of now.
            let date = json!({"dateTaken": format!("{}-01-01T00:00:00", 2000 + number * 2)});
            let edit = server.request(Method::PATCH, &format!("/{id}"));
            send(edit.json(&date)).await.expect(200);
            stay.push(id);
        } else {
            go.push(id);
        }
    }
    let written = AtomicUsize::new(0);
    let is_over = AtomicBool::new(false);
    let write = async |mut go: VecDeque<String>| {
        while let (false, Some(id)) = (is_over.load(Ordering::Relaxed), go.pop_front()) {
            let number = 48 + written.fetch_add(1, Ordering::Relaxed);
            let upload = server.upload(document(number), "a", "anna").await;
            go.push_back(upload.expect(201).id());
            server.delete(&format!("/{id}")).await.expect(200);
        }
    };
    let read = async {
        // Until nothing is left of what there was to go.
        while written.load(Ordering::Relaxed) < go.len() {
            for sort in ["createdAt", "dateTaken", "size"] {
                for order in ["asc", "desc"] {
                    let query = format!("&sortBy={sort}&sortOrder={order}");
                    let path = format!("/list/all?userId=anna&limit=5{query}");
                    let seen = links(&server, &path, gallery_ids).await;
                    let once: BTreeSet<&String> = seen.iter().collect();
                    assert_eq!(once.len(), seen.len(), "shown twice: {query}");
                    assert!(stay.iter().all(|id| once.contains(id)), "left out: {query}");
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
    };
    let half = |number: usize| go.iter().skip(number).step_by(2).cloned().collect();
    tokio::join!(read, write(half(0)), write(half(1)));
    server.site.fsck();
}

async fn totals(backend: Backend) {
    let server = gallery(backend).await;
    let stats = server.get("/stats?userId=anna").await.expect(200).json();
    assert_eq!(stats["totalCount"], 5);
    let sizes = server.get("?userId=anna").await.json();
    let size: u64 = sizes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|media| media["size"].as_u64())
        .sum();
    assert_eq!(stats["totalSize"], size);
    assert_eq!(stats["byApp"]["plants"]["count"], 2);
    assert_eq!(
        stats["byApp"]["storage"]["size"],
        File::fixture("other/empty.pdf").bytes.len()
    );
    let years = stats["byYear"].as_object().expect("years");
    assert_eq!(
        years.values().filter_map(Value::as_u64).sum::<u64>(),
        5,
        "{stats}"
    );
    let nothing = server.get("/stats?userId=nobody").await.expect(200).json();
    assert_eq!(
        nothing,
        json!({"totalCount": 0, "totalSize": 0, "byApp": {}, "byYear": {}, "savedSize": 0, "trashRetentionSeconds": 0})
    );
}

async fn totals_are_the_same_on_every_page(backend: Backend) {
    let server = TestServer::with(backend, &[("TRASH_RETENTION", "1h")]).await;
    // The same picture in different bytes.
    let mut made = Vec::new();
    for number in 0..6 {
        let media = server.store(File::numbered(number), "a", "anna").await;
        made.push(media["id"].as_str().unwrap_or_default().to_owned());
    }
    let similar = format!("similar={}", made[0]);
    for number in 6..10 {
        let id = server.upload(File::numbered(number), "a", "anna").await;
        let id = id.expect(201).id();
        server.delete(&format!("/{id}")).await.expect(200);
    }
    for (what, total) in [("apps=a", 6), (&similar, 5), ("trash=true", 4)] {
        let query = format!("/list/all?userId=anna&limit=2&{what}");
        let page = |answer: &Answer| {
            let page = answer.json();
            assert_eq!(page["total"], total, "{page}");
            assert_eq!(page["hasMore"], page["nextCursor"].is_string(), "{page}");
            ids(&page["items"])
        };
        let mut seen = links(&server, &query, page).await;
        let by_offset = all(&server, &format!("&{what}&limit=2&offset=2")).await;
        assert_eq!(ids(&by_offset["items"]), seen[2..4], "{what}");
        assert_eq!(by_offset["total"], total, "{what}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), total, "{what}");
    }
}

async fn the_internal_list(backend: Backend) {
    let server = TestServer::with(backend, &[("SERVICE_KEYS", KEY)]).await;
    for number in 0..5 {
        server
            .store(
                File::numbered(number),
                "website",
                ["anna", "ben"][number % 2],
            )
            .await;
    }
    server.store(File::numbered(9), "picture", "anna").await;
    let url = server.root("/api/v1/internal/media/list");
    send(server.http.get(format!("{url}?app=website")))
        .await
        .problem(401);
    let wrong = server
        .http
        .get(format!("{url}?app=website"))
        .header("x-service-key", "0123456789abcdef");
    send(wrong).await.problem(401);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server
            .http
            .get(format!("{url}?app=website&limit=2{cursor}"));
        let page = send(page.header("x-service-key", KEY))
            .await
            .expect(200)
            .json();
        let items = page["items"].as_array().expect("items");
        for item in items {
            assert!(
                item["id"].is_string() && item["createdAt"].is_string(),
                "{item}"
            );
            assert!(item["size"].is_u64(), "{item}");
            seen.push(item["filename"].as_str().unwrap_or_default().to_owned());
        }
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort();
    let expected: Vec<String> = (0..5)
        .map(|number| format!("picture {number}.jpg"))
        .collect();
    assert_eq!(seen, expected);
}

on_both_backends!(
    filters_and_orders,
    bad_values_are_named,
    the_bare_list,
    walks_meet_everything_once,
    walks_meet_everything_once_while_others_write,
    totals,
    totals_are_the_same_on_every_page,
    the_internal_list,
);
