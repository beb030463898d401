//! One node's clock jumps by an hour and by a year, forth and back. The database's clock decides, so nothing may come of it.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// Seconds.
const JUMPS: [i64; 5] = [3_600, -3_600, 31_557_600, -31_557_600, 0];

/// Compiles the library that moves a process's clock.
fn library(folder: &Path) -> PathBuf {
    let library = folder.join("clock.so");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rig/clock.c"))
        .status();
    assert!(compiled.is_ok_and(|status| status.success()), "cc clock.c");
    library
}

/// In place, for the file is mapped.
fn set(clock: &Path, seconds: i64) {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(clock);
    let file = file.expect("open the clock");
    file.write_all_at(&seconds.to_ne_bytes(), 0)
        .expect("set the clock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_jumps() {
    // Longer than a run, shorter than every jump but the last.
    let mut cluster = Cluster::new(Backend::Servers, &[("TRASH_KEEP", "30m")]).await;
    let clock = cluster.data.path().join("clock");
    set(&clock, 0);
    cluster.add_node(&[]).await;
    let library = library(cluster.data.path());
    let faked = [
        ("LD_PRELOAD", library.to_str().expect("a UTF-8 path")),
        ("RIG_CLOCK", clock.to_str().expect("a UTF-8 path")),
    ];
    cluster.add_node(&faked).await;
    let load = Load::new(cluster);
    let clients = load.clients(6, u64::MAX);
    let jumps: usize = times(10, 50);
    let mut seen = BTreeSet::new();
    let mut shown = Vec::new();
    for jump in 0..jumps {
        let offset = JUMPS[jump % JUMPS.len()];
        set(&clock, offset);
        tokio::time::sleep(Duration::from_secs(1)).await;
        seen.extend(load.cluster.keys().await);
        let health = load
            .cluster
            .http
            .get(load.cluster.root(1, "/health"))
            .send()
            .await;
        let health: serde_json::Value = health.expect("an answer").json().await.expect("JSON");
        shown.push(health["timestamp"].as_str().unwrap_or_default()[..13].to_owned());
    }
    load.stop(clients).await;
    set(&clock, 0);
    // Leases of unfinished uploads end.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let left: BTreeSet<String> = load.cluster.keys().await.into_iter().collect();
    let swept: Vec<&String> = seen.difference(&left).collect();
    if !swept.is_empty() {
        load.wrong(format!("swept early: {swept:?}"));
    }
    if shown.iter().collect::<BTreeSet<_>>().len() < 3 {
        load.wrong(format!("the clock did not jump: {shown:?}"));
    }
    load.verify_now().await;
    let trash = load
        .cluster
        .count("SELECT COUNT(*) FROM object WHERE state = 'trash'")
        .await;
    let (mut figures, mut wrong) = load.result();
    if trash == 0 {
        wrong.push("nothing was in trash".to_owned());
    }
    figures["jumps"] = json!(jumps);
    figures["the node's hours"] = json!(shown);
    figures["kept in trash"] = json!(trash);
    report::row("clock jumps", figures, &wrong);
}
