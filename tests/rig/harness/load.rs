//! Clients that upload, repeat, read and delete, and write down what they were told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::Dice;
use super::cluster::Cluster;
use super::ledger::{Content, Fate, Ledger};

/// Contents that all clients fight over.
const HOT: u64 = 32;
/// A client rests so long after nobody answered.
const REST: Duration = Duration::from_millis(20);

/// What clients of a run share.
pub(crate) struct Load {
    pub(crate) cluster: Cluster,
    pub(crate) ledger: Ledger,
    /// Whether an upload that was answered with an error must have left nothing.
    pub(crate) checks_refusals: bool,
    /// Statuses that errors may have.
    pub(crate) allowed: &'static [u16],
    /// Whether a request may go without an answer.
    pub(crate) may_be_silent: bool,
    /// Whether a download may: wrong bytes end in a reset, of which a short answer shows nothing else.
    pub(crate) reads_may_break: bool,
    counts: Mutex<BTreeMap<String, u64>>,
    wrong: Mutex<Vec<String>>,
    stop: AtomicBool,
}

enum Answer {
    Whole(StatusCode, bytes::Bytes),
    /// The answer began and did not end as it should.
    Broken,
    Silence,
}

impl Load {
    pub(crate) fn new(cluster: Cluster) -> Arc<Self> {
        Self::with(cluster, |_| ())
    }

    /// Clients of a cluster that may get other errors than 503 and silence.
    pub(crate) fn with(cluster: Cluster, change: impl FnOnce(&mut Self)) -> Arc<Self> {
        let mut load = Self {
            cluster,
            ledger: Ledger::default(),
            checks_refusals: false,
            allowed: &[503],
            may_be_silent: true,
            reads_may_break: false,
            counts: Mutex::default(),
            wrong: Mutex::default(),
            stop: AtomicBool::new(false),
        };
        change(&mut load);
        Arc::new(load)
    }

    /// Starts clients; they go on until told to stop, or until they have done so many steps together.
    pub(crate) fn clients(self: &Arc<Self>, clients: u64, steps: u64) -> Vec<JoinHandle<()>> {
        self.stop.store(false, Ordering::Relaxed);
        let client = |number| {
            let load = Arc::clone(self);
            tokio::spawn(async move {
                let mut client = Client {
                    owner: format!("owner-{number}"),
                    dice: Dice::new(number),
                    next: number << 32,
                    load,
                };
                for _ in 0..steps / clients {
                    if client.load.stop.load(Ordering::Relaxed) {
                        return;
                    }
                    client.step().await;
                }
            })
        };
        (0..clients).map(client).collect()
    }

    /// Tells clients to stop, and waits until they have.
    pub(crate) async fn stop(&self, clients: Vec<JoinHandle<()>>) {
        self.stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.await.expect("a client");
        }
    }

    pub(crate) fn count(&self, what: &str) {
        self.add(what, 1);
    }

    fn add(&self, what: &str, amount: u64) {
        let mut counts = self.counts.lock().expect("the lock");
        *counts.entry(what.to_owned()).or_default() += amount;
    }

    pub(crate) fn counted(&self, what: &str) -> u64 {
        let counts = self.counts.lock().expect("the lock");
        counts.get(what).copied().unwrap_or_default()
    }

    pub(crate) fn wrong(&self, what: String) {
        self.wrong.lock().expect("the lock").push(what);
    }

    /// What was counted, and what was wrong.
    pub(crate) fn result(&self) -> (Value, Vec<String>) {
        let counts = self.counts.lock().expect("the lock").clone();
        (
            json!({ "counts": counts }),
            self.wrong.lock().expect("the lock").clone(),
        )
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let Ok(answer) = request.send().await else {
            return Answer::Silence;
        };
        let status = answer.status();
        match answer.bytes().await {
            Ok(body) => Answer::Whole(status, body),
            Err(_) => Answer::Broken,
        }
    }

    fn error(&self, doing: &str, status: StatusCode, body: &[u8]) {
        self.count(&format!("{doing} {}", status.as_u16()));
        if !self.allowed.contains(&status.as_u16()) {
            let body = String::from_utf8_lossy(body);
            self.wrong(format!("{doing}: {status} {body}"));
        }
    }

    fn silent(&self, doing: &str) {
        self.count(&format!("{doing} unanswered"));
        if !self.may_be_silent {
            self.wrong(format!("{doing} was not answered"));
        }
    }

    /// The end of a run: housekeeping comes to an end, fsck is content, and every acknowledged byte is there.
    pub(crate) async fn verify(&self) {
        let settled = self.cluster.settle().await;
        self.add("ms to settle", settled.as_millis() as u64);
        self.verify_now().await;
    }

    /// The same where trash is kept.
    pub(crate) async fn verify_now(&self) {
        for wrong in self.cluster.fsck() {
            self.wrong(wrong);
        }
        let all = self.ledger.all();
        futures_util::stream::iter(all)
            .for_each_concurrent(8, |(owner, content, fate)| async move {
                if let Err(wrong) = self.verify_one(&owner, content, &fate).await {
                    self.wrong(format!("{owner} {content:?} {fate:?}: {wrong}"));
                }
            })
            .await;
    }

    async fn verify_one(&self, owner: &str, content: Content, fate: &Fate) -> Result<(), String> {
        let id = match fate {
            Fate::Held(id) => Some(id.clone()),
            Fate::Gone(id) => {
                let status = self.get(&format!("/{id}")).await?.0;
                return if status == 404 {
                    Ok(())
                } else {
                    Err(format!("deleted, and answered with {status}"))
                };
            }
            Fate::Unknown => self.find(owner, content).await?,
        };
        let Some(id) = id else {
            self.count("verified, not there");
            return Ok(());
        };
        let (status, body) = self.get(&format!("/{id}/file")).await?;
        if status != 200 {
            return Err(format!("lost: {status}"));
        }
        if body != content.bytes() {
            return Err("wrong bytes".to_owned());
        }
        self.count("verified");
        Ok(())
    }

    /// The owner's reference to a content.
    pub(crate) async fn find(
        &self,
        owner: &str,
        content: Content,
    ) -> Result<Option<String>, String> {
        let path = format!("/hash/{}?userId={owner}", content.sha256());
        match self.get(&path).await? {
            (404, _) => Ok(None),
            (200, body) => {
                let media: Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
                Ok(media["id"].as_str().map(str::to_owned))
            }
            (status, _) => Err(format!("look-up by hash: {status}")),
        }
    }

    /// An answer that must come, in the end: nothing is broken any more.
    async fn get(&self, path: &str) -> Result<(u16, bytes::Bytes), String> {
        let started = Instant::now();
        loop {
            let request = self.cluster.http.get(self.cluster.url(0, path));
            match self.send(request).await {
                Answer::Whole(status, body) if status != 503 => return Ok((status.as_u16(), body)),
                _ if started.elapsed() > Duration::from_secs(5) => {
                    return Err(format!("{path} cannot be read"));
                }
                _ => tokio::time::sleep(REST).await,
            }
        }
    }
}

/// One client, who alone writes for its owner.
struct Client {
    owner: String,
    dice: Dice,
    next: u64,
    load: Arc<Load>,
}

impl Client {
    async fn step(&mut self) {
        let dice = self.dice.below(100);
        let held = self.load.ledger.held(&self.owner);
        let one =
            (!held.is_empty()).then(|| held[self.dice.below(held.len() as u64) as usize].clone());
        match one {
            Some((content, id)) if dice < 20 => self.read(content, &id).await,
            Some((content, id)) if dice < 50 => self.delete(content, id).await,
            _ => self.upload().await,
        }
    }

    fn url(&mut self, path: &str) -> String {
        let node = self.dice.below(self.load.cluster.nodes() as u64);
        self.load.cluster.url(node as usize, path)
    }

    fn content(&mut self) -> Content {
        let seed = if self.dice.percent(70) {
            self.dice.below(HOT)
        } else {
            self.next += 1;
            HOT + self.next
        };
        match seed % 8 {
            0 | 1 => Content::Picture { seed },
            // Beyond what the spool keeps in memory.
            2 => Content::Bytes {
                seed,
                size: 300_000,
            },
            _ => Content::Bytes {
                seed,
                size: 500 + (seed % 9973) as usize,
            },
        }
    }

    async fn upload(&mut self) {
        let content = self.content();
        let before = self.load.ledger.get(&self.owner, content);
        let url = self.url(&format!("?app=rig&userId={}", self.owner));
        let request = self
            .load
            .cluster
            .http
            .post(url)
            .header("prefer", "respond-async");
        match self.load.send(request.body(content.bytes())).await {
            Answer::Whole(status, body) if status.is_success() => {
                let media: Value = serde_json::from_slice(&body).unwrap_or_default();
                let id = media["id"].as_str().unwrap_or_default().to_owned();
                if let Some(Fate::Held(known)) = &before
                    && *known != id
                {
                    self.load
                        .wrong(format!("{content:?} was {known} and is {id}"));
                }
                self.load.count("uploaded");
                self.load.ledger.set(&self.owner, content, Fate::Held(id));
            }
            Answer::Whole(status, body) => {
                self.load.error("upload", status, &body);
                let is_held = matches!(before, Some(Fate::Held(_)));
                let was_unknown = before == Some(Fate::Unknown);
                if !is_held && !was_unknown && self.load.checks_refusals {
                    match self.load.find(&self.owner, content).await {
                        Ok(None) => self.load.count("refusals that left nothing"),
                        Ok(Some(id)) => self.load.wrong(format!("{status}, and {id} is there")),
                        Err(error) => self.load.wrong(error),
                    }
                } else if !is_held {
                    self.load.ledger.set(&self.owner, content, Fate::Unknown);
                }
            }
            Answer::Broken | Answer::Silence => {
                self.load.silent("upload");
                if !matches!(before, Some(Fate::Held(_))) {
                    self.load.ledger.set(&self.owner, content, Fate::Unknown);
                }
                tokio::time::sleep(REST).await;
            }
        }
    }

    async fn read(&mut self, content: Content, id: &str) {
        let url = self.url(&format!("/{id}/file"));
        match self.load.send(self.load.cluster.http.get(url)).await {
            Answer::Whole(StatusCode::OK, body) if body == content.bytes() => {
                self.load.count("read");
            }
            Answer::Whole(StatusCode::OK, _) => {
                self.load
                    .wrong(format!("wrong bytes ended cleanly: {content:?} {id}"));
            }
            Answer::Whole(status, body) => self.load.error("read", status, &body),
            Answer::Broken => {
                self.load.count("read broken off");
                if !self.load.reads_may_break && !self.load.may_be_silent {
                    self.load.wrong("a download was broken off".to_owned());
                }
            }
            Answer::Silence if self.load.reads_may_break => self.load.count("read broken off"),
            Answer::Silence => {
                self.load.silent("read");
                tokio::time::sleep(REST).await;
            }
        }
    }

    async fn delete(&mut self, content: Content, id: String) {
        let url = self.url(&format!("/{id}?permanent=true&userId={}", self.owner));
        match self.load.send(self.load.cluster.http.delete(url)).await {
            Answer::Whole(status, _) if status.is_success() => {
                self.load.count("deleted");
                self.load.ledger.set(&self.owner, content, Fate::Gone(id));
            }
            Answer::Whole(status, body) => {
                self.load.error("delete", status, &body);
                self.load.ledger.set(&self.owner, content, Fate::Unknown);
            }
            Answer::Broken | Answer::Silence => {
                self.load.silent("delete");
                self.load.ledger.set(&self.owner, content, Fate::Unknown);
                tokio::time::sleep(REST).await;
            }
        }
    }
}
