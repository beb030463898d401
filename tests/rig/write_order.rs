//! The order of fsync, link, folder fsync, commit and answer, as the kernel sees it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::cluster::{Backend, Cluster, PATIENCE};
use crate::harness::ledger::Content;
use crate::harness::report;

/// What strace is to see.
const CALLS: &str = "trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat,write,writev,sendto,sendmsg";

/// A system call that succeeded: from which line of the log to which.
#[derive(Debug, Clone)]
struct Call {
    from: usize,
    to: usize,
    name: String,
    text: String,
}

impl Call {
    fn is_sync_of(&self, path: &str) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync") && self.text.contains(path)
    }

    fn is_link_to(&self, path: &str) -> bool {
        matches!(self.name.as_str(), "link" | "linkat") && self.text.contains(path)
    }

    fn is_answer(&self, status: &str) -> bool {
        matches!(
            self.name.as_str(),
            "write" | "writev" | "sendto" | "sendmsg"
        ) && self.text.contains(&format!("HTTP/1.1 {status}"))
    }
}

/// Follows a node for as long as it lives.
struct Trace {
    strace: Child,
    log: std::path::PathBuf,
}

impl Trace {
    async fn attach(cluster: &Cluster) -> Self {
        let log = cluster.data.path().join("strace");
        let strace = Command::new("strace")
            .args(["-f", "-y", "-s", "100", "-e", CALLS, "-o"])
            .arg(&log)
            .args(["-p", &cluster.pid(0).to_string()])
            .stderr(Stdio::null())
            .spawn()
            .expect("no strace: install Debian's `strace`, or run ./test");
        let mut trace = Self { strace, log };
        // Attached once it sees an answer.
        let started = Instant::now();
        while !trace.calls().iter().any(|call| call.is_answer("200")) {
            let asked = cluster.http.get(cluster.root(0, "/livez")).send().await;
            asked.expect("an answer");
            let ended = trace.strace.try_wait().expect("look at strace");
            assert!(
                ended.is_none() && started.elapsed() < PATIENCE,
                "strace cannot follow the node: {ended:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        trace
    }

    /// Lines are `PID call(arguments) = result`, or two: `PID call(arguments <unfinished ...>`, `PID <... call resumed>…`.
    fn calls(&self) -> Vec<Call> {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut open: Vec<(String, Call)> = Vec::new();
        let mut calls = Vec::new();
        for (line, text) in text.lines().enumerate() {
            let Some((pid, rest)) = text.split_once(' ') else {
                continue;
            };
            let rest = rest.trim_start();
            if rest.starts_with("<... ") {
                let index = open.iter().position(|(whose, _)| whose == pid);
                if let Some((_, mut call)) = index.map(|index| open.remove(index)) {
                    call.to = line;
                    call.text.push_str(rest);
                    calls.push(call);
                }
                continue;
            }
            let Some((name, _)) = rest.split_once('(') else {
                continue;
            };
            let call = Call {
                from: line,
                to: line,
                name: name.to_owned(),
                text: rest.to_owned(),
            };
            if rest.ends_with("<unfinished ...>") {
                open.push((pid.to_owned(), call));
            } else {
                calls.push(call);
            }
        }
        calls.retain(|call| !call.text.contains(" = -1 "));
        calls.sort_by_key(|call| call.from);
        calls
    }

    /// The calls from a line on, once one of them is what is waited for.
    async fn until(&self, line: usize, mut is_last: impl FnMut(&Call) -> bool) -> Vec<Call> {
        let started = Instant::now();
        loop {
            let mut calls = self.calls();
            calls.retain(|call| call.from >= line);
            if calls.iter().any(&mut is_last) {
                return calls;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "never seen; last {:?}",
                calls.last()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn lines(&self) -> usize {
        let text = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().count()
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}

type Test<'a> = (&'a str, Box<dyn Fn(&Call) -> bool + 'a>);

fn commit(what: &str) -> Test<'_> {
    let is_commit = |call: &Call| call.is_sync_of("catalog.sqlite-wal");
    (what, Box::new(is_commit))
}

/// Each step must have ended before the next begins; says where it does not.
fn order(flow: &str, calls: &[Call], steps: &[Test<'_>]) -> Vec<String> {
    let mut after = 0;
    for (what, is_it) in steps {
        let next = calls
            .iter()
            .filter(|call| call.from >= after && is_it(call));
        let Some(call) = next.min_by_key(|call| call.to) else {
            return vec![format!("{flow}: no {what} in its place")];
        };
        after = call.to + 1;
    }
    Vec::new()
}

async fn upload(
    cluster: &Cluster,
    trace: &Trace,
    content: Content,
    flow: &str,
) -> (String, Vec<String>) {
    let line = trace.lines();
    let url = cluster.url(0, "?app=rig&userId=anna");
    let answer = cluster.http.post(url).body(content.bytes()).send().await;
    let media: serde_json::Value = answer.expect("an answer").json().await.expect("JSON");
    let id = media["id"].as_str().expect("an id").to_owned();
    let calls = trace.until(line, |call| call.is_answer("201")).await;
    let hash = content.sha256();
    let folder = format!("/store/b/{}/{hash}>", &hash[..2]);
    let parent = format!("/store/b/{}>", &hash[..2]);
    let place = format!("/store/b/{}/{hash}/", &hash[..2]);
    let source = if flow.contains("spool") {
        "/spool/"
    } else {
        "/store/tmp/"
    };
    let steps: [Test<'_>; 7] = [
        commit("commit of T1"),
        (
            "fsync of the bytes",
            Box::new(|call| call.is_sync_of(source)),
        ),
        ("link to the key", Box::new(|call| call.is_link_to(&place))),
        (
            "fsync of its folder",
            Box::new(|call| call.is_sync_of(&folder)),
        ),
        (
            "fsync of the folder above",
            Box::new(|call| call.is_sync_of(&parent)),
        ),
        commit("commit of T2"),
        ("answer", Box::new(|call| call.is_answer("201"))),
    ];
    (id, order(flow, &calls, &steps))
}

async fn delete(cluster: &Cluster, trace: &Trace, id: &str, content: Content) -> Vec<String> {
    let line = trace.lines();
    let url = cluster.url(0, &format!("/{id}?permanent=true&userId=anna"));
    let deleted = cluster.http.delete(url).send().await.expect("an answer");
    assert!(deleted.status().is_success(), "{}", deleted.status());
    let hash = content.sha256();
    let is_unlinked = |call: &Call| call.name.starts_with("unlink") && call.text.contains(&hash);
    let calls = trace.until(line, is_unlinked).await;
    let steps: [Test<'_>; 7] = [
        commit("commit of the delete"),
        commit("commit of garbage collection"),
        commit("commit of the sweeper's claim"),
        commit("commit of the epoch"),
        (
            "fsync of the store's epoch",
            Box::new(|call| call.is_sync_of("/store/tmp/")),
        ),
        (
            "fsync of its folder",
            Box::new(|call| call.is_sync_of("/store/meta/epoch>")),
        ),
        ("unlink", Box::new(is_unlinked)),
    ];
    let mut wrong = order("sweep", &calls, &steps);
    let answered: [Test<'_>; 2] = [
        commit("commit of the delete"),
        ("answer", Box::new(|call| call.is_answer("200"))),
    ];
    wrong.extend(order("delete", &calls, &answered));
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_answered_before_it_is_durable() {
    // Slow housekeeping, so that its commits are not taken for those of the request.
    let settings = [("MAINTENANCE_INTERVAL", "2s"), ("POLL_INTERVAL", "1m")];
    let cluster = Cluster::start(Backend::Files, 1, &settings).await;
    let trace = Trace::attach(&cluster).await;
    let small = Content::Bytes {
        seed: 1,
        size: 5_000,
    };
    let large = Content::Bytes {
        seed: 2,
        size: 2_000_000,
    };
    let (id, mut wrong) = upload(&cluster, &trace, small, "upload from memory").await;
    wrong.extend(
        upload(&cluster, &trace, large, "upload from the spool")
            .await
            .1,
    );
    wrong.extend(delete(&cluster, &trace, &id, small).await);
    report::row(
        "order of writes",
        json!({ "flows": 4, "calls": trace.calls().len() }),
        &wrong,
    );
}
