//! How many uploads two nodes sustain; measured, not judged: this machine does other things at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::ledger::picture;
use crate::harness::{Dice, report, times};
use crate::support::server::setting;

const CLIENTS: u64 = 16;
/// With its 1 KiB of picture, 64 KiB.
const COMMENT_BYTES: usize = 63 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_a_second() {
    let cluster = Arc::new(Cluster::start(Backend::Servers, 2, &[]).await);
    let span = Duration::from_secs(times(10, 120));
    let failed = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (cluster, failed) = (Arc::clone(&cluster), Arc::clone(&failed));
            tokio::spawn(async move {
                let (mut dice, mut took) = (Dice::new(number), Vec::new());
                while started.elapsed() < span {
                    let comment: Vec<u8> = (0..COMMENT_BYTES / 8)
                        .flat_map(|_| dice.next().to_le_bytes())
                        .collect();
                    let node = dice.below(2) as usize;
                    let query = format!("?app=rig&userId=owner-{number}&skipProcessing=true");
                    let request = cluster.http.post(cluster.url(node, &query));
                    let sent = Instant::now();
                    match request.body(picture(&comment)).send().await {
                        Ok(answer) if answer.status() == 201 => took.push(sent.elapsed()),
                        _ => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for client in clients {
        took.extend(client.await.expect("a client"));
    }
    let seconds = started.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_millis();
    let failed = failed.load(Ordering::Relaxed);
    let figures = json!({
        "seconds": seconds.round(), "uploads a second": (took.len() as f64 / seconds).round(),
        "p50, ms": at(0.5), "p99, ms": at(0.99), "worst, ms": at(1.0), "failed": failed,
        "nodes": setting("MANA_RIG_BINARY").unwrap_or_else(|| "of this build".to_owned()),
    });
    let wrong = (failed > 0).then(|| format!("{failed} uploads failed"));
    report::row(
        "upload rate, two nodes, 64 KiB pictures",
        figures,
        wrong.as_slice(),
    );
}
