//! The same bytes at the same time: one id an owner, one object, nothing left over. `MANA_ROUNDS` says how often (once, or
//! five times with `MANA_THOROUGH`).

use futures_util::future::join_all;

use crate::client::{Answer, File};
use crate::server::{Backend, TestServer};

/// How often to try what depends on luck.
pub(crate) fn rounds() -> usize {
    #[allow(clippy::disallowed_methods)] // The tests' own configuration.
    let rounds = std::env::var("MANA_ROUNDS").ok();
    let default = if std::env::var_os("MANA_THOROUGH").is_some() {
        5
    } else {
        1
    };
    rounds
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(default)
}

async fn eight_at_once(backend: Backend) {
    identical_uploads(backend, 8).await;
}

async fn sixty_four_at_once(backend: Backend) {
    identical_uploads(backend, 64).await;
}

async fn identical_uploads(backend: Backend, count: usize) {
    let server = TestServer::start(backend).await;
    for round in 0..rounds() {
        let answers = at_once(&server, round, &vec!["anna"; count]).await;
        one_id(&answers);
        server.settled(&answers[0].id()).await;
    }
    check_store(&server, rounds() as i64, rounds() as i64).await;
}

async fn owners_mixed(backend: Backend) {
    let server = TestServer::start(backend).await;
    let users: Vec<&str> = (0..24)
        .map(|number| ["anna", "ben", "cem"][number % 3])
        .collect();
    for round in 0..rounds() {
        let answers = at_once(&server, round, &users).await;
        for owner in 0..3 {
            let own: Vec<Answer> = answers.iter().skip(owner).step_by(3).cloned().collect();
            one_id(&own);
            server.settled(&own[0].id()).await;
        }
    }
    check_store(&server, rounds() as i64, 3 * rounds() as i64).await;
}

async fn uploads_against_deletes(backend: Backend) {
    let settings = [("TRASH_KEEP", "0s"), ("MAINTENANCE_INTERVAL", "20ms")];
    let server = TestServer::with(backend, &settings).await;
    let file = File::numbered(1);
    for _ in 0..rounds() {
        let id = server.upload(file.clone(), "picture", "anna").await.id();
        let path = format!("/{id}");
        let (deleted, answers) = tokio::join!(
            server.delete(&path),
            at_once(&server, 1, &["anna", "ben", "anna", "ben"])
        );
        deleted.expect(200);
        for answer in answers {
            // Not found: it was deleted after it was stored and before it could be shown.
            let is_fine = matches!(answer.status, 200 | 201 | 404);
            assert!(is_fine, "{answer:?}");
        }
        // Whoever holds it now, holds all of it.
        let list = server.get("").await.expect(200).json();
        for media in list.as_array().into_iter().flatten() {
            let path = format!("/{}/file", media["id"].as_str().unwrap_or_default());
            assert!(server.get(&path).await.expect(200).body == file.bytes);
        }
    }
    server.site.fsck();
}

/// Everybody uploads the same file.
async fn at_once(server: &TestServer, number: usize, users: &[&str]) -> Vec<Answer> {
    join_all(
        users
            .iter()
            .map(|user| server.upload(File::numbered(number), "picture", user)),
    )
    .await
}

#[track_caller]
fn one_id(answers: &[Answer]) {
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert!(
        statuses.iter().all(|status| matches!(status, 200 | 201)),
        "{statuses:?}"
    );
    assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        1,
        "{statuses:?}"
    );
}

async fn check_store(server: &TestServer, contents: i64, references: i64) {
    let site = &server.site;
    assert_eq!(site.rows("blob").await, contents);
    assert_eq!(site.rows("media").await, references);
    assert_eq!(site.rows("object WHERE state = 'writing'").await, 0);
    let report = site.fsck();
    assert_eq!(report["originals"], contents, "{report}");
    assert_eq!(report["store_keys"], report["catalog_objects"], "{report}");
    let known = ["blob", "variant", "object"].map(|table| site.rows(table));
    let known: i64 = futures_util::future::join_all(known).await.iter().sum();
    assert_eq!(report["store_keys"], known, "{report}");
}

on_both_backends!(
    eight_at_once,
    sixty_four_at_once,
    owners_mixed,
    uploads_against_deletes
);
