//! Every file of `fixtures/`, uploaded, against `expected.json`.

use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use crate::client::{Answer, File};
use crate::server::{Backend, TestServer};

/// Uploads at a time.
pub(crate) const AT_ONCE: usize = 4;

async fn every_fixture_is_what_it_should_be(backend: Backend) {
    let server = TestServer::start(backend).await;
    let expected = File::fixture("expected.json").bytes;
    let expected: Map<String, Value> = serde_json::from_slice(&expected).expect("expected.json");
    assert!(expected.len() > 90);
    let checks = expected.iter().map(async |(path, expected)| {
        let checked = check(&server, path, expected).await;
        checked.err().map(|why| format!("{path}: {why}"))
    });
    let checks = futures_util::stream::iter(checks).buffer_unordered(AT_ONCE);
    let wrong: Vec<String> = checks.filter_map(std::future::ready).collect().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    server.site.fsck();
}

async fn check(server: &TestServer, path: &str, expected: &Value) -> Result<(), String> {
    let file = File {
        mime: declared(path),
        ..File::fixture(path)
    };
    let hash = file.sha256();
    // Each is somebody else's, so that equal bytes do not meet.
    let answer = server.upload(file, "fixtures", path).await;
    if let Some(code) = expected["refused"].as_str() {
        return refused(&answer, code);
    }
    if answer.status == 422 && expected["status"] == "any" {
        return Ok(());
    }
    if answer.status != 201 {
        return Err(format!("{} {}", answer.status, answer.text()));
    }
    let media = server.settled(&answer.id()).await;
    same("hash", &media["hash"], &Value::from(hash))?;
    same("mimeType", &media["mimeType"], &expected["mime"])?;
    match expected["status"].as_str() {
        Some("any") => return Ok(()),
        Some(status) => return same("status", &media["status"], &Value::from(status)),
        None => same("status", &media["status"], &Value::from("ready"))?,
    }
    same("warning", &media["warning"], &expected["warning"])?;
    if expected["width"].is_number() {
        for key in ["width", "height"] {
            same(key, &media[key], &expected[key])?;
            same(key, &media["metadata"][key], &expected[key])?;
        }
        same("format", &media["metadata"]["format"], &expected["kind"])?;
        same(
            "hasAlpha",
            &media["metadata"]["hasAlpha"],
            &expected["hasAlpha"],
        )?;
        same(
            "encoding",
            &media["metadata"]["encoding"],
            &expected["encoding"],
        )?;
        same("animated", &media["animated"], &expected["animated"])?;
    }
    variants(&media, expected)?;
    camera(&media, expected)
}

fn refused(answer: &Answer, code: &str) -> Result<(), String> {
    let problem = answer.json();
    same("code", &problem["code"], &Value::from(code))
}

fn variants(media: &Value, expected: &Value) -> Result<(), String> {
    let is_picture = expected["kind"] != "other";
    let made = |name: &str| match &expected["variants"] {
        Value::Array(names) => names.iter().any(|known| known == name),
        _ => name == "thumb" && is_picture,
    };
    for (name, key) in [
        ("thumb", "thumbnail"),
        ("medium", "medium"),
        ("large", "large"),
    ] {
        if media["urls"][key].is_string() != made(name) {
            return Err(format!("{key}: {}", media["urls"]));
        }
    }
    Ok(())
}

fn camera(media: &Value, expected: &Value) -> Result<(), String> {
    let Value::Object(expected) = &expected["exif"] else {
        return Ok(());
    };
    for (key, expected) in expected {
        match key.as_str() {
            "latitude" | "longitude" | "altitude" => {
                let (seen, meant) = (media["location"][key].as_f64(), expected.as_f64());
                let is_near = seen
                    .zip(meant)
                    .is_some_and(|(seen, meant)| (seen - meant).abs() < 1e-5);
                if !is_near {
                    return Err(format!("{key}: {seen:?} is not {meant:?}"));
                }
            }
            "lens" | "dateTakenOffset" | "dateTakenLocal" => local(key, &media[key], expected)?,
            _ => same(key, &media["exif"][key], expected)?,
        }
    }
    if !expected.contains_key("latitude") && media.get("location").is_some() {
        return Err(format!("location: {}", media["location"]));
    }
    Ok(())
}

/// Equal, but for zeros at the end of a fraction.
fn local(key: &str, seen: &Value, expected: &Value) -> Result<(), String> {
    match seen.as_str() {
        Some(text) if text.contains('.') => {
            same(key, &Value::from(text.trim_end_matches('0')), expected)
        }
        _ => same(key, seen, expected),
    }
}

fn same(what: &str, seen: &Value, expected: &Value) -> Result<(), String> {
    if seen == expected {
        Ok(())
    } else {
        Err(format!("{what}: {seen} is not {expected}"))
    }
}

/// What a client says of a file by its name; it counts for text only.
pub(crate) fn declared(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "csv" => "text/csv",
        "html" => "text/html",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        _ => return None,
    })
}

on_both_backends!(every_fixture_is_what_it_should_be);
