//! Random sequences of requests against the service and against a reference of a few maps: they must never differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::cluster::{Backend, Cluster};
use crate::harness::ledger::Content;
use crate::harness::{report, times};

const OWNERS: usize = 3;
const CONTENTS: usize = 4;
const APPS: [&str; 2] = ["photos", "notes"];

#[derive(Debug, Clone)]
enum Step {
    Upload {
        owner: usize,
        content: usize,
        app: usize,
    },
    Delete {
        owner: usize,
        content: usize,
        app: Option<usize>,
    },
    /// By somebody whose it is not.
    DeleteForeign {
        owner: usize,
        content: usize,
    },
    Get {
        owner: usize,
        content: usize,
    },
    GetByHash {
        owner: usize,
        content: usize,
    },
    Download {
        owner: usize,
        content: usize,
    },
    List {
        owner: usize,
        app: Option<usize>,
    },
    Stats {
        owner: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (owner, content, app) = (0..OWNERS, 0..CONTENTS, proptest::option::of(0..APPS.len()));
    let place = (owner.clone(), content);
    prop_oneof![
        6 => (place.clone(), 0..APPS.len())
            .prop_map(|((owner, content), app)| Step::Upload { owner, content, app }),
        3 => (place.clone(), app.clone())
            .prop_map(|((owner, content), app)| Step::Delete { owner, content, app }),
        1 => place.clone().prop_map(|(owner, content)| Step::DeleteForeign { owner, content }),
        1 => place.clone().prop_map(|(owner, content)| Step::Get { owner, content }),
        1 => place.clone().prop_map(|(owner, content)| Step::GetByHash { owner, content }),
        2 => place.prop_map(|(owner, content)| Step::Download { owner, content }),
        2 => (owner.clone(), app).prop_map(|(owner, app)| Step::List { owner, app }),
        1 => owner.prop_map(|owner| Step::Stats { owner }),
    ]
}

/// One owner's reference.
#[derive(Debug, Clone)]
struct Reference {
    id: String,
    apps: BTreeSet<usize>,
}

/// A run of one sequence, with owners that nobody else has.
struct Run<'a> {
    cluster: &'a Cluster,
    number: u64,
    held: BTreeMap<(usize, usize), Reference>,
    /// Ids that were given out and are gone.
    gone: BTreeMap<(usize, usize), String>,
}

type Checked = Result<(), TestCaseError>;

macro_rules! same {
    ($found:expr, $expected:expr, $what:expr) => {
        prop_assert_eq!($found, $expected, "{:?}", $what)
    };
}

impl Run<'_> {
    fn owner(&self, owner: usize) -> String {
        format!("sequence-{}-{owner}", self.number)
    }

    /// The first is everybody's in all sequences.
    fn content(&self, content: usize) -> Content {
        let seed = if content == 0 {
            1
        } else {
            self.number * 100 + content as u64
        };
        Content::Bytes {
            seed,
            size: 700 * (content + 1),
        }
    }

    fn id(&self, at: (usize, usize)) -> String {
        let held = self.held.get(&at).map(|held| held.id.clone());
        let known = held.or_else(|| self.gone.get(&at).cloned());
        known.unwrap_or_else(|| "00000000-0000-7000-8000-000000000000".to_owned())
    }

    async fn ask(&self, request: RequestBuilder) -> (u16, bytes::Bytes) {
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("a whole answer"))
    }

    async fn json(&self, method: Method, path: &str) -> (u16, Value) {
        let request = self.cluster.http.request(method, self.cluster.url(0, path));
        let (status, body) = self.ask(request).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn step(&mut self, step: &Step) -> Checked {
        match *step {
            Step::Upload {
                owner,
                content,
                app,
            } => self.upload(owner, content, app).await,
            Step::Delete {
                owner,
                content,
                app,
            } => self.delete(owner, content, app).await,
            Step::DeleteForeign { owner, content } => {
                let path = format!(
                    "/{}?permanent=true&userId=mallory",
                    self.id((owner, content))
                );
                let (status, _) = self.json(Method::DELETE, &path).await;
                same!(status, 404, step);
                Ok(())
            }
            Step::Get { owner, content } => {
                let path = format!("/{}", self.id((owner, content)));
                let (status, media) = self.json(Method::GET, &path).await;
                self.same_media(owner, content, status, &media)
            }
            Step::GetByHash { owner, content } => {
                let hash = self.content(content).sha256();
                let path = format!("/hash/{hash}?userId={}", self.owner(owner));
                let (status, media) = self.json(Method::GET, &path).await;
                self.same_media(owner, content, status, &media)
            }
            Step::Download { owner, content } => {
                let path = format!("/{}/file", self.id((owner, content)));
                let request = self.cluster.http.get(self.cluster.url(0, &path));
                let (status, body) = self.ask(request).await;
                let is_held = self.held.contains_key(&(owner, content));
                same!(status, if is_held { 200 } else { 404 }, step);
                prop_assert!(!is_held || body == self.content(content).bytes());
                Ok(())
            }
            Step::List { owner, app } => self.list(owner, app).await,
            Step::Stats { owner } => self.stats(owner).await,
        }
    }

    async fn upload(&mut self, owner: usize, content: usize, app: usize) -> Checked {
        let query = format!("?app={}&userId={}", APPS[app], self.owner(owner));
        let request = self.cluster.http.post(self.cluster.url(0, &query));
        let (status, body) = self.ask(request.body(self.content(content).bytes())).await;
        let media: Value = serde_json::from_slice(&body).unwrap_or_default();
        let at = (owner, content);
        same!(
            status,
            if self.held.contains_key(&at) {
                200
            } else {
                201
            },
            media
        );
        let id = media["id"].as_str().unwrap_or_default().to_owned();
        let is_new = !self.held.values().any(|held| held.id == id)
            && !self.gone.values().any(|gone| *gone == id);
        let held = self.held.entry(at).or_insert_with(|| Reference {
            id: id.clone(),
            apps: BTreeSet::new(),
        });
        prop_assert!(status == 200 || is_new, "{} was given out before", id);
        same!(&held.id, &id, media);
        same!(media["duplicate"] == json!(true), status == 200, media);
        held.apps.insert(app);
        Ok(())
    }

    async fn delete(&mut self, owner: usize, content: usize, app: Option<usize>) -> Checked {
        let at = (owner, content);
        let app_query = app.map_or(String::new(), |app| format!("&app={}", APPS[app]));
        let path = format!(
            "/{}?permanent=true&userId={}{app_query}",
            self.id(at),
            self.owner(owner)
        );
        let (status, answer) = self.json(Method::DELETE, &path).await;
        let held = self.held.get_mut(&at);
        let removed = held.is_some_and(|held| {
            if let Some(app) = app {
                return held.apps.remove(&app);
            }
            held.apps.clear();
            true
        });
        same!(status, if removed { 200 } else { 404 }, answer);
        if self.held.get(&at).is_some_and(|held| held.apps.is_empty())
            && let Some(held) = self.held.remove(&at)
        {
            self.gone.insert(at, held.id);
        }
        Ok(())
    }

    fn same_media(&self, owner: usize, content: usize, status: u16, media: &Value) -> Checked {
        let Some(held) = self.held.get(&(owner, content)) else {
            same!(status, 404, media);
            return Ok(());
        };
        same!(status, 200, media);
        let content = self.content(content);
        let apps: BTreeSet<&str> = held.apps.iter().map(|&app| APPS[app]).collect();
        let found = media["apps"].as_array().into_iter().flatten();
        let found: BTreeSet<&str> = found.filter_map(Value::as_str).collect();
        same!(found, apps, media);
        same!(media["id"].as_str(), Some(&*held.id), media);
        same!(media["hash"].as_str(), Some(&*content.sha256()), media);
        same!(
            media["size"].as_u64(),
            Some(content.bytes().len() as u64),
            media
        );
        Ok(())
    }

    fn held_in(&self, owner: usize, app: Option<usize>) -> Vec<(usize, &Reference)> {
        let held = self.held.iter().filter(|((whose, _), held)| {
            *whose == owner && app.is_none_or(|app| held.apps.contains(&app))
        });
        held.map(|((_, content), held)| (*content, held)).collect()
    }

    async fn list(&self, owner: usize, app: Option<usize>) -> Checked {
        let app_query = app.map_or(String::new(), |app| format!("&app={}", APPS[app]));
        let path = format!("?userId={}{app_query}&limit=100", self.owner(owner));
        let (status, listed) = self.json(Method::GET, &path).await;
        same!(status, 200, listed);
        let expected = self.held_in(owner, app);
        let expected: BTreeSet<&str> = expected.iter().map(|(_, held)| &*held.id).collect();
        let found = listed.as_array().into_iter().flatten();
        let found: Vec<&str> = found.filter_map(|media| media["id"].as_str()).collect();
        same!(found.len(), expected.len(), listed);
        same!(found.into_iter().collect::<BTreeSet<_>>(), expected, listed);
        Ok(())
    }

    async fn stats(&self, owner: usize) -> Checked {
        let path = format!("/stats?userId={}", self.owner(owner));
        let (code, stats) = self.json(Method::GET, &path).await;
        same!(code, 200, stats);
        let sum = |app: Option<usize>| {
            let held = self.held_in(owner, app);
            let sizes = held
                .iter()
                .map(|(content, _)| self.content(*content).bytes().len());
            (held.len(), sizes.sum::<usize>())
        };
        let (count, size) = sum(None);
        same!(stats["totalCount"].as_u64(), Some(count as u64), stats);
        same!(stats["totalSize"].as_u64(), Some(size as u64), stats);
        for (app, name) in APPS.iter().enumerate() {
            let (count, size) = sum(Some(app));
            let found = &stats["byApp"][name];
            same!(found["count"].as_u64().unwrap_or(0), count as u64, stats);
            same!(found["size"].as_u64().unwrap_or(0), size as u64, stats);
        }
        Ok(())
    }
}

async fn never_differ(name: &str, backend: Backend) {
    let cluster = Cluster::start(backend, 1, &[]).await;
    let numbers = AtomicU64::new(1);
    let steps = AtomicU64::new(0);
    let cases = times(150, 5_000);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&proptest::collection::vec(step(), 1..16), |sequence| {
            let mut run = Run {
                cluster: &cluster,
                number: numbers.fetch_add(1, Ordering::Relaxed),
                held: BTreeMap::new(),
                gone: BTreeMap::new(),
            };
            steps.fetch_add(sequence.len() as u64, Ordering::Relaxed);
            handle.block_on(async {
                for step in &sequence {
                    run.step(step).await?;
                }
                Ok(())
            })
        })
    });
    let mut wrong: Vec<String> = outcome.err().iter().map(ToString::to_string).collect();
    cluster.settle().await;
    wrong.extend(cluster.fsck());
    let figures = json!({ "sequences": cases, "requests": steps.into_inner() });
    report::row(name, figures, &wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_on_servers() {
    never_differ("random sequences, Postgres and S3", Backend::Servers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_on_files() {
    never_differ("random sequences, SQLite and files", Backend::Files).await;
}
