//! Uploads, repeats, deletes and garbage collection for a long time, without any fault: not one error is allowed.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PERIOD};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// What Quay's own soak of this kind did, and more, in the long tier.
const EVENTS: u64 = 300_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_collection_soaks() {
    let load = Load::with(Cluster::start(Backend::Servers, 2, &[]).await, |load| {
        load.allowed = &[];
        load.may_be_silent = false;
    });
    let span = Duration::from_secs(times(10, 3600));
    let started = Instant::now();
    let clients = load.clients(8, u64::MAX);
    tokio::time::sleep(span).await;
    load.stop(clients).await;
    let seconds = started.elapsed().as_secs();
    load.verify().await;
    let (mut figures, mut wrong) = load.result();
    let events = load.counted("uploaded") + load.counted("deleted");
    let enough = times(100, EVENTS);
    if events < enough {
        wrong.push(format!(
            "{events} events in {seconds} s, {enough} are needed"
        ));
    }
    figures["seconds"] = json!(seconds);
    figures["events"] = json!(events);
    figures["rounds of housekeeping, two nodes"] =
        json!(2 * seconds * 1000 / PERIOD.as_millis() as u64);
    report::row("GC soak", figures, &wrong);
}
