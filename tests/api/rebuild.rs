//! A database that is gone: everything but references comes back from the store alone, and those from an export.

use std::path::Path;

use serde_json::Value;

use crate::client::File;
use crate::server::{Backend, Site, TestServer};

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let parse = |line: &str| serde_json::from_str(line).expect("a line of JSON");
    text.lines().map(parse).collect()
}

fn succeeds(site: &Site, arguments: &[&str]) -> Vec<u8> {
    let output = site.run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    output.stdout
}

/// Content from the store, references from the export; each twice, as whoever is interrupted would.
fn rebuild(site: &Site, export: &Path) {
    let rebuilt = succeeds(site, &["rebuild-index", "--json"]);
    let rebuilt = &lines(&rebuilt)[0];
    assert_eq!(
        (&rebuilt["contents"], &rebuilt["lost"]),
        (&4.into(), &0.into()),
        "{rebuilt}"
    );
    let again = succeeds(site, &["rebuild-index", "--json"]);
    assert_eq!(lines(&again)[0]["contents"], 0);
    let file = export.to_str().expect("a UTF-8 path");
    let brought = succeeds(site, &["import-references", file, "--json"]);
    assert_eq!(lines(&brought)[0]["new"], 5);
    let brought = succeeds(site, &["import-references", file, "--json"]);
    assert_eq!(lines(&brought)[0]["known"], 5);
}

async fn everything_comes_back(backend: Backend) {
    let settings = [
        ("TRASH_RETENTION", "1h"),
        ("POLL_INTERVAL", "50ms"),
        ("PUBLIC_URL", "https://media.example/api/v1"),
    ];
    let mut server = TestServer::with(backend, &settings).await;
    let mut csv = File::new("table.csv", "a,b\n1,2\n");
    csv.mime = Some("text/csv");
    let large = File::fixture("formats/large.jpg");
    let mut before = Vec::new();
    for (file, owner) in [
        (large.clone(), "anna"),
        (large.clone(), "ben"),
        (File::fixture("exif/gps_north_east.jpg"), "anna"),
        (csv, "anna"),
        (File::new("b.bin", vec![0xff; 400_000]), "ben"),
    ] {
        before.push(server.store(file, "a", owner).await);
    }
    let trashed = before[4]["id"].as_str().unwrap_or_default().to_owned();
    let ids: Vec<String> = before[..4]
        .iter()
        .map(|media| media["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    server.delete(&format!("/{trashed}")).await.expect(200);
    let exported = succeeds(&server.site, &["export-references"]);
    assert_eq!(lines(&exported).len(), 5);
    server.kill();
    let export = server.site.data.path().join("references.jsonl");
    std::fs::write(&export, &exported).expect("write the export");
    server.site.lose_database().await;
    // An empty database is not taken for this store's by accident.
    let refused = server.site.run(&["serve"]);
    assert_ne!(refused.status.code(), Some(0), "{refused:?}");
    rebuild(&server.site, &export);
    assert_eq!(succeeds(&server.site, &["export-references"]), exported);
    server.restart().await;
    for (id, media) in ids.iter().zip(&before) {
        let mut now = server.settled(id).await;
        for told_once in ["duplicate", "restored"] {
            now.as_object_mut().expect("an object").remove(told_once);
        }
        assert_eq!(&now, media);
        let read = server.get(&format!("/{id}/file")).await.expect(200);
        assert_eq!(
            read.body.len() as u64,
            media["size"].as_u64().unwrap_or_default()
        );
    }
    server
        .get(&format!("/{}/file/medium", ids[0]))
        .await
        .expect(200);
    server.get(&format!("/{trashed}")).await.problem(404);
    server.site.fsck();
    // Of another store it wants nothing.
    let other = Site::new(backend).await;
    let file = export.to_str().expect("a UTF-8 path");
    let none = other.run(&["import-references", file]);
    assert_eq!(none.status.code(), Some(2), "{none:?}");
}

async fn a_database_with_something_in_it_is_left_alone(backend: Backend) {
    let server = TestServer::start(backend).await;
    server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201);
    server
        .site
        .tamper(match backend {
            Backend::Sqlite => "UPDATE store_identity SET store_id = randomblob(16)",
            Backend::Postgres => "UPDATE store_identity SET store_id = gen_random_uuid()",
        })
        .await;
    let refused = server.site.run(&["rebuild-index"]);
    assert_ne!(refused.status.code(), Some(0), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("not empty"), "{said}");
}

on_both_backends!(
    everything_comes_back,
    a_database_with_something_in_it_is_left_alone,
);
