//! Another S3 server, of three nodes: one of them dies, two die, they come back. Without a majority it refuses, and so do we.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PATIENCE};
use crate::harness::garage::{ACCESS_KEY, BUCKET, Garage, NODES, REGION, SECRET_KEY};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// How long each state of the store lasts under load.
const SPAN: Duration = Duration::from_secs(2);

/// The status of one upload.
async fn upload(load: &Load, text: &str) -> u16 {
    let url = load.cluster.url(0, "?app=rig&userId=prober");
    let request = load.cluster.http.post(url).body(text.to_owned());
    request.send().await.expect("an answer").status().as_u16()
}

/// Until uploads are taken again.
async fn back(load: &Load, round: usize) -> Duration {
    let started = Instant::now();
    while upload(load, &format!("probe {round}")).await >= 300 {
        assert!(started.elapsed() < PATIENCE, "the store is not back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_of_garage_come_and_go() {
    let rounds = times(0, 20);
    if rounds == 0 {
        return;
    }
    let mut garage = Garage::start().await;
    let settings = [
        ("S3_ENDPOINT", &*garage.endpoint),
        ("S3_REGION", REGION),
        ("S3_BUCKET", BUCKET),
        ("S3_ACCESS_KEY", ACCESS_KEY),
        ("S3_SECRET_KEY", SECRET_KEY),
    ];
    let cluster = Cluster::start(Backend::Servers, 2, &settings).await;
    let load = Load::with(cluster, |load| {
        load.may_be_silent = false;
        load.reads_may_break = true;
    });
    let (mut back_ms, mut refused) = (Vec::new(), 0);
    for round in 0..rounds {
        let clients = load.clients(4, u64::MAX);
        let (first, second) = (round % NODES, (round + 1) % NODES);
        garage.kill(first);
        tokio::time::sleep(SPAN).await;
        let one = upload(&load, &format!("one of three is gone, round {round}")).await;
        if one >= 300 {
            load.wrong(format!("round {round}: one of three is gone: {one}"));
        }
        garage.kill(second);
        tokio::time::sleep(SPAN).await;
        let two = upload(&load, &format!("two of three are gone, round {round}")).await;
        if two == 503 {
            refused += 1;
        } else {
            load.wrong(format!("round {round}: two of three are gone: {two}"));
        }
        garage.launch(first);
        garage.launch(second);
        back_ms.push(back(&load, round).await.as_millis());
        load.stop(clients).await;
        load.verify().await;
    }
    let (mut figures, wrong) = load.result();
    back_ms.sort_unstable();
    figures["rounds"] = json!(rounds);
    figures["refused with 503 without a majority"] = json!(refused);
    figures["back, ms"] = json!({
        "median": back_ms[rounds / 2], "worst": back_ms[rounds - 1],
    });
    report::row("Garage, three nodes", figures, &wrong);
}
