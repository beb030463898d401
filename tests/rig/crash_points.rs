//! The process aborts before or after each step of each flow, and everything acknowledged is there when it is back.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use mana_media::crash::POINTS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::cluster::{Backend, Cluster, PATIENCE, PERIOD};
use crate::harness::ledger::{Content, Fate};
use crate::harness::load::Load;
use crate::harness::report;

const OWNER: &str = "anna";
const KEPT: Content = Content::Bytes {
    seed: 1,
    size: 3_000,
};
const PICTURE: Content = Content::Picture { seed: 2 };
const SPOOLED: Content = Content::Bytes {
    seed: 3,
    size: 300_000,
};
const TRASHED: Content = Content::Bytes {
    seed: 4,
    size: 4_000,
};
/// In parts.
const IN_PARTS: Content = Content::Bytes {
    seed: 5,
    size: 65 << 20,
};
/// In pieces.
const RESUMED: Content = Content::Bytes {
    seed: 6,
    size: 20_000,
};
/// How long the background may take to come to its point once all flows are through.
const BACKGROUND: Duration = Duration::from_secs(8);

/// The node is gone: the point was reached.
struct Aborted;
type Flow<T = ()> = Result<T, Aborted>;

async fn send(load: &Load, request: reqwest::RequestBuilder) -> Flow<(u16, Value)> {
    let answer = request.send().await.map_err(|_| Aborted)?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(|_| Aborted)?;
    if status >= 500 {
        load.wrong(format!("{status} {}", String::from_utf8_lossy(&body)));
    }
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

async fn upload(load: &Load, content: Content) -> Flow<String> {
    if !matches!(load.ledger.get(OWNER, content), Some(Fate::Held(_))) {
        load.ledger.set(OWNER, content, Fate::Unknown);
    }
    let url = load.cluster.url(0, &format!("?app=rig&userId={OWNER}"));
    let (status, media) = send(load, load.cluster.http.post(url).body(content.bytes())).await?;
    let id = media["id"].as_str().unwrap_or_default().to_owned();
    if !matches!(status, 200 | 201) {
        load.wrong(format!("upload: {status} {media}"));
    }
    load.ledger.set(OWNER, content, Fate::Held(id.clone()));
    Ok(id)
}

fn tus(load: &Load, method: &str, path: &str) -> reqwest::RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let url = load.cluster.root(0, path);
    let request = load.cluster.http.request(method, url);
    request.header("tus-resumable", "1.0.0")
}

/// Begins an upload in pieces, and gives its path.
async fn begin(load: &Load) -> Flow<String> {
    let created = tus(load, "POST", "/api/v1/tus")
        .header("upload-length", RESUMED.bytes().len())
        .header("upload-metadata", "userId YW5uYQ==,app cmln");
    let created = created.send().await.map_err(|_| Aborted)?;
    let url = created.headers().get("location");
    let url = url.and_then(|url| url.to_str().ok()).unwrap_or_default();
    Ok(url[url.find("/api/").unwrap_or_default()..].to_owned())
}

/// An upload in pieces, which goes on where the last one was: where it is, and how much of it was acknowledged.
async fn resume(load: &Load, begun: &Mutex<Option<(String, usize)>>) -> Flow {
    let bytes = RESUMED.bytes();
    let known = begun.lock().expect("an upload").take();
    let (path, acknowledged) = if let Some(known) = known {
        known
    } else {
        (begin(load).await?, 0)
    };
    *begun.lock().expect("an upload") = Some((path.clone(), acknowledged));
    if !matches!(load.ledger.get(OWNER, RESUMED), Some(Fate::Held(_))) {
        load.ledger.set(OWNER, RESUMED, Fate::Unknown);
    }
    let started = Instant::now();
    loop {
        let head = tus(load, "HEAD", &path).send().await.map_err(|_| Aborted)?;
        let offset = head
            .headers()
            .get("upload-offset")
            .and_then(|at| at.to_str().ok()?.parse().ok());
        // The lock of the node that died ends by itself.
        if head.status() == 423 && started.elapsed() < PATIENCE {
            tokio::time::sleep(PERIOD).await;
            continue;
        }
        let Some(offset) = offset else {
            load.wrong(format!("HEAD of an upload: {}", head.status()));
            return Ok(());
        };
        if offset < acknowledged {
            load.wrong(format!(
                "{offset} of an upload are left, {acknowledged} were acknowledged"
            ));
        }
        let end = if offset < 8_000 { 8_000 } else { bytes.len() };
        let request = tus(load, "PATCH", &path)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .body(bytes[offset..end].to_vec());
        let (status, media) = send(load, request).await?;
        match status {
            204 => *begun.lock().expect("an upload") = Some((path.clone(), end)),
            200 => {
                let id = media["id"].as_str().unwrap_or_default().to_owned();
                load.ledger.set(OWNER, RESUMED, Fate::Held(id));
                return Ok(());
            }
            // The lock of the node that died ends by itself.
            423 if started.elapsed() < PATIENCE => tokio::time::sleep(PERIOD).await,
            _ => {
                load.wrong(format!("PATCH: {status} {media}"));
                return Ok(());
            }
        }
    }
}

/// Waits until a picture's variants are made, or the process has aborted over them.
async fn processed(load: &Load, id: &str) -> Flow {
    let started = Instant::now();
    loop {
        let request = load
            .cluster
            .http
            .get(load.cluster.url(0, &format!("/{id}")));
        let (_, media) = send(load, request).await?;
        if media["status"] == "ready" {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            load.wrong(format!("is never ready: {media}"));
            return Ok(());
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn delete(load: &Load, content: Content, id: &str, query: &str) -> Flow {
    load.ledger.set(OWNER, content, Fate::Unknown);
    let url = load.cluster.url(0, &format!("/{id}?userId={OWNER}{query}"));
    send(load, load.cluster.http.delete(url)).await?;
    load.ledger.set(OWNER, content, Fate::Gone(id.to_owned()));
    Ok(())
}

/// Its bytes go bad, a reader notices, and the next upload heals them.
async fn heal(load: &Load, content: Content, id: &str) -> Flow {
    let hash = content.sha256();
    let store = load.cluster.store().await;
    for key in load.cluster.keys().await {
        if key.contains(&hash) {
            let removed = store
                .delete(&key.parse().expect("a key of ours"), None)
                .await;
            removed.expect("lose an object");
        }
    }
    let read = load
        .cluster
        .http
        .get(load.cluster.url(0, &format!("/{id}/file")))
        .send()
        .await;
    let _status = read.map_err(|_| Aborted)?.status();
    tokio::time::sleep(PERIOD).await;
    upload(load, content).await?;
    Ok(())
}

/// A rendition by parameters, which is kept.
async fn rendered(load: &Load, id: &str) -> Flow {
    let url = load.cluster.url(0, &format!("/{id}/transform?w=17"));
    let rendered = load.cluster.http.get(url).send().await;
    let status = rendered.map_err(|_| Aborted)?.status();
    if status != 200 {
        load.wrong(format!("transform: {status}"));
    }
    // It is kept once the answer is on its way.
    tokio::time::sleep(PERIOD).await;
    Ok(())
}

/// Every flow once; an upload in parts, which is large, only where it matters. Where the process aborts does not matter, but that it
/// does.
async fn flows(load: &Load, in_parts: bool, begun: &Mutex<Option<(String, usize)>>) -> Flow {
    upload(load, KEPT).await?;
    resume(load, begun).await?;
    let picture = upload(load, PICTURE).await?;
    processed(load, &picture).await?;
    rendered(load, &picture).await?;
    // A claim that no upload took along.
    let url = load
        .cluster
        .url(0, &format!("/{picture}/reprocess?userId={OWNER}"));
    send(load, load.cluster.http.post(url)).await?;
    let spooled = upload(load, SPOOLED).await?;
    if in_parts {
        upload(load, IN_PARTS).await?;
    }
    let kept = upload(load, KEPT).await?;
    let trashed = upload(load, TRASHED).await?;
    delete(load, TRASHED, &trashed, "").await?;
    let url = load
        .cluster
        .url(0, &format!("/{trashed}/restore?userId={OWNER}"));
    load.ledger.set(OWNER, TRASHED, Fate::Unknown);
    let (status, _) = send(load, load.cluster.http.post(url)).await?;
    if status == 200 {
        load.ledger.set(OWNER, TRASHED, Fate::Held(trashed.clone()));
    }
    delete(load, TRASHED, &trashed, "").await?;
    delete(load, SPOOLED, &spooled, "&permanent=true").await?;
    heal(load, KEPT, &kept).await
}

/// Whether the process aborted there.
async fn crash(point: &'static str, backend: Backend) -> (bool, Vec<String>) {
    let in_parts = is_of_parts(point);
    let settings = [
        ("TRASH_RETENTION", "3s"),
        ("FAILPOINTS", &*format!("{point}=return")),
    ];
    let mut cluster = Cluster::new(backend, &[settings[0]]).await;
    cluster.add_node(&[]).await;
    cluster.kill(0);
    cluster.arm(0, &settings[1..]);
    let load = Load::new(cluster);
    let begun = Mutex::new(None);
    let done = async {
        load.cluster.ready_or_gone(0).await.ok_or(Aborted)?;
        flows(&load, in_parts, &begun).await
    };
    // The error of a request that the abort cut off is no wrong.
    let _aborted = done.await;
    let started = Instant::now();
    while load.cluster.is_running(0) && started.elapsed() < BACKGROUND {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let is_hit = !load.cluster.is_running(0);
    load.cluster.kill(0);
    load.cluster.arm(0, &[]);
    load.cluster.ready(0).await;
    if flows(&load, in_parts, &begun).await.is_err() {
        load.wrong("the node does not stay up".to_owned());
    }
    // The lease of large uploads is minutes.
    let over =
        "UPDATE object SET lease_until = since WHERE state = 'writing' AND size_bytes > 1000000";
    load.cluster.execute(over).await;
    load.verify().await;
    let (_, wrong) = load.result();
    (
        is_hit,
        wrong
            .into_iter()
            .map(|what| format!("{point}: {what}"))
            .collect(),
    )
}

/// Only uploads in parts have an id, and only S3 takes them.
fn is_of_parts(point: &str) -> bool {
    point.contains("upload_id")
}

async fn sweep(name: &str, backend: Backend) {
    let is_there = |point: &&&str| backend == Backend::Servers || !is_of_parts(point);
    let points: Vec<&'static str> = POINTS.iter().filter(is_there).copied().collect();
    let crashed = stream::iter(points.clone()).map(|point| async move {
        tokio::time::timeout(PATIENCE * 2, crash(point, backend)).await
    });
    let crashed: Vec<_> = crashed.buffered(3).collect().await;
    let mut wrong = Vec::new();
    let mut hit = 0;
    for (point, crashed) in points.iter().zip(crashed) {
        match crashed {
            Ok((is_hit, more)) => {
                hit += usize::from(is_hit);
                wrong.extend((!is_hit).then(|| format!("{point}: never reached")));
                wrong.extend(more);
            }
            Err(_) => wrong.push(format!("{point}: no end")),
        }
    }
    report::row(name, json!({ "points": points.len(), "hit": hit }), &wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_crash_everywhere() {
    sweep("crash points, SQLite and files", Backend::Files).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_crash_everywhere() {
    sweep("crash points, Postgres and S3", Backend::Servers).await;
}
