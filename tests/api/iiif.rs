//! Pictures as deep-zoom viewers ask for them.

use std::process::Command;

use image::GenericImageView as _;
use reqwest::redirect::Policy;

use crate::client::{File, send};
use crate::server::{Backend, TestServer};

async fn viewers_find_their_way(backend: Backend) {
    let server = TestServer::start(backend).await;
    let media = server
        .store(File::fixture("formats/medium.jpg"), "a", "anna") // 600 × 900
        .await;
    let id = media["id"].as_str().unwrap_or_default();
    let get = |path: &str| send(server.http.get(server.root(&format!("/iiif/3/{id}{path}"))));
    let plain = reqwest::Client::builder().redirect(Policy::none()).build();
    let base = plain
        .expect("a client")
        .get(server.root(&format!("/iiif/3/{id}")));
    let base = send(base).await.expect(303);
    let url = server.root(&format!("/iiif/3/{id}"));
    assert_eq!(base.header("location"), format!("{url}/info.json"));
    let information = get("/info.json").await.expect(200).json();
    assert_eq!(information["id"], url);
    assert_eq!(information["width"], 600);
    assert_eq!(information["height"], 900);
    assert_eq!(
        information["tiles"][0]["scaleFactors"],
        serde_json::json!([1, 2])
    );
    for (path, size) in [
        ("/full/max/0/default.jpg", (600, 900)),
        ("/0,0,512,512/512,512/0/default.jpg", (512, 512)),
        ("/512,512,88,388/44,194/0/default.webp", (44, 194)),
        ("/square/100,/90/gray.png", (100, 100)),
        ("/full/100,/0/bitonal.png", (100, 150)),
        ("/full/!2000,2000/0/default.jpg", (600, 900)),
        ("/full/!90,90/90/default.png", (90, 60)),
        ("/pct:50,50,50,50/pct:10/!270/color.jpg", (45, 30)),
    ] {
        let answer = get(path).await.expect(200);
        let made = image::load_from_memory(&answer.body).expect("a picture");
        assert_eq!(made.dimensions(), size, "{path}");
        assert!(!answer.header("etag").is_empty());
    }
    for bad in [
        "/full/full/0/default.jpg",
        "/600,0,9,9/max/0/default.jpg",
        "/full/601,/0/default.jpg",
        "/full/max/45/default.jpg",
        "/full/max/0/sepia.jpg",
        "/full/max/0/default.gif",
    ] {
        get(bad).await.problem(400);
    }
    let unknown = "01890000-0000-7000-8000-000000000000";
    for path in ["", "/info.json", "/full/max/0/default.jpg"] {
        let url = server.root(&format!("/iiif/3/{unknown}{path}"));
        send(server.http.get(url)).await.problem(404);
    }
    let text = server.store(File::new("a.txt", "text"), "a", "anna").await;
    let url = format!(
        "/iiif/3/{}/info.json",
        text["id"].as_str().unwrap_or_default()
    );
    send(server.http.get(server.root(&url))).await.problem(415);
}

on_both_backends!(viewers_find_their_way);

/// `./test` installs the validator and runs this.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the IIIF validator in PYTHONPATH"]
async fn iiif_validator_is_content() {
    let server = TestServer::start(Backend::Sqlite).await;
    let mut validator = Command::new("python3");
    validator
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/iiif/validate.py"
        ))
        .arg(server.root(""));
    let output = tokio::task::block_in_place(|| validator.output()).expect("run python3");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
}
