//! `kill -9` of nodes under load.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::load::Load;
use crate::harness::{Dice, report, times};

/// A node that was killed is ready again within this time, measured without anything else going on.
const READY_MS: u128 = 2_000;
/// A slow disk gets so long for each kill to do enough between them.
const SLOWEST: Duration = Duration::from_secs(6);

async fn kill_loop(name: &str, backend: Backend, nodes: usize, kills: usize) {
    let load = Load::new(Cluster::start(backend, nodes, &[]).await);
    let clients = load.clients(8, u64::MAX);
    let mut dice = Dice::new(kills as u64);
    let mut ready_ms = Vec::new();
    let is_enough =
        || load.counted("uploaded") >= 10 * kills as u64 && load.counted("deleted") >= kills as u64;
    let started = Instant::now();
    while ready_ms.len() < kills || !is_enough() && started.elapsed() < SLOWEST * kills as u32 {
        tokio::time::sleep(Duration::from_millis(50 + dice.below(1450))).await;
        let node = dice.below(nodes as u64) as usize;
        load.cluster.kill(node);
        load.cluster.launch(node);
        ready_ms.push(load.cluster.ready(node).await.as_millis());
    }
    load.stop(clients).await;
    load.verify().await;
    let (mut figures, mut wrong) = load.result();
    ready_ms.sort_unstable();
    let median = ready_ms[ready_ms.len() / 2];
    figures["kills"] = json!(ready_ms.len());
    figures["ready again, ms"] = json!({ "median": median, "worst": ready_ms.last() });
    if median > READY_MS {
        wrong.push(format!("ready again only after {median} ms"));
    }
    if !is_enough() {
        wrong.push("too little was done to prove anything".to_owned());
    }
    report::row(name, figures, &wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_killed() {
    let kills = times(60, 1000);
    kill_loop("kill -9, Postgres and S3", Backend::Servers, 2, kills).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_node_is_killed() {
    let kills = times(30, 500);
    kill_loop("kill -9, SQLite and files", Backend::Files, 1, kills).await;
}
