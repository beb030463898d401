//! The media object: what each kind of picture shows of itself.

use serde_json::{Value, json};

use crate::client::File;
use crate::json::keys;
use crate::server::{Backend, TestServer};

/// Every key that a media object may have.
const KEYS: [&str; 32] = [
    "id",
    "status",
    "originalName",
    "mimeType",
    "size",
    "hash",
    "urls",
    "metadata",
    "exif",
    "createdAt",
    "duplicate",
    "apps",
    "appMetadata",
    "url",
    "thumbnailUrl",
    "width",
    "height",
    "location",
    "placeholder",
    "dominantColor",
    "dateTakenLocal",
    "dateTakenOffset",
    "lens",
    "animated",
    "warning",
    "error",
    "dateTakenSource",
    "dateTakenOffsetSource",
    "locationSource",
    "focalLength35mm",
    "software",
    "duration",
];

async fn camera_facts_are_strings_and_numbers_as_the_original_wrote_them(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("exif/gps_south_west.jpg");
    let id = server
        .upload(file, "picture", "anna")
        .await
        .expect(201)
        .id();
    server.settled(&id).await;
    let answer = server.get(&format!("/{id}")).await;
    let exif_keys = [
        "cameraMake",
        "cameraModel",
        "dateTaken",
        "focalLength",
        "aperture",
        "iso",
        "exposureTime",
        "gpsLatitude",
        "gpsLongitude",
    ];
    assert_eq!(keys(answer.text(), &["exif"]), exif_keys);
    let media = answer.json();
    let exif = &media["exif"];
    assert_eq!(exif["cameraMake"], "Mana");
    assert_eq!(exif["cameraModel"], "Mana One");
    assert_eq!(exif["dateTaken"], "2024-05-06T07:08:09.000Z");
    assert_eq!(exif["focalLength"], "5.7mm");
    assert_eq!(exif["aperture"], "1.6");
    assert_eq!(exif["iso"], 100);
    assert_eq!(exif["exposureTime"], "1/120");
    near(&exif["gpsLatitude"], -22.951_916);
    near(&exif["gpsLongitude"], -43.210_487);
    assert_eq!(
        keys(answer.text(), &["location"]),
        ["latitude", "longitude", "altitude"]
    );
    assert!(media["location"]["latitude"].is_number());
    near(&media["location"]["latitude"], -22.951_916);
    near(&media["location"]["longitude"], -43.210_487);
    near(&media["location"]["altitude"], 710.0);
    assert_eq!(media["lens"], "Mana One back lens 5.7mm f/1.6");
    assert_eq!(media["dateTakenLocal"], "2024-05-06T07:08:09");
    assert!(media.get("dateTakenOffset").is_none(), "{media}");
    assert!(media.get("dateTakenOffsetSource").is_none(), "{media}");
    assert_eq!(media["dateTakenSource"], "date_time_original");
    assert_eq!(media["locationSource"], "exif");
}

async fn offsets_and_fractions_of_seconds_are_kept(backend: Backend) {
    let server = TestServer::start(backend).await;
    let media = server
        .store(File::fixture("exif/offset.jpg"), "picture", "anna")
        .await;
    assert_eq!(media["exif"]["dateTaken"], "2024-05-06T05:08:09.500Z");
    assert_eq!(media["dateTakenOffset"], "+02:00");
    assert_eq!(media["dateTakenOffsetSource"], "date_time_original");
    let local = media["dateTakenLocal"].as_str().unwrap_or_default();
    assert!(local.starts_with("2024-05-06T07:08:09.5"), "{local}");
    let long = server
        .store(File::fixture("exif/long.jpg"), "picture", "anna")
        .await;
    assert_eq!(long["exif"]["exposureTime"], "2s");
}

async fn sizes_are_as_seen_and_flat_members_repeat_them(backend: Backend) {
    let server = TestServer::start(backend).await;
    let media = server
        .store(File::fixture("orientation/6.jpg"), "picture", "anna")
        .await;
    assert_eq!(
        media["metadata"],
        json!({"width": 96, "height": 64, "format": "jpeg"})
    );
    assert_eq!(
        (&media["width"], &media["height"]),
        (&json!(96), &json!(64))
    );
    assert_eq!(media["url"], media["urls"]["original"]);
    assert_eq!(media["thumbnailUrl"], media["urls"]["thumbnail"]);
    assert!(media["urls"].get("medium").is_none(), "{media}");
    assert_eq!(media["apps"], json!(["picture"]));
    let colour = media["dominantColor"].as_str().unwrap_or_default();
    assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
    let placeholder = media["placeholder"].as_str().unwrap_or_default();
    assert!((8..=40).contains(&placeholder.len()), "{placeholder}");
    let created = media["createdAt"].as_str().unwrap_or_default();
    assert!(created.len() == 24 && created.ends_with('Z'), "{created}");
}

async fn what_is_absent_is_left_out(backend: Backend) {
    let server = TestServer::start(backend).await;
    let pdf = server.store(File::fixture("other/empty.pdf"), "", "").await;
    assert_eq!(pdf["status"], "ready");
    assert_eq!(pdf["mimeType"], "application/pdf");
    for key in [
        "metadata",
        "exif",
        "width",
        "thumbnailUrl",
        "location",
        "error",
        "warning",
        "animated",
        "dateTakenSource",
        "locationSource",
        "software",
        "duration",
    ] {
        assert!(pdf.get(key).is_none(), "{key}: {pdf}");
    }
    let png = server
        .store(File::fixture("formats/rgb8.png"), "", "")
        .await;
    assert!(png["metadata"].get("hasAlpha").is_none(), "{png}");
    assert!(
        png.get("exif").is_none() && png.get("animated").is_none(),
        "{png}"
    );
    let clear = server
        .store(File::fixture("colour/alpha.png"), "", "")
        .await;
    assert_eq!(clear["metadata"]["hasAlpha"], true);
    let moving = server
        .store(File::fixture("formats/animated.gif"), "", "")
        .await;
    assert_eq!(moving["animated"], true);
    for media in [pdf, png, clear, moving] {
        let known = media.as_object().expect("an object");
        assert!(
            known.keys().all(|key| KEYS.contains(&key.as_str())),
            "{media}"
        );
        assert!(
            known
                .iter()
                .all(|(key, value)| key == "originalName" || !value.is_null()),
            "{media}"
        );
    }
}

async fn broken_pictures_say_what_is_wrong(backend: Backend) {
    let server = TestServer::start(backend).await;
    let failed = server
        .store(File::fixture("broken/header_only.jpg"), "", "")
        .await;
    assert_eq!(failed["status"], "failed");
    let code = failed["error"]["code"].as_str().unwrap_or_default();
    let message = failed["error"]["message"].as_str().unwrap_or_default();
    assert!(!code.is_empty() && !message.is_empty(), "{failed}");
    assert!(!message.contains('\n'), "{message}");
    let half = server.store(File::fixture("broken/half.jpg"), "", "").await;
    assert_eq!(
        (&half["status"], &half["warning"]),
        (&json!("ready"), &json!("truncated"))
    );
    assert!(half["urls"]["thumbnail"].is_string(), "{half}");
}

/// A number, or the decimal string of one.
#[track_caller]
fn near(value: &Value, expected: f64) {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let is_near = number.is_some_and(|number| (number - expected).abs() < 1e-5);
    assert!(is_near, "{value} is not {expected}");
}

on_both_backends!(
    camera_facts_are_strings_and_numbers_as_the_original_wrote_them,
    offsets_and_fractions_of_seconds_are_kept,
    sizes_are_as_seen_and_flat_members_repeat_them,
    what_is_absent_is_left_out,
    broken_pictures_say_what_is_wrong,
);
