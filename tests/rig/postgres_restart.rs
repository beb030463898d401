//! Postgres stops as if the power had failed, and comes back.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PATIENCE};
use crate::harness::load::Load;
use crate::harness::postgres::Postgres;
use crate::harness::{report, times};

/// From Postgres taking connections to every node taking uploads.
const BACK_MS: u128 = 3_000;

/// How long until every node takes an upload.
async fn back(load: &Load, round: usize) -> Duration {
    let started = Instant::now();
    for node in 0..load.cluster.nodes() {
        loop {
            let url = load.cluster.url(node, "?app=rig&userId=prober");
            let probe = load
                .cluster
                .http
                .post(url)
                .body(format!("probe {round} {node}"));
            let status = probe.send().await.map(|answer| answer.status());
            if status.as_ref().is_ok_and(reqwest::StatusCode::is_success) {
                break;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "node {node} is not back: {status:?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_restarts() {
    let mut postgres = Postgres::start().await;
    let settings = [("DATABASE_URL", &*postgres.url())];
    let load = Load::with(
        Cluster::start(Backend::Servers, 2, &settings).await,
        |load| {
            load.may_be_silent = false;
        },
    );
    let clients = load.clients(8, u64::MAX);
    let restarts = times(10, 60);
    let mut back_ms = Vec::new();
    for round in 0..restarts {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        postgres.restart_immediately().await;
        back_ms.push(back(&load, round).await.as_millis());
    }
    load.stop(clients).await;
    load.verify().await;
    let (mut figures, mut wrong) = load.result();
    back_ms.sort_unstable();
    if back_ms[restarts - 1] > BACK_MS {
        wrong.push(format!("back only after {back_ms:?} ms"));
    }
    if load.counted("uploaded") < 10 * restarts as u64 {
        wrong.push("too little was done to prove anything".to_owned());
    }
    figures["restarts"] = json!(restarts);
    figures["back, ms"] = json!({
        "median": back_ms[restarts / 2], "worst": back_ms[restarts - 1],
    });
    report::row("Postgres -m immediate", figures, &wrong);
}
