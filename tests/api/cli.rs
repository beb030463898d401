//! The command line.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::client::File;
use crate::server::{Backend, Site};

fn report(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}\n{errors}"))
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}\n{errors}");
    text.into_owned()
}

/// Three pictures, one of them twice, and two files that are refused.
fn album() -> tempfile::TempDir {
    let album = tempfile::tempdir().expect("a folder");
    let place = |name: &str, file: File| {
        let path = album.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("make folders");
        fs::write(path, file.bytes).expect("write a file");
    };
    place("a.jpg", File::fixture("exif/gps_north_east.jpg"));
    place("2024/Rosen €/b.png", File::fixture("formats/rgb8.png"));
    place("2024/c.webp", File::fixture("formats/lossy.webp"));
    place(
        "2024/copy of a.jpg",
        File::fixture("exif/gps_north_east.jpg"),
    );
    place("empty.jpg", File::new("", ""));
    place("bomb.png", File::fixture("hostile/lottapixel.png"));
    album
}

async fn import_tells_what_became_of_each_file(backend: Backend) {
    let site = Site::new(backend).await;
    let album = album();
    let folder = album.path().to_str().expect("a UTF-8 path");
    let import = [
        "import", folder, "--app", "picture", "--user", "anna", "--json",
    ];
    let first = site.run(&import);
    let summary = report(&first);
    assert_eq!(summary["new"], 3, "{summary}");
    assert_eq!(summary["duplicate"], 1, "{summary}");
    assert_eq!(summary["refused"], 2, "{summary}");
    let reasons = summary["reasons"].as_object().expect("reasons");
    let files = reasons.values().filter_map(Value::as_array).flatten();
    let mut refused: Vec<&str> = files.filter_map(Value::as_str).collect();
    refused.sort_unstable();
    assert_eq!(
        refused,
        [format!("{folder}/bomb.png"), format!("{folder}/empty.jpg")]
    );
    // A script has to notice.
    assert_eq!(first.status.code(), Some(1));
    let again = report(&site.run(&import));
    assert_eq!(
        (&again["new"], &again["duplicate"]),
        (&Value::from(0), &Value::from(4)),
        "{again}"
    );
    let spoken = site.run(&import[..6]);
    assert!(
        String::from_utf8_lossy(&spoken.stdout).contains('4'),
        "{spoken:?}"
    );
    check_album(site).await;
}

/// What was imported is there, with its variants.
async fn check_album(site: Site) {
    let server = site.start().await;
    let list = server
        .get("?userId=anna&app=picture")
        .await
        .expect(200)
        .json();
    let mut names: Vec<&str> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|media| media["originalName"].as_str())
        .collect();
    names.sort_unstable();
    // Which of the two equal files comes first is a matter of luck.
    let (first, rest) = names.split_first().expect("names");
    let is_right = match *first {
        "a.jpg" => rest == ["b.png", "c.webp"],
        first => first == "b.png" && rest == ["c.webp", "copy of a.jpg"],
    };
    assert!(is_right, "{names:?}");
    for media in list.as_array().into_iter().flatten() {
        let media = server
            .settled(media["id"].as_str().unwrap_or_default())
            .await;
        assert!(media["urls"]["thumbnail"].is_string(), "{media}");
    }
    server.site.fsck();
}

async fn import_of_nothing_is_an_error(backend: Backend) {
    let site = Site::new(backend).await;
    let missing = site.run(&["import", "/no/such/folder", "--app", "a", "--user", "anna"]);
    assert_ne!(missing.status.code(), Some(0), "{missing:?}");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/no/such/folder"));
}

async fn fsck_finds_what_is_lost(backend: Backend) {
    let server = crate::server::TestServer::start(backend).await;
    server
        .store(File::fixture("formats/large.jpg"), "a", "anna")
        .await;
    let clean = server.site.fsck();
    assert!(clean.is_object(), "{clean}");
    succeeds(&server.site.run(&["fsck"]));
    succeeds(&server.site.run(&["fsck", "--deep", "--json"]));
    if backend == Backend::Postgres {
        return;
    }
    // Bit rot is only seen by those who look at the bits.
    let file = |number: usize| {
        let files =
            walkdir::WalkDir::new(server.site.data.path().join("store/b")).sort_by_file_name();
        let mut files = files
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file());
        files.nth(number).expect("a stored file").into_path()
    };
    let mut bytes = fs::read(file(0)).expect("read an object");
    bytes[0] ^= 1;
    let mut permissions = fs::metadata(file(0))
        .expect("look at an object")
        .permissions();
    #[allow(clippy::permissions_set_readonly_false)] // Whatever protects it, we are its owner.
    permissions.set_readonly(false);
    fs::set_permissions(file(0), permissions).expect("unprotect it");
    fs::write(file(0), &bytes).expect("spoil an object");
    server.site.fsck();
    let deep = server.site.run(&["fsck", "--deep", "--json"]);
    assert_eq!(deep.status.code(), Some(2), "{deep:?}");
    fs::remove_file(file(1)).expect("remove an object");
    let lost = server.site.run(&["fsck", "--json"]);
    assert_eq!(lost.status.code(), Some(2), "{lost:?}");
    assert!(report(&lost).to_string().contains("I2"), "{lost:?}");
}

async fn gc_and_reprocess(backend: Backend) {
    let server = crate::server::TestServer::with(backend, &[("TRASH_KEEP", "0s")]).await;
    let keep = server
        .store(File::fixture("formats/medium.jpg"), "a", "anna")
        .await;
    let drop = server
        .store(File::fixture("formats/large.jpg"), "a", "anna")
        .await;
    let id = |media: &Value| media["id"].as_str().unwrap_or_default().to_owned();
    server.delete(&format!("/{}", id(&drop))).await.expect(200);
    succeeds(&server.site.run(&["gc"]));
    assert_eq!(server.site.rows("blob").await, 1);
    assert_eq!(server.site.rows("object").await, 0);
    assert_eq!(server.site.files().unwrap_or(3), 3);
    for what in ["--stale", "--failed", "--all"] {
        succeeds(&server.site.run(&["reprocess", what]));
    }
    let start = std::time::Instant::now();
    while server.site.rows("blob WHERE work_due_at IS NOT NULL").await > 0 {
        assert!(
            start.elapsed() < crate::server::PATIENCE,
            "still reprocessing"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let media = server.settled(&id(&keep)).await;
    assert_eq!(
        (&media["status"], &media["urls"]),
        (&keep["status"], &keep["urls"])
    );
    server
        .get(&format!("/{}/file/medium", id(&keep)))
        .await
        .expect(200);
    server.site.fsck();
}

async fn healthcheck_follows_the_server(backend: Backend) {
    let mut server = crate::server::TestServer::start(backend).await;
    let port = server
        .address()
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    server.site.set("PORT", &port);
    succeeds(&server.site.run(&["healthcheck"]));
    // As in a container, where the server listens on every address.
    server.site.set("HOST", "0.0.0.0").set("AUTH", "open");
    succeeds(&server.site.run(&["healthcheck"]));
    server.kill();
    let down = server.site.run(&["healthcheck"]);
    assert_ne!(down.status.code(), Some(0), "{down:?}");
}

async fn migrate_and_openapi(backend: Backend) {
    let site = Site::new(backend).await;
    succeeds(&site.run(&["migrate"]));
    succeeds(&site.run(&["migrate"]));
    assert_eq!(site.rows("media").await, 0);
    let text = succeeds(&site.run(&["openapi"]));
    let description: Value = serde_json::from_str(&text).expect("JSON");
    assert!(
        description["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    let help = succeeds(&site.run(&["--help"]));
    for command in [
        "serve",
        "import",
        "fsck",
        "gc",
        "reprocess",
        "rebuild-index",
        "export-references",
        "import-references",
        "healthcheck",
        "openapi",
        "migrate",
    ] {
        assert!(help.contains(command), "{command} is not in --help");
    }
    site.start().await;
}

async fn a_bad_setting_is_named_in_one_line(backend: Backend) {
    for (name, value) in [
        ("PORT", "http"),
        ("HOST", "nowhere.invalid"),
        ("MAX_UPLOAD_BYTES", "lots"),
        ("MAX_PIXELS", "-1"),
        ("PUBLIC_URL", "media.example"),
        ("AUTH", "maybe"),
        ("SERVICE_KEYS", "short"),
        ("TRASH_KEEP", "7"),
        ("DATABASE_URL", "mysql://x"),
        ("CORS_ORIGINS", "*,https://a.example"),
    ] {
        let mut site = Site::new(backend).await;
        site.set(name, value);
        let output = site.run(&["serve"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code().is_some_and(|code| code != 0),
            "{name}: {output:?}"
        );
        assert!(said.contains(name), "{name}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{name}: {said}");
    }
    let mut site = Site::new(backend).await;
    site.set("S3_BUCKET", "a").set("S3_ACCESS_KEY", "");
    let said = site.run(&["serve"]);
    assert!(
        String::from_utf8_lossy(&said.stderr).contains("S3_ACCESS_KEY"),
        "{said:?}"
    );
}

on_both_backends!(
    import_tells_what_became_of_each_file,
    import_of_nothing_is_an_error,
    fsck_finds_what_is_lost,
    gc_and_reprocess,
    healthcheck_follows_the_server,
    migrate_and_openapi,
    a_bad_setting_is_named_in_one_line,
);
