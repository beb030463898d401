//! Pictures are decoded in boxes: what the service answers while decoders are bombed, killed or left out. What a box cannot do is
//! `tests/sandbox.rs`.

#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::client::{File, send};
use crate::server::{Backend, TestServer};

/// Longest for a bomb among a thousand, and for a picture that is none; without optimisation the service itself is slow.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });

/// Longest for a malformed file, its upload, processing and two renditions together.
const LONGEST_FILE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 10 });

/// Every process whose parent is that one and that has not ended.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("proc(5)").flatten();
    let number = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let is_child = |process: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        fields.next() != Some("Z") && fields.next() == Some(parent.to_string().as_str())
    };
    processes.filter_map(number).filter(is_child).collect()
}

fn kill(process: u32) {
    let ended = std::process::Command::new("kill")
        .args(["-s", "KILL", &process.to_string()])
        .stderr(std::process::Stdio::null())
        .status();
    // It may have ended by itself.
    ended.expect("kill(1)");
}

fn memory(server: &TestServer, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()));
    let status = status.expect("proc(5)");
    let value = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = value.and_then(|value| value.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.expect("a field of proc(5)") * 1024
}

async fn a_thousand_bombs_at_once_are_refused(backend: Backend) {
    let server = TestServer::start(backend).await;
    let names = [
        "lottapixel.bmp",
        "lottapixel.gif",
        "lottapixel.jpg",
        "lottapixel.png",
        "laughs.svg",
        "uses.svg",
    ];
    let throw = |harmless: bool| {
        let server = &server;
        let bombs = (0..1000).map(move |number: usize| async move {
            let name = names[number % names.len()];
            let bomb = if harmless {
                File::new("a.bin", format!("{number}"))
            } else {
                File::fixture(&format!("hostile/{name}"))
            };
            let begun = Instant::now();
            let answer = server.upload(bomb, "a", "anna").await;
            (name, answer, begun.elapsed())
        });
        futures_util::future::join_all(bombs)
    };
    // As many connections with nothing in them, so that what is seen is the bombs.
    for (_, answer, _) in throw(true).await {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }
    let zygote = children(server.pid());
    std::fs::write(format!("/proc/{}/clear_refs", server.pid()), "5").expect("reset the peak");
    let before = memory(&server, "VmRSS:");
    let mut longest = Duration::ZERO;
    for (name, answer, took) in throw(false).await {
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        assert!(took < LONGEST, "{name} took {took:?}");
        longest = longest.max(took);
    }
    let grown = memory(&server, "VmHWM:").saturating_sub(before);
    println!("1000 bombs: the slowest took {longest:?}, the service grew by {grown} bytes");
    assert!(grown <= 32 << 20, "{grown} bytes more");
    assert_eq!(children(server.pid()), zygote, "the zygote was restarted");
    server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201);
}

async fn nothing_malformed_takes_long_or_is_our_fault(backend: Backend) {
    let server = TestServer::start(backend).await;
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders = vec![fixtures.join("hostile"), fixtures.join("broken")];
    folders.extend(crate::corpus::corpus().map(|corpus| corpus.join("malformed")));
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(file.path()).expect("a file");
        let begun = Instant::now();
        let answer = server.upload(File::new(&name, bytes), "a", &name).await;
        assert!(answer.status < 500, "{name}: {answer:?}");
        if answer.status == 201 {
            let id = answer.id();
            let media = server.settled(&id).await;
            assert_ne!(media["error"]["code"], "internal", "{name}: {media}");
            for part in ["transform?w=300", "file/thumb"] {
                let answer = server.get(&format!("/{id}/{part}")).await;
                assert!(answer.status < 500, "{name} {part}: {answer:?}");
            }
        }
        let took = begun.elapsed();
        assert!(took < LONGEST_FILE, "{name} took {took:?}");
    }
}

async fn boxes_that_are_killed_cost_nobody_a_picture(backend: Backend) {
    const UPLOADS: usize = 60;
    let server = TestServer::start(backend).await;
    let uploads = (0..UPLOADS).map(|number| {
        let request = server.upload_request(File::numbered(number), "a", "anna");
        send(request.header("prefer", "respond-async"))
    });
    let uploads = futures_util::stream::iter(uploads)
        .buffer_unordered(8)
        .collect::<Vec<_>>();
    let murders = async {
        for round in 0..12 {
            let zygotes = children(server.pid());
            for zygote in &zygotes {
                let boxes = children(*zygote);
                let doomed = if round % 3 == 0 {
                    zygotes.clone()
                } else {
                    boxes
                };
                doomed.into_iter().for_each(kill);
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    let (answers, ()) = tokio::join!(uploads, murders);
    for answer in answers {
        let id = answer.expect(201).id();
        assert_eq!(
            server.settled(&id).await["status"],
            "ready",
            "{}",
            server.log()
        );
        server
            .get(&format!("/{id}/transform?w=40"))
            .await
            .expect(200);
    }
    assert_eq!(children(server.pid()).len(), 1, "one zygote");
    server.site.fsck();
}

async fn boxes_make_what_threads_make(backend: Backend) {
    let with = async |mode: &str| {
        let server = TestServer::with(backend, &[("SANDBOX", mode)]).await;
        let zygotes = children(server.pid()).len();
        assert_eq!(zygotes, usize::from(mode != "off"), "{mode}");
        let formats = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/formats");
        let mut made = std::collections::BTreeMap::new();
        for file in std::fs::read_dir(formats).expect("the fixtures").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let media = server
                .store(File::fixture(&format!("formats/{name}")), "a", "anna")
                .await;
            assert_eq!(media["status"], "ready", "{name}: {media}");
            let id = media["id"].as_str().expect("an id").to_owned();
            for part in [
                "file/thumb",
                "file/large",
                "transform?w=64&format=png",
                "transform?w=64&h=32&fit=cover&format=avif",
            ] {
                let answer = server.get(&format!("/{id}/{part}")).await.expect(200);
                made.insert((name.clone(), part), answer.body);
            }
            for fact in [
                "width",
                "height",
                "placeholder",
                "dominantColor",
                "metadata",
                "exif",
            ] {
                made.insert((name.clone(), fact), media[fact].to_string().into());
            }
        }
        made
    };
    let (boxed, best, threads) = (
        with("required").await,
        with("best-effort").await,
        with("off").await,
    );
    for (what, bytes) in threads {
        assert!(
            boxed[&what] == bytes && best[&what] == bytes,
            "{what:?} differs"
        );
    }
}

on_both_backends!(boxes_that_are_killed_cost_nobody_a_picture);

// Bombs never come as far as the catalogue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs() {
    a_thousand_bombs_at_once_are_refused(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed() {
    nothing_malformed_takes_long_or_is_our_fault(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn modes() {
    boxes_make_what_threads_make(Backend::Sqlite).await;
}
