//! Stored objects are changed, cut short and removed behind everybody's back.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use mana_media::blob::{BlobKey, Source};
use mana_media::media::ContentHash;
use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PATIENCE};
use crate::harness::ledger::{Content, Fate};
use crate::harness::load::Load;
use crate::harness::{report, times};

/// Damaged objects of one round; fsck names no more than a hundred of a kind.
const ROUND: usize = 50;

#[derive(Debug, Clone, Copy)]
enum Damage {
    Flip,
    Cut,
    Remove,
}

async fn damage(cluster: &Cluster, key: &str, bytes: &[u8], damage: Damage) {
    let bytes = match damage {
        Damage::Flip => {
            let mut bytes = bytes.to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            Some(bytes)
        }
        Damage::Cut => Some(bytes[..bytes.len() - 1].to_vec()),
        Damage::Remove => None,
    };
    let file = Path::new(cluster.setting("DATA_DIR"))
        .join("store")
        .join(key);
    let parsed: BlobKey = key.parse().expect("a key of ours");
    match (cluster.backend, bytes) {
        (Backend::Files, Some(bytes)) => std::fs::write(file, bytes).expect("damage a file"),
        (Backend::Files, None) => std::fs::remove_file(file).expect("remove a file"),
        (Backend::Servers, Some(bytes)) => {
            let digest = ContentHash::of(&bytes);
            let source = Source::Bytes(Bytes::from(bytes));
            let put = cluster
                .store()
                .await
                .put(&parsed, &source, &digest, None)
                .await;
            put.expect("damage an object");
        }
        (Backend::Servers, None) => {
            let removed = cluster.store().await.delete(&parsed, None).await;
            removed.expect("remove an object");
        }
    }
}

/// Reads the file: its status, when the answer ended as it should.
async fn read(load: &Load, id: &str) -> Option<(u16, Bytes)> {
    let request = load
        .cluster
        .http
        .get(load.cluster.url(0, &format!("/{id}/file")));
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.bytes().await.ok()?))
}

async fn upload(load: &Load, content: Content, owner: &str) -> String {
    let url = load.cluster.url(0, &format!("?app=rig&userId={owner}"));
    let request = load.cluster.http.post(url).body(content.bytes());
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    let media: serde_json::Value = answer.json().await.expect("a media object");
    media["id"].as_str().expect("an id").to_owned()
}

/// Uploads again until the bytes are good; what was wrong may be noted a moment after it was read.
async fn heal(load: &Load, content: Content, id: &str, by: &str) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        upload(load, content, by).await;
        if let Some((200, body)) = read(load, id).await {
            return body == content.bytes();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

async fn round(load: &Load, number: usize) {
    let content = |index: usize| Content::Bytes {
        seed: (number * ROUND + index) as u64 + 1,
        size: 1000 + index,
    };
    let owner = |index: usize| format!("owner-{}", index % 7);
    let ids: Vec<String> = stream::iter(0..ROUND)
        .map(|index| async move { upload(load, content(index), &owner(index)).await })
        .buffered(8)
        .collect()
        .await;
    let keys = load.cluster.keys().await;
    let mut damaged = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let hash = content(index).sha256();
        let key = keys
            .iter()
            .find(|key| key.contains(&hash))
            .expect("its key");
        let kind = [Damage::Flip, Damage::Cut, Damage::Remove][index % 3];
        damage(&load.cluster, key, &content(index).bytes(), kind).await;
        load.ledger
            .set(&owner(index), content(index), Fate::Held(id.clone()));
        damaged.push((key.clone(), id, kind));
    }
    let (code, found) = load.cluster.run(&["fsck", "--deep", "--json"]);
    let found = found.to_string();
    if code != Some(2) {
        load.wrong(format!("fsck ended with {code:?}"));
    }
    for (index, (key, id, kind)) in damaged.iter().enumerate() {
        if found.contains(key.as_str()) {
            load.count("found by fsck");
        } else {
            load.wrong(format!("fsck does not see {kind:?} of {key}"));
        }
        match read(load, id).await {
            Some((200, _)) => load.wrong(format!("served clean: {kind:?} of {key}")),
            _ => load.count("not served"),
        }
        // Its owner, or somebody else who has the same file.
        let by = owner(index + index % 2);
        if heal(load, content(index), id, &by).await {
            load.count("healed");
            if let Ok(Some(other)) = load.find(&by, content(index)).await {
                load.ledger.set(&by, content(index), Fate::Held(other));
            }
        } else {
            load.wrong(format!("not healed: {kind:?} of {key}"));
        }
    }
}

async fn rot(name: &str, backend: Backend) {
    let load = Load::new(Cluster::start(backend, 1, &[]).await);
    let rounds = times(1, 5);
    for number in 0..rounds {
        round(&load, number).await;
    }
    load.verify().await;
    let (mut figures, wrong) = load.result();
    figures["damaged"] = json!(rounds * ROUND);
    report::row(name, figures, &wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_rot() {
    rot("bit rot, Postgres and S3", Backend::Servers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_rot() {
    rot("bit rot, SQLite and files", Backend::Files).await;
}
