//! Raw tags, and what movies tell.

use serde_json::{Value, json};

use crate::client::{File, send};
use crate::json::keys;
use crate::server::{Backend, TestServer};

async fn tags(server: &TestServer, file: File) -> Value {
    let id = server.upload(file, "picture", "anna").await.id();
    let answer = server
        .get(&format!("/{id}/metadata?userId=anna"))
        .await
        .expect(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

async fn an_owner_reads_every_tag(backend: Backend) {
    let server = TestServer::start(backend).await;
    let tags = tags(&server, File::fixture("exif/gps_south_west.jpg")).await;
    let exif = &tags["exif"];
    assert_eq!(exif["Make"], "Mana");
    assert_eq!(exif["ExposureTime"], "1/120");
    assert_eq!(exif["DateTimeOriginal"], "2024:05:06 07:08:09");
    assert_eq!(
        exif["GPSLatitude"].as_array().map(Vec::len),
        Some(3),
        "{exif}"
    );
    assert_eq!(exif["GPSLatitudeRef"], "S");
}

async fn what_has_no_tags_has_an_empty_object(backend: Backend) {
    let server = TestServer::start(backend).await;
    for path in [
        "other/empty.pdf",
        "formats/rgb8.png",
        "broken/header_only.jpg",
    ] {
        assert_eq!(
            tags(&server, File::fixture(path)).await,
            json!({"exif": {}}),
            "{path}"
        );
    }
}

async fn tags_are_the_owners(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("exif/gps_south_west.jpg");
    let id = server
        .upload(file.clone(), "picture", "anna")
        .await
        .expect(201)
        .id();
    let unknown = server
        .get("/00000000-0000-7000-8000-000000000000/metadata")
        .await;
    unknown.problem_code(404, "media_not_found");
    for path in [
        format!("/{id}/metadata?userId=ben"),
        "/nonsense/metadata".to_owned(),
    ] {
        let answer = server.get(&path).await;
        answer.problem_code(404, "media_not_found");
        assert_eq!(answer.body, unknown.body, "{path}");
    }
    // Who holds the same bytes sees the same tags, by the own id.
    let own = server.upload(file, "picture", "ben").await.expect(201).id();
    let answer = server
        .get(&format!("/{own}/metadata?userId=ben"))
        .await
        .expect(200);
    assert_eq!(answer.json()["exif"]["Make"], "Mana");
    send(
        server
            .http
            .delete(server.url(&format!("/{own}?userId=ben"))),
    )
    .await
    .expect(200);
    let gone = server.get(&format!("/{own}/metadata?userId=ben")).await;
    gone.problem_code(404, "media_not_found");
}

fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let len = (body.len() as u32 + 8).to_be_bytes();
    [&len[..], &name, &body].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// A phone's upright film, held sideways, with its header behind a few MiB of pictures.
fn film() -> File {
    const ONE: u32 = 0x1_0000;
    let turned = [0, ONE, 0, 0u32.wrapping_sub(ONE), 0, 0, 0, 0, 0x4000];
    let head = [&[1][..], &[0; 9], &turned, &[1920 << 16, 1080 << 16]].concat();
    let handler = [&[0; 8][..], b"vide", &[0; 12]].concat();
    let media = boxed(*b"mdia", &[&boxed(*b"hdlr", &[&handler])]);
    let track = boxed(*b"trak", &[&boxed(*b"tkhd", &[&numbers(&head)]), &media]);
    let header = boxed(
        *b"mvhd",
        &[&numbers(&[0, 3_797_824_089, 0, 600, 7530]), &[0; 80]],
    );
    let place = [&[0, 18, 0x15, 0xc7][..], b"-22.9519-043.2105/"].concat();
    let user = boxed(
        *b"udta",
        &[
            &boxed(*b"\xa9xyz", &[&place]),
            &boxed(*b"\xa9mak", &[b"\0\x04\0\0Mana"]),
        ],
    );
    let bytes = [
        boxed(*b"ftyp", &[b"isom\0\0\0\0mp42"]),
        boxed(*b"mdat", &[&vec![7; 3 << 20]]),
        boxed(*b"moov", &[&header, &track, &user]),
    ];
    File::new("film.mp4", bytes.concat())
}

async fn movies_tell_size_duration_date_and_place(backend: Backend) {
    let server = TestServer::start(backend).await;
    let answer = server.upload(film(), "picture", "anna").await.expect(201);
    let media = answer.json();
    assert_eq!(media["status"], "ready");
    assert_eq!(media["mimeType"], "video/mp4");
    assert_eq!(
        (&media["width"], &media["height"]),
        (&json!(1080), &json!(1920))
    );
    assert_eq!(media["duration"], 12.55);
    assert_eq!(media["dateTakenLocal"], "2024-05-06T07:08:09");
    assert_eq!(media["dateTakenOffset"], "+00:00");
    assert_eq!(media["dateTakenSource"], "movie_header");
    assert_eq!(
        media["location"],
        json!({"latitude": -22.9519, "longitude": -43.2105})
    );
    assert_eq!(media["locationSource"], "movie");
    assert_eq!(media["exif"]["cameraMake"], "Mana");
    assert!(media.get("metadata").is_none(), "{media}");
    let list = server
        .get("/list/all?userId=anna&hasLocation=true&sortBy=dateTaken")
        .await;
    assert_eq!(list.json()["items"][0]["id"], media["id"]);
    let id = media["id"].as_str().unwrap_or_default();
    let tags = server.get(&format!("/{id}/metadata")).await.expect(200);
    assert_eq!(keys(tags.text(), &[]), ["exif", "quicktime"]);
    let tags = tags.json();
    assert_eq!(tags["quicktime"]["CreateDate"], "2024-05-06T07:08:09Z");
    assert_eq!(tags["quicktime"]["Duration"], 12.55);
    assert_eq!(tags["quicktime"]["©xyz"], "-22.9519-043.2105/");
}

on_both_backends!(
    an_owner_reads_every_tag,
    what_has_no_tags_has_an_empty_object,
    tags_are_the_owners,
    movies_tell_size_duration_date_and_place,
);
