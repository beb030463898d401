//! An S3 server that refuses, resets, stalls, lies and is late, in 20 % of requests.

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::load::Load;
use crate::harness::s3_proxy::S3Proxy;
use crate::harness::{report, times};

const PERCENT: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_fails() {
    let mut cluster = Cluster::new(Backend::Servers, &[]).await;
    let proxy = S3Proxy::start(cluster.setting("S3_ENDPOINT"));
    for _ in 0..2 {
        cluster.add_node(&[("S3_ENDPOINT", &proxy.url)]).await;
    }
    let load = Load::with(cluster, |load| {
        load.checks_refusals = true;
        // What is missing or wrong in the store is our fault towards the client, however often it is the network's.
        load.allowed = &[500, 503];
        load.may_be_silent = false;
        load.reads_may_break = true;
    });
    let steps = times(2_000, 50_000);
    proxy.strike(PERCENT);
    for client in load.clients(16, steps) {
        client.await.expect("a client");
    }
    proxy.strike(0);
    proxy.drained().await;
    load.verify().await;
    let (mut figures, mut wrong) = load.result();
    let (requests, faults) = proxy.counts();
    for needed in [
        "Answer500",
        "Answer503",
        "BitFlipped",
        "ErrorInside200",
        "Late",
        "NotFound",
        "ReplyLost",
        "Reset",
        "Truncated",
    ] {
        if !faults.contains_key(needed) {
            wrong.push(format!("{needed} never struck"));
        }
    }
    figures["operations"] = json!(steps);
    figures["requests to the store"] = json!(requests);
    figures["faults"] = json!(faults);
    report::row("S3 faults", figures, &wrong);
}
