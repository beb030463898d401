//! Uploads by pieces.

use std::time::Duration;

use mana_media::catalog::{Error, Locked, NewResumable, ObjectRole, Quota, Resumable, UploadPart};
use mana_media::media::{ClaimToken, MediaId, ObjectId, UploadId};

use super::{Bench, LONG, SHORT, eventually, hash, owner};

const FREE: Quota = Quota {
    size_bytes: None,
    count: None,
};

async fn try_begin(
    bench: &Bench,
    by: &str,
    size_bytes: u64,
    quota: Quota,
    expiry: Duration,
) -> Result<Resumable, Error> {
    let upload = NewResumable {
        id: UploadId::new(),
        owner: owner(by),
        metadata: "filename YQ==".to_owned(),
        size_bytes,
    };
    bench
        .catalog
        .begin_resumable(&upload, &quota, 3, expiry)
        .await
}

async fn begin(bench: &Bench, by: &str, size_bytes: u64) -> UploadId {
    let begun = try_begin(bench, by, size_bytes, FREE, LONG).await;
    begun.expect("begun").id
}

async fn lock(bench: &Bench, id: UploadId, lease: Duration) -> Locked {
    try_lock(bench, id, ClaimToken::new(), lease).await
}

async fn try_lock(bench: &Bench, id: UploadId, token: ClaimToken, lease: Duration) -> Locked {
    let locked = bench.catalog.lock_resumable(id, None, token, lease, LONG);
    locked.await.expect("an attempt")
}

async fn locked(bench: &Bench, id: UploadId) -> ClaimToken {
    let token = ClaimToken::new();
    assert!(matches!(
        try_lock(bench, id, token, LONG).await,
        Locked::Ours(_)
    ));
    token
}

async fn stored(bench: &Bench, offset_bytes: u64, size_bytes: u64) -> UploadPart {
    let object = ObjectId::new();
    bench.begin(object, hash("part")).await;
    UploadPart {
        offset_bytes,
        size_bytes,
        hash: hash("part"),
        object,
    }
}

async fn record(bench: &Bench, id: UploadId, token: ClaimToken, part: &UploadPart) -> bool {
    let recorded = bench.catalog.record_part(id, token, part).await;
    recorded.expect("an attempt")
}

async fn offset(bench: &Bench, id: UploadId) -> Option<u64> {
    let upload = bench.catalog.resumable(id, None).await.expect("a look-up");
    upload.map(|upload| upload.offset_bytes)
}

pub(crate) async fn parts_are_recorded_in_their_order(bench: &Bench) {
    let id = begin(bench, "ann", 100).await;
    let token = locked(bench, id).await;
    let first = stored(bench, 0, 60).await;
    assert!(record(bench, id, token, &first).await);
    assert_eq!(offset(bench, id).await, Some(60));
    let again = stored(bench, 0, 60).await;
    assert!(!record(bench, id, token, &again).await, "not the next");
    let next = stored(bench, 60, 40).await;
    assert!(!record(bench, id, ClaimToken::new(), &next).await, "locked");
    bench
        .catalog
        .abandon_objects(&[next.object])
        .await
        .expect("given up");
    assert!(!record(bench, id, token, &next).await, "lease lost");
    assert_eq!(offset(bench, id).await, Some(60));
    let next = stored(bench, 60, 40).await;
    assert!(record(bench, id, token, &next).await);
    let parts = bench.catalog.resumable_parts(id).await.expect("a list");
    assert_eq!(parts, [first, next]);
    let media = MediaId::new();
    let finish = async |token| {
        let finished = bench.catalog.finish_resumable(id, token, media).await;
        finished.expect("an attempt")
    };
    assert!(!finish(ClaimToken::new()).await);
    assert_eq!(bench.role(first.object).await, Some(ObjectRole::Writing));
    assert!(finish(token).await);
    assert_eq!(bench.role(first.object).await, Some(ObjectRole::Trash));
    let upload = bench.catalog.resumable(id, None).await.expect("a look-up");
    assert_eq!(upload.and_then(|upload| upload.media), Some(media));
    assert_eq!(bench.number("SELECT COUNT(*) FROM upload_part").await, 0);
    bench.assert_sound().await;
}

pub(crate) async fn one_holds_the_lock(bench: &Bench) {
    let id = begin(bench, "ann", 100).await;
    let token = ClaimToken::new();
    assert!(matches!(
        try_lock(bench, id, token, SHORT).await,
        Locked::Ours(_)
    ));
    let renew = async |token| {
        let renewed = bench.catalog.renew_resumable(id, token, LONG).await;
        renewed.expect("an attempt")
    };
    assert!(renew(token).await);
    assert_eq!(lock(bench, id, LONG).await, Locked::Theirs);
    assert!(!renew(ClaimToken::new()).await);
    let unlock = async |token| {
        let unlocked = bench.catalog.unlock_resumable(id, token).await;
        unlocked.expect("an attempt");
    };
    unlock(ClaimToken::new()).await;
    assert_eq!(lock(bench, id, LONG).await, Locked::Theirs);
    unlock(token).await;
    assert!(matches!(lock(bench, id, SHORT).await, Locked::Ours(_)));
    // The one that died over it loses it with its lease.
    let over = async || match lock(bench, id, LONG).await {
        Locked::Ours(upload) => Some(upload),
        _ => None,
    };
    assert_eq!(eventually(over).await.id, id);
    assert_eq!(lock(bench, UploadId::new(), LONG).await, Locked::Missing);
    let (ann, bob) = (owner("ann"), owner("bob"));
    for (by, seen) in [(&ann, true), (&bob, false)] {
        let found = bench.catalog.resumable(id, Some(by)).await;
        assert_eq!(found.expect("a look-up").is_some(), seen);
    }
    let foreign = bench
        .catalog
        .lock_resumable(id, Some(&bob), token, LONG, LONG);
    assert_eq!(foreign.await.expect("an attempt"), Locked::Missing);
    let ended = bench.catalog.end_resumable(id, Some(&bob)).await;
    assert!(!ended.expect("an attempt"));
    let ended = bench.catalog.end_resumable(id, Some(&ann)).await;
    assert!(ended.expect("an attempt"));
    assert_eq!(offset(bench, id).await, None);
}

pub(crate) async fn what_expires_is_forgotten(bench: &Bench) {
    let token = ClaimToken::new();
    let part = stored(bench, 0, 10).await;
    // A lock gives it as long again, and its parts with it; one that comes too late is tried again.
    let locked = async || {
        let dying = try_begin(bench, "ann", 100, FREE, SHORT).await;
        let (id, expiry) = (dying.expect("begun").id, Duration::from_secs(2));
        let locked = bench.catalog.lock_resumable(id, None, token, LONG, expiry);
        if let Locked::Ours(upload) = locked.await.expect("an attempt") {
            return Some(upload);
        }
        let purged = bench.catalog.purge_resumables(10).await;
        purged.expect("a count");
        None
    };
    let upload = eventually(locked).await;
    let dying = upload.id;
    assert!(record(bench, dying, token, &part).await);
    tokio::time::sleep(SHORT).await;
    let reaped = bench.catalog.reap_objects(10).await.expect("a count");
    assert_eq!((reaped, offset(bench, dying).await), (0, Some(10)));
    let living = begin(bench, "ann", 100).await;
    let purged = async || {
        let purged = bench.catalog.purge_resumables(10).await;
        (purged.expect("a count") > 0).then_some(())
    };
    eventually(purged).await;
    let purged_at = upload.expires_at;
    assert!(chrono::Utc::now() >= purged_at - chrono::TimeDelta::milliseconds(5));
    assert_eq!(offset(bench, dying).await, None);
    assert_eq!(bench.role(part.object).await, Some(ObjectRole::Trash));
    assert_eq!(offset(bench, living).await, Some(0));
    bench.assert_sound().await;
}

pub(crate) async fn open_uploads_are_reserved(bench: &Bench) {
    let quota = Quota {
        size_bytes: Some(100),
        count: Some(2),
    };
    let begun = try_begin(bench, "ann", 60, quota, LONG).await;
    let id = begun.expect("begun").id;
    let over = try_begin(bench, "ann", 41, quota, LONG).await;
    assert!(matches!(over, Err(Error::OverQuota)), "{over:?}");
    let reserve = async |size_bytes| {
        let object = ObjectId::new();
        let ann = owner("ann");
        let reserved = bench
            .catalog
            .reserve_object(object, hash("x"), size_bytes, LONG, &ann, &quota)
            .await;
        reserved.is_ok()
    };
    assert!(!reserve(41).await);
    // Once all of it is there, T1 of its content reserves it.
    let token = locked(bench, id).await;
    let part = stored(bench, 0, 60).await;
    assert!(record(bench, id, token, &part).await);
    assert!(reserve(60).await);
    assert!(!reserve(41).await);
    for number in 0..4 {
        let begun = try_begin(bench, "bob", 1, FREE, LONG).await;
        assert_eq!(begun.is_ok(), number < 3, "{begun:?}");
        assert!(number < 3 || matches!(begun, Err(Error::TooManyUploads)));
    }
}

pub(crate) async fn lost_parts_are_found(bench: &Bench) {
    let id = begin(bench, "ann", 100).await;
    let token = locked(bench, id).await;
    let part = stored(bench, 0, 10).await;
    assert!(record(bench, id, token, &part).await);
    bench.assert_sound().await;
    bench.tamper("DELETE FROM object").await;
    let violations = bench.catalog.check_invariants(LONG, LONG, 10).await;
    let violations = violations.expect("a check");
    assert_eq!(violations.len(), 1);
    assert_eq!((violations[0].invariant, violations[0].loss), ("I10", true));
}
