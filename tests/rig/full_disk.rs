//! No space left: in the spool, in the file store, in the database (SQLite's and Postgres's).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mana_media::disk;
use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PERIOD};
use crate::harness::ledger::{Content, Fate};
use crate::harness::load::Load;
use crate::harness::postgres::Postgres;
use crate::harness::report;
use crate::support::server::setting;

const DISK_BYTES: usize = 16 << 20;
/// An empty Postgres takes some 70 MB.
const POSTGRES_DISK_BYTES: usize = 160 << 20;
/// What is left of a full disk.
const LEFT_BYTES: u64 = 64 << 10;
/// Uploads that are tried on a full disk; the database takes a few before it needs another page.
const TRIES: u64 = 200;
/// After there is space again, the next upload must work within this time.
const BACK: Duration = Duration::from_secs(1);

/// A small file system; unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None` where nothing may be mounted.
    fn mount(at: &Path, size_bytes: usize) -> Option<Self> {
        std::fs::create_dir_all(at).expect("make the mount point");
        let size = format!("size={size_bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "mana-media-rig"])
            .arg(at)
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(at.to_owned()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Leaves next to nothing free.
    fn fill(&self) {
        let room = disk::room(&self.0).expect("look for room");
        let size = room.free_bytes.saturating_sub(LEFT_BYTES);
        std::fs::write(self.filler(), vec![0xa5; size as usize]).expect("fill the disk");
    }

    fn empty(&self) {
        std::fs::remove_file(self.filler()).expect("make space");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

async fn upload(load: &Load, content: Content) -> u16 {
    let url = load.cluster.url(0, "?app=rig&userId=anna");
    let request = load.cluster.http.post(url).body(content.bytes());
    let answer = request
        .send()
        .await
        .expect("an answer, also on a full disk");
    let status = answer.status();
    if status.is_success() {
        let media: serde_json::Value = answer.json().await.expect("a media object");
        let id = media["id"].as_str().expect("an id").to_owned();
        load.ledger.set("anna", content, Fate::Held(id));
    }
    status.as_u16()
}

/// `folder` below the node's data is the small disk. `false` when nothing can be mounted here.
async fn is_survived(what: &str, folder: &str, size: usize) -> bool {
    let no_reserve = [("KEEP_FREE_BYTES", "0"), ("SPOOL_BYTES", "1GiB")];
    let mut cluster = Cluster::new(Backend::Files, &no_reserve).await;
    let at = cluster.data.path().join(folder);
    let Some(small) = Disk::mount(&at, DISK_BYTES) else {
        return false;
    };
    let database = format!("sqlite:{}", at.join("catalog.sqlite").display());
    if folder == "database" {
        cluster.set("DATABASE_URL", &database);
    }
    cluster.add_node(&[]).await;
    fill_and_empty(what, cluster, &small, size, None).await;
    true
}

/// The same with Postgres on the small disk, which stops when it cannot write its log, and is started again by whoever runs it.
async fn postgres_survives() -> bool {
    let folder = tempfile::tempdir().expect("make a folder");
    let Some(small) = Disk::mount(folder.path(), POSTGRES_DISK_BYTES) else {
        return false;
    };
    let mut postgres = Postgres::start_in(folder.path()).await;
    let settings = [("DATABASE_URL", &*postgres.url())];
    let cluster = Cluster::start(Backend::Servers, 1, &settings).await;
    fill_and_empty("Postgres", cluster, &small, 3000, Some(&mut postgres)).await;
    true
}

async fn fill_and_empty(
    what: &str,
    cluster: Cluster,
    small: &Disk,
    size: usize,
    postgres: Option<&mut Postgres>,
) {
    let load = Load::new(cluster);
    let content = |seed| Content::Bytes { seed, size };
    let first = upload(&load, content(0)).await;
    let pid = load.cluster.pid(0);
    small.fill();
    let mut refused = None;
    for seed in 1..=TRIES {
        let status = upload(&load, content(seed)).await;
        if status >= 300 {
            refused = Some(status);
            break;
        }
    }
    small.empty();
    if let Some(postgres) = postgres {
        postgres.ensure_running().await;
    }
    let since = Instant::now();
    let mut after = upload(&load, content(TRIES + 1)).await;
    while after >= 300 && since.elapsed() < BACK {
        tokio::time::sleep(Duration::from_millis(50)).await;
        after = upload(&load, content(TRIES + 1)).await;
    }
    let back_ms = since.elapsed().as_millis();
    if first != 201 {
        load.wrong(format!("before: {first}"));
    }
    if !matches!(refused, Some(503 | 507)) {
        load.wrong(format!("on a full disk: {refused:?}"));
    }
    if after != 201 {
        load.wrong(format!("{back_ms} ms after there was space: {after}"));
    }
    if !load.cluster.is_running(0) || load.cluster.pid(0) != pid {
        load.wrong("the node ended".to_owned());
    }
    tokio::time::sleep(PERIOD * 2).await;
    load.verify().await;
    let (mut figures, wrong) = load.result();
    figures["refused with"] = json!(refused);
    figures["back, ms"] = json!(back_ms);
    report::row(&format!("disk full, {what}"), figures, &wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disks_are_full() {
    let mut all = true;
    for (what, folder, size) in [
        ("spool", "data/spool", 2 << 20),
        ("file store", "data/store", 200 << 10),
        ("database", "database", 3000),
    ] {
        all &= is_survived(what, folder, size).await;
    }
    all &= postgres_survives().await;
    if !all {
        let why = "not run: no tmpfs can be mounted here";
        let in_ci = setting("CI").as_deref() == Some("true");
        let is_root = crate::support::postgres::server_user().is_some();
        let wrong = (in_ci && is_root).then(|| why.to_owned());
        report::row("disk full", json!({ "note": why }), wrong.as_slice());
    }
}
