//! One node's clock jumps by an hour and by a year, forth and back. The database's clock decides, so nothing may come of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// Debian's `faketime`.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
const LIBRARY_ARM: &str = "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1";
const JUMPS: [&str; 5] = ["+3600", "-3600", "+31557600", "-31557600", "+0"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_jumps() {
    let library = [LIBRARY, LIBRARY_ARM]
        .into_iter()
        .find(|path| Path::new(path).is_file())
        .expect("no libfaketime: install Debian's `faketime`, or run ./test");
    // Longer than a run, shorter than every jump but the last.
    let mut cluster = Cluster::new(Backend::Servers, &[("TRASH_KEEP", "30m")]).await;
    let clock = cluster.data.path().join("clock");
    std::fs::write(&clock, "+0").expect("set the clock");
    cluster.add_node(&[]).await;
    let faked = [
        ("LD_PRELOAD", library),
        (
            "FAKETIME_TIMESTAMP_FILE",
            clock.to_str().expect("a UTF-8 path"),
        ),
        ("FAKETIME_NO_CACHE", "1"),
        // A machine's monotonic clock does not jump.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    cluster.add_node(&faked).await;
    let load = Load::new(cluster);
    let clients = load.clients(6, u64::MAX);
    let jumps: usize = times(10, 50);
    let mut seen = BTreeSet::new();
    let mut shown = Vec::new();
    for jump in 0..jumps {
        let offset = JUMPS[jump % JUMPS.len()];
        std::fs::write(&clock, offset).expect("set the clock");
        tokio::time::sleep(Duration::from_millis(1000)).await;
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
    load.stop();
    for client in clients {
        client.await.expect("a client");
    }
    std::fs::write(&clock, "+0").expect("set the clock");
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
