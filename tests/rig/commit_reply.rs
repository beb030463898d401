//! The reply to COMMIT is lost: nobody knows whether it happened, and everything must come out as if it were known.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::cluster::{Backend, Cluster, PATIENCE};
use crate::harness::ledger::{Content, Fate};
use crate::harness::load::Load;
use crate::harness::pg_proxy::PgProxy;
use crate::harness::{report, times};

/// Every so many-th COMMIT of a node.
const EVERY: u64 = 5;

/// Sends one item under one key until there is an answer that is no error; tells how often it was sent.
async fn send_until_answered(load: &Load, number: u64) -> Result<u64, String> {
    let (owner, key) = (format!("key-{number}"), format!("idempotency-{number}"));
    let content = Content::Bytes {
        seed: 1 << 40 | number,
        size: 2_000,
    };
    let body = json!({ "app": "rig", "userId": owner, "items": [{ "data": STANDARD.encode(content.bytes()) }] });
    let started = Instant::now();
    let mut tries = 0;
    loop {
        tries += 1;
        let node = (number + tries) as usize;
        let request = load
            .cluster
            .http
            .post(load.cluster.url(node, "/batch"))
            .json(&body);
        let answer = request.header("idempotency-key", &key).send().await;
        let Ok(answer) = answer else {
            return Err("no answer".to_owned());
        };
        let status = answer.status();
        let body: Value = answer.json().await.map_err(|error| error.to_string())?;
        let item = &body["items"][0];
        let id = item["id"].as_str().or_else(|| item["media"]["id"].as_str());
        match (status, id) {
            (StatusCode::OK | StatusCode::CREATED, Some(id)) => {
                load.ledger.set(&owner, content, Fate::Held(id.to_owned()));
                return Ok(tries);
            }
            // 200 with the item's own 503; 409 while the first request is in work.
            (StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE | StatusCode::CONFLICT, None) => {}
            _ => return Err(format!("{status} {body}")),
        }
        if started.elapsed() > PATIENCE {
            return Err(format!("no luck in {tries} tries, at last {status} {body}"));
        }
        tokio::time::sleep(Duration::from_millis(20 * tries.min(10))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_to_commit_are_lost() {
    let mut cluster = Cluster::new(Backend::Servers, &[]).await;
    let url = cluster.setting("DATABASE_URL").to_owned();
    let upstream = url.split(['@', '/']).nth(3).expect("a host").to_owned();
    let proxy = PgProxy::start(upstream.clone()).await;
    let proxied = url.replace(&upstream, &proxy.address.to_string());
    for _ in 0..2 {
        cluster.add_node(&[("DATABASE_URL", &proxied)]).await;
    }
    let load = Load::with(cluster, |load| load.may_be_silent = false);
    let enough = times(200, 1_000);
    proxy.drop_every(EVERY);
    let keys = Arc::new(AtomicU64::new(0));
    // Beside the keys, the everyday mix: repeats, deletes, garbage collection.
    let mix = load.clients(4, u64::MAX);
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let (load, keys, dropped) = (Arc::clone(&load), Arc::clone(&keys), proxy.watch());
            tokio::spawn(async move {
                let mut tries = 0;
                while dropped() < enough {
                    let number = keys.fetch_add(1, Ordering::SeqCst);
                    match send_until_answered(&load, number).await {
                        Ok(more) => tries += more,
                        Err(wrong) => load.wrong(format!("key {number}: {wrong}")),
                    }
                }
                tries
            })
        })
        .collect();
    let mut tries = 0;
    for sender in senders {
        tries += sender.await.expect("a sender");
    }
    load.stop(mix).await;
    proxy.drop_every(0);
    load.verify().await;
    let keys = keys.load(Ordering::SeqCst);
    let media = load
        .cluster
        .count("SELECT COUNT(*) FROM media WHERE owner LIKE 'key-%'")
        .await;
    if media != keys as i64 {
        load.wrong(format!("{keys} keys made {media} media"));
    }
    let (mut figures, wrong) = load.result();
    figures["replies lost"] = json!(proxy.dropped());
    figures["keys"] = json!(keys);
    figures["requests for them"] = json!(tries);
    report::row("COMMIT replies lost", figures, &wrong);
}
