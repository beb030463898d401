//! No room: refused with 507 before anything is really full, and fine again as soon as there is room.

use tokio::sync::mpsc;

use crate::client::{File, send, try_send};
use crate::server::{Backend, TestServer};

async fn uploads_together_keep_to_the_spools_cap(backend: Backend) {
    let server = TestServer::with(backend, &[("SPOOL_BYTES", "4MiB")]).await;
    let (sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let chunks = futures_util::stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(chunk), receiver))
    });
    let request = server.http.post(server.url("?app=a&userId=anna"));
    let slow = tokio::spawn(try_send(request.body(reqwest::Body::wrap_stream(chunks))));
    for _ in 0..30 {
        sender.send(vec![7; 100_000]).await.expect("send");
    }
    crate::lifecycle::wait_for_spooled(&server, 2 << 20).await;
    let big = File::new("big.bin", vec![1; 3 << 20]);
    let refused = server.upload(big.clone(), "a", "ben").await;
    refused.problem_code(507, "storage_full");
    server
        .upload(File::numbered(1), "a", "ben")
        .await
        .expect(201);
    drop(sender);
    slow.await.expect("a task").expect("an answer").expect(201);
    server.upload(big, "a", "cid").await.expect(201);
    server.site.fsck();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_nearly_full_refuses_and_recovers() {
    // More than any disk has.
    let mut server =
        TestServer::with(Backend::Sqlite, &[("KEEP_FREE_BYTES", "9000000000GiB")]).await;
    for size in [10, 1 << 20] {
        let file = File::new("a.bin", vec![1; size]);
        let answer = server.upload(file, "a", "anna").await;
        answer.problem_code(507, "storage_full");
    }
    assert_eq!(server.site.files(), Some(0));
    server.site.fsck();
    server.kill();
    server.site.set("KEEP_FREE_BYTES", "1MiB");
    server.restart().await;
    server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201);
}

/// A small disk of its own; `None` where we may not mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder)),
            refused => {
                assert!(
                    std::env::var_os("CI").is_none(),
                    "no small disk: {refused:?}"
                );
                eprintln!("no small disk can be mounted here, so nothing is shown: {refused:?}");
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(self.0.path())
            .status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_everything_is_survived() {
    let Some(disk) = SmallDisk::mount(64) else {
        return;
    };
    let folder = disk.0.path().to_str().expect("a UTF-8 path").to_owned();
    let mut site = crate::server::Site::new(Backend::Sqlite).await;
    // No watermark: everything is to hit the end of the disk.
    site.set("DATA_DIR", &folder).set("KEEP_FREE_BYTES", "0");
    let filler = disk.0.path().join("filler");
    std::fs::write(&filler, vec![0; 8 << 20]).expect("a file");
    let server = site.start().await;
    let mut acknowledged = Vec::new();
    let file = |number: u8| File::new("a.bin", vec![number; 3 << 20]);
    let mut refused = 0;
    for number in 0..40 {
        let answer = server.upload(file(number), "a", "anna").await;
        match answer.status {
            201 => acknowledged.push((number, answer.id())),
            503 | 507 => refused += 1,
            _ => panic!("{answer:?}"),
        }
    }
    assert!(refused > 5 && acknowledged.len() > 5, "{refused} refused");
    // To the last page: then everything that writes fails, and reads go on.
    let mut end = std::fs::File::create(disk.0.path().join("end")).expect("a file");
    while std::io::Write::write_all(&mut end, &[0; 4096]).is_ok() {}
    for number in 50..54 {
        let small = File::new("b.txt", vec![number; 1000]);
        let answer = send(server.upload_request(small, "a", "ben")).await;
        assert!(matches!(answer.status, 503 | 507), "{answer:?}");
    }
    for (number, id) in &acknowledged {
        let read = server.get(&format!("/{id}/file")).await.expect(200);
        assert!(read.body == file(*number).bytes);
    }
    std::fs::remove_file(&filler).expect("room again");
    server
        .upload(File::numbered(1), "a", "ben")
        .await
        .expect(201);
    let report = server.site.run(&["fsck", "--deep"]);
    assert_eq!(report.status.code(), Some(0), "{report:?}");
}

on_both_backends!(uploads_together_keep_to_the_spools_cap);
