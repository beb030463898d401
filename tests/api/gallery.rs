//! The gallery over HTTP: timeline, facets, map, likeness, words, corrections, and what happens as it happens.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, File, send};
use crate::server::{Backend, PATIENCE, TestServer};

/// With a date, a camera and a place.
const FULL: &str = "exif/gps_north_east.jpg";

async fn edit(server: &TestServer, id: &str, body: &Value) -> Answer {
    let request = server.request(Method::PATCH, &format!("/{id}?userId=anna"));
    send(request.json(body)).await
}

async fn store(server: &TestServer, file: File, app: &str, user: &str) -> String {
    let media = server.store(file, app, user).await;
    media["id"].as_str().expect("an id").to_owned()
}

async fn json_of(server: &TestServer, path: &str) -> Value {
    server.get(path).await.expect(200).json()
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

async fn the_timeline_and_its_buckets(backend: Backend) {
    let server = TestServer::start(backend).await;
    let dated = store(&server, File::fixture(FULL), "picture", "anna").await;
    let undated = store(&server, File::fixture("formats/rgb8.png"), "notes", "anna").await;
    store(&server, File::numbered(2), "notes", "ben").await;
    let taken = json_of(&server, &format!("/{dated}?userId=anna")).await;
    let local = taken["dateTakenLocal"].as_str().expect("a date");
    let month = &local[..7];
    let timeline = json_of(&server, "/timeline?userId=anna").await;
    assert_eq!(
        (&timeline["by"], &timeline["total"]),
        (&json!("month"), &json!(2))
    );
    let buckets = timeline["buckets"].as_array().expect("buckets");
    assert_eq!(buckets[1], json!({"bucket": month, "count": 1}));
    let by_day = json_of(&server, "/timeline?userId=anna&by=day&apps=picture").await;
    assert_eq!(
        by_day["buckets"],
        json!([{"bucket": &local[..10], "count": 1}])
    );

    for bucket in [month, &local[..10]] {
        let page = json_of(&server, &format!("/timeline?userId=anna&bucket={bucket}")).await;
        assert_eq!((&page["count"], &page["id"]), (&json!(1), &json!([dated])));
        assert_eq!(page["dated"], json!([true]));
        assert_eq!(page["width"], json!([taken["width"]]));
        assert_eq!(page["placeholder"], json!([taken["placeholder"]]));
        assert_eq!(page["dominantColor"], json!([taken["dominantColor"]]));
        assert_eq!(page["name"], json!([taken["originalName"]]));
        assert!(page.get("nextCursor").is_none(), "{page}");
    }
    let recent = buckets[0]["bucket"].as_str().expect("a bucket");
    let page = json_of(&server, &format!("/timeline?userId=anna&bucket={recent}")).await;
    assert_eq!(
        (&page["id"], &page["dated"]),
        (&json!([undated]), &json!([false]))
    );
    for wrong in [
        "bucket=2026-13",
        "bucket=2026",
        "by=year",
        "cursor=x",
        "dateFrom=x",
    ] {
        server
            .get(&format!("/timeline?userId=anna&{wrong}"))
            .await
            .problem(400);
    }
}

async fn a_bucket_tells_what_the_list_does(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut picture = File::fixture("formats/rgb8.png");
    picture.name = r#""[1,2]\u0041", Größe 🐈.png"#.into();
    let picture = store(&server, picture, "notes", "anna").await;
    let document = store(&server, File::fixture("other/empty.pdf"), "notes", "anna").await;
    let timeline = json_of(&server, "/timeline?userId=anna").await;
    let month = timeline["buckets"][0]["bucket"].as_str().expect("a month");
    let page = json_of(&server, &format!("/timeline?userId=anna&bucket={month}")).await;
    assert_eq!(page["id"], json!([document, picture]));
    let list = json_of(&server, "/list/all?userId=anna&sortBy=createdAt&limit=2").await;
    for (column, member) in [
        ("width", "width"),
        ("height", "height"),
        ("mimeType", "mimeType"),
        ("placeholder", "placeholder"),
        ("dominantColor", "dominantColor"),
        ("name", "originalName"),
        ("size", "size"),
    ] {
        let members = [0, 1].map(|row| list["items"][row].get(member));
        assert_eq!(page[column], json!(members), "{column}");
    }
}

async fn a_list_shows_each_as_it_is(backend: Backend) {
    let server = TestServer::start(backend).await;
    let edited = store(&server, File::fixture(FULL), "picture", "anna").await;
    // As many digits as a number may have.
    let place = json!({"latitude": 48.858_194_444_444_45, "longitude": -0.100_000_000_000_000_02});
    let caption = "Ein \"Café\"\n\u{1f408}";
    let edit_of_place = json!({"location": place, "caption": caption});
    edit(&server, &edited, &edit_of_place).await.expect(200);
    store(&server, File::fixture("formats/rgb8.png"), "notes", "anna").await;
    server
        .upload(File::fixture("formats/rgb8.png"), "chat", "anna")
        .await
        .expect(200);
    store(&server, File::fixture("other/empty.pdf"), "notes", "anna").await;
    let metadata = json!({"prompt": "a\u{0}b", "b": 0.1, "a": [1e-30, u64::MAX, null]});
    let item = json!({"data": STANDARD.encode(File::numbered(1).bytes), "metadata": metadata});
    let batch = json!({"app": "chat", "userId": "anna", "items": [item]});
    let answer = server.post_json("/batch", &batch).await.expect(201).json();
    let generated = answer["items"][0]["media"]["id"].as_str().expect("an id");
    server.settled(generated).await;
    let skipped = server.request(Method::POST, "?userId=anna&skipProcessing=true");
    let skipped = send(skipped.body(File::numbered(2).bytes)).await;
    skipped.expect(201);
    let list = json_of(&server, "/list/all?userId=anna&sortBy=size").await;
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 5);
    for item in items {
        let id = item["id"].as_str().expect("an id");
        assert_eq!(*item, json_of(&server, &format!("/{id}?userId=anna")).await);
    }
    let of = |id: &str| items.iter().find(|item| item["id"] == id);
    assert_eq!(of(&edited).expect("listed")["location"], place);
    assert_eq!(of(generated).expect("listed")["appMetadata"], metadata);
}

async fn an_app_in_many_sets_of_apps(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut wanted = Vec::new();
    for n in 0..40 {
        let id = store(&server, File::numbered(n), "chat", "anna").await;
        let other = format!("app-{n}");
        let again = server.upload(File::numbered(n), &other, "anna").await;
        again.expect(200);
        wanted.push(id);
    }
    store(&server, File::fixture("formats/rgb8.png"), "chat", "anna").await;
    store(&server, File::numbered(40), "notes", "anna").await;
    let query = "/list/all?userId=anna&apps=chat&limit=50";
    let kind = server.get(&format!("/{}", wanted[0])).await.expect(200);
    let kind = kind.json()["mimeType"].to_string().replace('"', "");
    let found = json_of(&server, &format!("{query}&mimeType={kind}")).await;
    wanted.reverse();
    assert_eq!(ids(&found), wanted);
    let all = json_of(&server, query).await;
    assert_eq!((ids(&all).len(), &all["total"]), (41, &json!(41)));
}

async fn facets_and_words(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut picture = File::fixture(FULL);
    picture.name = "Größe des Hauses.jpg".into();
    let picture = store(&server, picture, "picture", "anna").await;
    store(&server, File::fixture("other/empty.pdf"), "storage", "anna").await;
    let facets = json_of(&server, "/facets?userId=anna").await;
    assert_eq!(facets["total"], 2);
    assert_eq!(
        facets["apps"],
        json!([{"value": "picture", "count": 1}, {"value": "storage", "count": 1}])
    );
    assert_eq!(facets["types"][0]["count"], 1);
    assert_eq!(facets["withLocation"], 1);
    let lens = "Mana One back lens 5.7mm f/1.6";
    assert_eq!(facets["lenses"], json!([{"value": lens, "count": 1}]));
    let list = json_of(&server, "/list/all?userId=anna").await;
    let uploaded = list["items"][0]["createdAt"].as_str().expect("a date");
    assert_eq!(
        facets["years"],
        json!([{"value": &uploaded[..4], "count": 1}, {"value": "2024", "count": 1}])
    );
    for (lens, number) in [
        (lens, 1),
        ("MANA ONE back lens 5.7mm f/1.6", 1),
        ("Mana", 0),
    ] {
        let found = json_of(&server, &format!("/list/all?userId=anna&lens={lens}")).await;
        assert_eq!(found["total"], number, "{lens}");
    }
    let camera = facets["cameras"][0]["value"].as_str().expect("a camera");
    let found = json_of(&server, &format!("/list/all?userId=anna&camera={camera}")).await;
    assert_eq!(ids(&found), [picture.as_str()]);
    for (text, number) in [
        ("grosse", 0),
        ("große", 1),
        ("HAUS", 1),
        ("aus", 0),
        ("!!!", 0),
        ("haus größe", 1),
        ("pdf", 1),
        ("haus pdf", 0),
    ] {
        let found = json_of(&server, &format!("/list/all?userId=anna&text={text}")).await;
        assert_eq!(found["total"], number, "{text}");
    }
    let nine = server
        .get("/list/all?userId=anna&text=a b c d e f g h i")
        .await;
    nine.problem(400);
}

async fn words_of_prompts(backend: Backend) {
    let server = TestServer::start(backend).await;
    let item = |number: usize, metadata: Value| {
        let data = STANDARD.encode(File::numbered(number).bytes);
        json!({"data": data, "filename": format!("{number}.jpg"), "metadata": metadata})
    };
    let items = [
        item(
            0,
            json!({"prompt": "A lighthouse at dusk, öl auf Leinwand", "model": "painter"}),
        ),
        item(1, json!({"prompt": ["lighthouse"]})),
        item(2, json!({"title": "lighthouse"})),
    ];
    let batch = json!({"app": "chat", "userId": "anna", "items": items});
    let answer = server.post_json("/batch", &batch).await.expect(201).json();
    for item in answer["items"].as_array().into_iter().flatten() {
        server
            .settled(item["media"]["id"].as_str().expect("an id"))
            .await;
    }
    let id = &answer["items"][0]["media"]["id"];
    for (text, number) in [
        ("lighthouse", 1),
        ("light DUSK", 1),
        ("ol", 1),
        ("painter", 0),
        ("jpg", 3),
    ] {
        let found = json_of(&server, &format!("/list/all?userId=anna&text={text}")).await;
        assert_eq!(found["total"], number, "{text}");
        if number == 1 {
            assert_eq!(&found["items"][0]["id"], id);
        }
    }
}

async fn a_map_is_geojson(backend: Backend) {
    let server = TestServer::start(backend).await;
    let id = store(&server, File::fixture(FULL), "picture", "anna").await;
    let media = json_of(&server, &format!("/{id}?userId=anna")).await;
    let (latitude, longitude) = (
        &media["location"]["latitude"],
        &media["location"]["longitude"],
    );
    for zoom in [0, 8, 14, 22] {
        let map = json_of(&server, &format!("/map?userId=anna&zoom={zoom}")).await;
        assert_eq!(map["type"], "FeatureCollection");
        let feature = &map["features"][0];
        assert_eq!(
            feature["geometry"],
            json!({"type": "Point", "coordinates": [longitude, latitude]})
        );
        assert_eq!(feature["properties"]["count"], 1);
        assert_eq!(feature["properties"]["id"], json!(id));
    }
    let nowhere = json_of(&server, "/map?userId=anna&zoom=3&bbox=-1,-1,1,1").await;
    assert_eq!(nowhere["features"], json!([]));
    for wrong in ["zoom=23", "zoom=x", "bbox=1"] {
        server
            .get(&format!("/map?userId=anna&{wrong}"))
            .await
            .problem(400);
    }
}

async fn likeness(backend: Backend) {
    let server = TestServer::start(backend).await;
    let one = store(&server, File::fixture(FULL), "picture", "anna").await;
    // The same picture, other bytes.
    let mut again = File::fixture(FULL);
    again.bytes.extend_from_slice(b"behind the end");
    let two = store(&server, again, "picture", "anna").await;
    store(&server, File::fixture(FULL), "picture", "ben").await;
    let like = json_of(
        &server,
        &format!("/list/all?userId=anna&similar={one}&distance=3"),
    )
    .await;
    assert_eq!(
        (ids(&like), &like["total"]),
        (vec![two.as_str()], &json!(1))
    );
    assert_eq!(like["nearDuplicates"], json!([[one, two]]));
    server
        .get(&format!("/list/all?userId=ben&similar={one}"))
        .await
        .problem(404);
    server
        .get("/list/all?userId=anna&similar=x")
        .await
        .problem(404);
    server
        .get(&format!("/list/all?userId=anna&similar={one}&distance=12"))
        .await
        .problem(400);
    let hash = File::fixture(FULL).sha256();
    let same = json_of(&server, &format!("/list/all?userId=anna&hash={hash}")).await;
    assert_eq!(ids(&same), [one.as_str()]);
    let none = json_of(&server, &format!("/list/all?userId=cid&hash={hash}")).await;
    assert_eq!(none["total"], 0);
}

async fn what_a_file_says_is_corrected(backend: Backend) {
    let server = TestServer::start(backend).await;
    let id = store(&server, File::fixture(FULL), "picture", "anna").await;
    let before = json_of(&server, &format!("/{id}?userId=anna")).await;
    let original = server.get(&format!("/{id}/file")).await.expect(200);
    let said = json!({
        "dateTaken": "2012-08-04T22:15:00", "dateTakenOffset": "+02:00",
        "location": {"latitude": 50.5, "longitude": -8.25}, "caption": "Opening night\nfrom above",
    });
    let after = edit(&server, &id, &said).await.expect(200).json();
    assert_eq!(after["dateTakenLocal"], "2012-08-04T22:15:00");
    assert_eq!(after["dateTakenOffset"], "+02:00");
    assert_eq!(after["dateTakenSource"], "owner");
    assert_eq!(after["dateTakenOffsetSource"], "owner");
    assert_eq!(after["exif"]["dateTaken"], "2012-08-04T20:15:00.000Z");
    assert_eq!(
        after["location"],
        json!({"latitude": 50.5, "longitude": -8.25})
    );
    assert_eq!(after["locationSource"], "owner");
    assert_eq!(after["caption"], said["caption"]);
    let found = json_of(
        &server,
        "/list/all?userId=anna&text=night&sortBy=dateTaken&dateFrom=2012-08-04&dateTo=2012-08-04",
    )
    .await;
    assert_eq!(found["total"], 1);
    // What is not named stays, and the bytes do.
    let after = edit(&server, &id, &json!({"caption": null}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&after["dateTakenLocal"], after.get("caption")),
        (&json!("2012-08-04T22:15:00"), None)
    );
    let unchanged = server.get(&format!("/{id}/file")).await.expect(200);
    assert_eq!(unchanged.body, original.body);
    let back = json!({"dateTaken": null, "dateTakenOffset": null, "location": null});
    let after = edit(&server, &id, &back).await.expect(200).json();
    assert_eq!(after, before);
    server.site.fsck();
}

async fn date_and_offset_are_corrected_apart(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("exif/offset.jpg");
    let id = store(&server, file, "picture", "anna").await;
    let (date, camera, owner) = ("2024-05-06T07:08:09.500", "date_time_original", "owner");
    let said = "2012-08-04T22:15:00";
    for (date_said, offset_said, expected) in [
        (
            json!(null),
            json!(null),
            json!([date, camera, "+02:00", camera]),
        ),
        (
            json!(null),
            json!("-03:30"),
            json!([date, camera, "-03:30", owner]),
        ),
        (
            json!(said),
            json!("-03:30"),
            json!([said, owner, "-03:30", owner]),
        ),
        // The file's offset belongs to the file's date.
        (json!(said), json!(null), json!([said, owner, null, null])),
    ] {
        let wanted = json!({"dateTaken": date_said, "dateTakenOffset": offset_said});
        let media = edit(&server, &id, &wanted).await.expect(200).json();
        let of_date = ["Local", "Source", "Offset", "OffsetSource"];
        let found = of_date.map(|what| media[format!("dateTaken{what}")].clone());
        assert_eq!(json!(found), expected, "{wanted}");
    }
    // An offset of no date is kept for when there is one.
    let undated = store(&server, File::fixture("formats/rgb8.png"), "notes", "anna").await;
    let offset = json!({"dateTakenOffset": "+01:00"});
    let media = edit(&server, &undated, &offset).await.expect(200).json();
    assert!(media.get("dateTakenOffset").is_none(), "{media}");
    assert!(media.get("dateTakenSource").is_none(), "{media}");
}

async fn corrections_are_checked(backend: Backend) {
    let server = TestServer::start(backend).await;
    let id = store(&server, File::numbered(1), "picture", "anna").await;
    for (said, name) in [
        (json!({"dateTaken": "yesterday"}), "dateTaken"),
        (json!({"dateTaken": "2012-08-04T22:15:00Z"}), "dateTaken"),
        (json!({"dateTaken": "+12012-08-04T22:15:00"}), "dateTaken"),
        (json!({"dateTakenOffset": "+25:00"}), "dateTakenOffset"),
        (json!({"dateTakenOffset": "+2:0"}), "dateTakenOffset"),
        (
            json!({"location": {"latitude": 91, "longitude": 0}}),
            "location",
        ),
        (json!({"caption": "a\u{0}b"}), "caption"),
        (json!({"caption": "x".repeat(2001)}), "caption"),
        (json!({"caption": 7}), "invalid type"),
        (json!({"title": "x"}), "title"),
        (json!([]), "map"),
    ] {
        let problem = edit(&server, &id, &said).await.problem(400);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(name), "{said}: {problem}");
    }
    edit(&server, &id, &json!({"caption": "x".repeat(20_000)}))
        .await
        .problem(413);
    let of_ben = server.request(Method::PATCH, &format!("/{id}?userId=ben"));
    send(of_ben.json(&json!({"caption": "mine"})))
        .await
        .problem(404);
    edit(&server, &id, &json!({})).await.expect(200);
}

/// The stream of what happens, from its next line on.
struct Stream {
    answer: reqwest::Response,
    rest: String,
}

impl Stream {
    async fn open(server: &TestServer, last: Option<&str>) -> Self {
        let mut request = server.request(Method::GET, "/events?userId=anna");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let rest = String::new();
        Self { answer, rest }
    }

    /// The next event: its id, its name and whom it is about.
    async fn next(&mut self) -> (String, String, String) {
        tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some((event, rest)) = self.rest.split_once("\n\n") {
                    let field = |name: &str| {
                        let found = event.lines().find_map(|line| line.strip_prefix(name));
                        found.unwrap_or_default().trim().to_owned()
                    };
                    if field("data:").is_empty() {
                        // Only a place to go on from, or a sign of life.
                        self.rest = rest.into();
                        continue;
                    }
                    let data: Value = serde_json::from_str(&field("data:")).expect("JSON");
                    let about = data["id"].as_str().expect("an id").to_owned();
                    let event = (field("id:"), field("event:"), about);
                    self.rest = rest.into();
                    return event;
                }
                let chunk = self.answer.chunk().await.expect("more").expect("no end");
                self.rest
                    .push_str(std::str::from_utf8(&chunk).expect("text"));
            }
        })
        .await
        .expect("an event in time")
    }
}

async fn events_come_as_they_happen(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut stream = Stream::open(&server, None).await;
    store(&server, File::numbered(1), "picture", "ben").await;
    let id = store(&server, File::numbered(1), "picture", "anna").await;
    let mut heard = async |name: &str| {
        let (_, event, about) = stream.next().await;
        assert_eq!((event.as_str(), about.as_str()), (name, id.as_str()));
    };
    heard("added").await;
    heard("processed").await;
    edit(&server, &id, &json!({"caption": "x"}))
        .await
        .expect(200);
    heard("changed").await;
    let delete = server.request(Method::DELETE, &format!("/{id}?userId=anna"));
    send(delete).await.expect(200);
    heard("deleted").await;
}

async fn events_go_on_behind_the_last(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut stream = Stream::open(&server, None).await;
    let first = store(&server, File::numbered(1), "picture", "anna").await;
    let (last, _, _) = stream.next().await;
    drop(stream);
    let second = store(&server, File::numbered(2), "picture", "anna").await;
    let mut stream = Stream::open(&server, Some(&last)).await;
    let mut heard = Vec::new();
    for _ in 0..3 {
        let (_, event, about) = stream.next().await;
        heard.push((event, about));
    }
    let expected = [
        ("processed", &first),
        ("added", &second),
        ("processed", &second),
    ];
    assert_eq!(
        heard,
        expected.map(|(event, about)| (event.to_owned(), about.clone()))
    );
    let bad = server.request(Method::GET, "/events?userId=anna");
    send(bad.header("last-event-id", "x")).await.problem(400);
    // Nobody waits long for a service that stops.
    let mut server = server;
    let started = Instant::now();
    server.signal("TERM");
    assert!(server.wait().success());
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_all_nodes_are_one_stream() {
    let first = TestServer::start(Backend::Postgres).await;
    let second = first.another().await;
    let mut stream = Stream::open(&second, None).await;
    let id = store(&first, File::numbered(1), "picture", "anna").await;
    let (added, event, about) = stream.next().await;
    assert_eq!((event.as_str(), &about), ("added", &id));
    let (processed, event, about) = stream.next().await;
    assert_eq!((event.as_str(), &about), ("processed", &id));
    first.delete(&format!("/{id}")).await.expect(200);
    let deleted = stream.next().await;
    assert_eq!((deleted.1.as_str(), &deleted.2), ("deleted", &id));
    // What one node said is a place to go on from on every other.
    let mut stream = Stream::open(&first, Some(&added)).await;
    assert_eq!(stream.next().await, (processed, event, about));
    assert_eq!(stream.next().await, deleted);
    let id = store(&second, File::numbered(2), "picture", "anna").await;
    let (_, event, about) = stream.next().await;
    assert_eq!((event.as_str(), about), ("added", id));
}

async fn the_page_is_inside_the_binary(backend: Backend) {
    let server = TestServer::start(backend).await;
    let get = |path: &str| server.http.get(server.root(path));
    let page = send(get("/")).await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    let text = page.text();
    let assets = text.split('"').filter(|value| value.starts_with("assets/"));
    let mut number = 0;
    for asset in assets {
        let plain = send(get(&format!("/{asset}"))).await.expect(200);
        assert_eq!(plain.header("vary"), "Accept-Encoding");
        let refused = send(get(&format!("/{asset}")).header("accept-encoding", "gzip;Q=0")).await;
        assert_eq!(refused.body, plain.body);
        let packed = send(get(&format!("/{asset}")).header("accept-encoding", "br, gzip")).await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        let mut unpacked = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(packed.body.as_ref());
        std::io::Read::read_to_end(&mut reader, &mut unpacked).expect("gzip");
        assert_eq!(unpacked, plain.body);
        assert_ne!(packed.header("etag"), plain.header("etag"));
        let again = get(&format!("/{asset}")).header("if-none-match", plain.header("etag"));
        send(again).await.expect(304);
        number += 1;
    }
    assert!(number > 10, "{number}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let files = walkdir::WalkDir::new(&folder).into_iter();
    let mut bytes = 0;
    for file in files.map(|entry| entry.expect("an entry")) {
        let path = file.path().strip_prefix(&folder).expect("within");
        // The API page is another.
        let url = match path.to_str().expect("a UTF-8 path") {
            "docs.html" | "docs.js" => continue,
            "index.html" => "/".to_owned(),
            _ if file.file_type().is_dir() => continue,
            path => format!("/assets/{path}"),
        };
        let packed = send(get(&url).header("accept-encoding", "gzip")).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{url}");
        bytes += packed.body.len();
    }
    assert!(bytes <= 80_000, "{bytes} bytes");
    send(get("/assets/js/none.js")).await.problem(404);
    send(get("/assets/index.html")).await.problem(404);
    send(get("/assets/../Cargo.toml")).await.problem(404);
}

on_both_backends!(
    the_page_is_inside_the_binary,
    the_timeline_and_its_buckets,
    a_bucket_tells_what_the_list_does,
    a_list_shows_each_as_it_is,
    an_app_in_many_sets_of_apps,
    facets_and_words,
    words_of_prompts,
    a_map_is_geojson,
    likeness,
    what_a_file_says_is_corrected,
    date_and_offset_are_corrected_apart,
    corrections_are_checked,
    events_come_as_they_happen,
    events_go_on_behind_the_last,
);
