//! First answers.

use std::time::Duration;

use mana_media::catalog::{Answer, Idempotency};
use serde_json::json;

use super::{Bench, LONG, SHORT, eventually, hash, owner};

async fn begin(bench: &Bench, by: &str, body: &str, lease: Duration) -> Idempotency {
    let begun = bench
        .catalog
        .begin_idempotent(&owner(by), "key", hash(body), lease)
        .await;
    begun.expect("an attempt")
}

async fn finish(bench: &Bench, status: u16) -> Answer {
    let answer = Answer {
        status,
        body: json!({"items": ["\u{0}", status]}),
    };
    let finished = bench
        .catalog
        .finish_idempotent(&owner("ann"), "key", &answer)
        .await;
    finished.expect("kept");
    answer
}

pub(crate) async fn first_answer_is_kept(bench: &Bench) {
    assert_eq!(begin(bench, "ann", "body", LONG).await, Idempotency::Fresh);
    assert_eq!(
        begin(bench, "ann", "body", LONG).await,
        Idempotency::InFlight
    );
    assert_eq!(
        begin(bench, "ann", "other", LONG).await,
        Idempotency::Mismatch
    );
    assert_eq!(begin(bench, "bob", "other", LONG).await, Idempotency::Fresh);
    let answer = finish(bench, 201).await;
    finish(bench, 500).await;
    let done = Idempotency::Done(answer);
    assert_eq!(begin(bench, "ann", "body", LONG).await, done);
    assert_eq!(
        begin(bench, "ann", "other", LONG).await,
        Idempotency::Mismatch
    );
    let ann = owner("ann");
    let release = bench.catalog.release_idempotent(&ann, "key");
    release.await.expect("no effect");
    assert_eq!(begin(bench, "ann", "body", LONG).await, done);
}

pub(crate) async fn key_is_taken_over_or_given_back(bench: &Bench) {
    assert_eq!(begin(bench, "ann", "body", SHORT).await, Idempotency::Fresh);
    let taken = async || {
        let begun = begin(bench, "ann", "body", LONG).await;
        (begun == Idempotency::Fresh).then_some(())
    };
    eventually(taken).await;
    assert_eq!(
        begin(bench, "ann", "body", LONG).await,
        Idempotency::InFlight
    );
    let ann = owner("ann");
    let release = bench.catalog.release_idempotent(&ann, "key");
    release.await.expect("given back");
    assert_eq!(begin(bench, "ann", "other", LONG).await, Idempotency::Fresh);
}

pub(crate) async fn old_keys_are_forgotten(bench: &Bench) {
    begin(bench, "ann", "body", LONG).await;
    begin(bench, "bob", "body", LONG).await;
    finish(bench, 200).await;
    let purge = async |age| {
        let purged = bench.catalog.purge_idempotent(age).await;
        purged.expect("a count")
    };
    assert_eq!(purge(LONG).await, 0);
    assert_eq!(purge(Duration::ZERO).await, 1, "one is in flight");
    assert_eq!(
        begin(bench, "bob", "body", LONG).await,
        Idempotency::InFlight
    );
    assert_eq!(begin(bench, "ann", "other", LONG).await, Idempotency::Fresh);
}
