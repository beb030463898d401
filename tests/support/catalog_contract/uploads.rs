//! T1, T2 and the ledger.

use std::sync::Arc;
use std::time::Duration;

use mana_media::catalog::{Error, ObjectRole, Status, Wanted};
use mana_media::media::{FileName, Kind, MediaId, ObjectId};
use serde_json::json;
use tokio::task::JoinSet;

use super::{Bench, LONG, app, hash, new_media, owner};

pub(crate) async fn identity_is_made_once_and_epochs_rise(bench: &Bench) {
    bench.catalog.ping().await.expect("an answer");
    let first = bench.catalog.store_identity().await.expect("an identity");
    assert_eq!(first.epoch, 0);
    assert_eq!(bench.catalog.raise_epoch(0).await.expect("an epoch"), 1);
    assert_eq!(bench.catalog.raise_epoch(0).await.expect("an epoch"), 2);
    let second = bench.catalog.store_identity().await.expect("an identity");
    assert_eq!((second.id, second.epoch), (first.id, 2));
}

pub(crate) async fn new_content_becomes_live(bench: &Bench) {
    let upload = bench.upload("ann", "a").await;
    let object = upload.object.expect("an object");
    assert_eq!(bench.role(object).await, Some(ObjectRole::Writing));
    let committed = bench.commit(upload.clone()).await;
    assert_eq!(
        (committed.id, committed.duplicate, committed.claimed),
        (upload.id, false, false)
    );
    assert_eq!(bench.role(object).await, Some(ObjectRole::Original));
    let media = bench.media(upload.id).await;
    assert_eq!((media.hash, media.object), (upload.hash, object));
    assert_eq!((media.size_bytes, &media.kind), (100, &Kind::Jpeg));
    assert_eq!(media.status, Status::Processing);
    assert_eq!(media.apps.len(), 1);
    assert_eq!(media.apps[0].app, "picture");
    assert_eq!(media.apps[0].name.as_deref(), Some("anns a.jpg"));
    assert_eq!(media.created_at.timestamp_subsec_micros() % 1000, 0);
    assert_eq!(media.owner, owner("ann"));

    let nothing = bench.add("ann", "b", Wanted::Nothing).await;
    assert_eq!(bench.media(nothing.id).await.status, Status::Ready);
    let skip = bench
        .media(bench.add("ann", "c", Wanted::Skip).await.id)
        .await;
    assert_eq!((skip.status, skip.skipped), (Status::Ready, true));
    assert_eq!(
        bench.catalog.processing_backlog().await.expect("a count"),
        1
    );
    bench.assert_sound().await;
}

pub(crate) async fn same_owner_repeat_is_a_duplicate(bench: &Bench) {
    let first = bench.upload("ann", "a").await;
    let second = bench.upload("ann", "a").await;
    let mut third = bench.upload("ann", "a").await;
    third.app = app("plants");
    third.name = FileName::from_client("leaf.jpg");
    bench.commit(first.clone()).await;
    for repeat in [&second, &third] {
        let committed = bench.commit(repeat.clone()).await;
        assert_eq!((committed.id, committed.duplicate), (first.id, true));
        let loser = repeat.object.expect("an object");
        assert_eq!(bench.role(loser).await, Some(ObjectRole::Trash));
    }
    let media = bench.media(first.id).await;
    assert_eq!(media.object, first.object.expect("an object"));
    let names: Vec<_> = media
        .apps
        .iter()
        .map(|used| (used.app.as_str(), used.name.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("picture", Some("anns a.jpg")),
            ("plants", Some("leaf.jpg"))
        ]
    );
    let held = bench.number("SELECT media_count FROM owner_usage").await;
    assert_eq!(held, 1);
    bench.assert_sound().await;
}

pub(crate) async fn owners_share_bytes_and_nothing_else(bench: &Bench) {
    let ann = bench.upload("ann", "a").await;
    bench.commit(ann.clone()).await;
    bench.process(ann.facts.clone()).await;
    let bob = bench.upload("bob", "a").await;
    let committed = bench.commit(bob.clone()).await;
    assert_eq!((committed.id, committed.duplicate), (bob.id, false));
    let media = bench.media(bob.id).await;
    assert_eq!(
        media.status,
        Status::Processing,
        "also when it was done before"
    );
    assert_eq!(media.variants, []);
    assert_eq!(media.object, ann.object.expect("an object"));
    assert_eq!(media.apps[0].name.as_deref(), Some("bobs a.jpg"));
    assert_eq!(bench.media(ann.id).await.status, Status::Ready);
    assert_eq!(bench.media(ann.id).await.apps.len(), 1);
    bench.process(ann.facts).await;
    assert_eq!(bench.media(bob.id).await.variants.len(), 1);
    bench.assert_sound().await;
}

pub(crate) async fn reference_needs_content(bench: &Bench) {
    let mut reference = super::new_media("ann", "a");
    reference.object = None;
    let gone = bench.catalog.commit_uploads(&[reference.clone()]).await;
    assert!(matches!(gone, Err(Error::ContentGone)), "{gone:?}");
    let first = bench.add("ann", "a", Wanted::Nothing).await;
    reference.app = app("plants");
    let committed = bench.commit(reference).await;
    assert_eq!((committed.id, committed.duplicate), (first.id, true));
    assert_eq!(bench.media(first.id).await.apps.len(), 2);
}

pub(crate) async fn batch_is_all_or_nothing(bench: &Bench) {
    let good = bench.upload("ann", "a").await;
    let reaped = bench.upload("ann", "b").await;
    let lost = reaped.object.expect("an object");
    bench
        .catalog
        .abandon_objects(&[lost])
        .await
        .expect("given up");
    let batch = [good.clone(), reaped];
    let result = bench.catalog.commit_uploads(&batch).await;
    assert!(matches!(result, Err(Error::LeaseLost)), "{result:?}");
    assert!(
        bench
            .catalog
            .media(good.id, None)
            .await
            .expect("a look-up")
            .is_none()
    );
    let object = good.object.expect("an object");
    assert_eq!(bench.role(object).await, Some(ObjectRole::Writing));
    bench.commit(good).await;
    bench.assert_sound().await;
}

pub(crate) async fn batch_answers_in_its_own_order(bench: &Bench) {
    let mut batch = Vec::new();
    for content in ["d", "b", "a", "b", "c"] {
        batch.push(bench.upload("ann", content).await);
    }
    let mut again = super::new_media("ann", "c");
    again.object = None;
    batch.insert(0, again);
    let committed = bench.catalog.commit_uploads(&batch).await.expect("T2");
    let ids: Vec<MediaId> = committed.iter().map(|done| done.id).collect();
    let id = |index: usize| batch[index].id;
    assert_eq!(ids, [id(5), id(1), id(2), id(3), id(2), id(5)]);
    let duplicates: Vec<bool> = committed.iter().map(|done| done.duplicate).collect();
    assert_eq!(duplicates, [true, false, false, false, true, false]);
    assert_eq!(bench.catalog.commit_uploads(&[]).await.expect("T2"), []);
    bench.assert_sound().await;
}

pub(crate) async fn heal_swaps_the_live_object(bench: &Bench) {
    let first = bench.upload("ann", "a").await;
    bench.commit(first.clone()).await;
    let broken = first.object.expect("an object");
    let mut heal = bench.upload("ann", "a").await;
    heal.replaces = Some(broken);
    let healthy = heal.object.expect("an object");
    assert!(bench.commit(heal.clone()).await.duplicate);
    assert_eq!(bench.role(healthy).await, Some(ObjectRole::Original));
    assert_eq!(bench.role(broken).await, Some(ObjectRole::Trash));
    assert_eq!(bench.media(first.id).await.object, healthy);

    // One that comes late must not replace what has been healed.
    let mut late = bench.upload("ann", "a").await;
    late.replaces = Some(broken);
    let loser = late.object.expect("an object");
    bench.commit(late).await;
    assert_eq!(bench.role(loser).await, Some(ObjectRole::Trash));
    assert_eq!(bench.media(first.id).await.object, healthy);
    bench.assert_sound().await;
}

pub(crate) async fn held_content_is_verified_for_a_day(bench: &Bench) {
    let held = async |name: &str| {
        let found = bench.catalog.find_held(&owner(name), hash("a")).await;
        found.expect("a look-up")
    };
    let upload = bench.upload("ann", "a").await;
    bench.commit(upload.clone()).await;
    assert_eq!(held("bob").await, None);
    let fresh = held("ann").await.expect("it is held");
    let object = upload.object.expect("an object");
    assert_eq!((fresh.id, fresh.object), (upload.id, object));
    assert_eq!((fresh.size_bytes, fresh.recently_verified), (100, true));
    bench.forget_verification().await;
    assert!(!held("ann").await.expect("it is held").recently_verified);
    let verify = bench.catalog.mark_verified(hash("a"), ObjectId::new());
    verify.await.expect("no effect");
    assert!(!held("ann").await.expect("it is held").recently_verified);
    let verify = bench.catalog.mark_verified(hash("a"), object);
    verify.await.expect("noted");
    assert!(held("ann").await.expect("it is held").recently_verified);
    let suspect = bench.catalog.mark_suspect(hash("a"), object);
    suspect.await.expect("noted");
    let now = held("ann").await.expect("it is held");
    assert!(now.suspect && !now.recently_verified);
    // Whoever uploads the same bytes heals them for all.
    let healing = bench.upload("bob", "a").await;
    bench.commit(healing.clone()).await;
    let healed = held("ann").await.expect("it is held");
    assert_eq!(Some(healed.object), healing.object);
    assert!(healed.recently_verified && !healed.suspect);
    assert_eq!(bench.role(object).await, Some(ObjectRole::Trash));
}

pub(crate) async fn objects_are_abandoned_and_reaped(bench: &Bench) {
    let (kept, abandoned, late) = (ObjectId::new(), ObjectId::new(), ObjectId::new());
    bench.begin(kept, hash("a")).await;
    bench.begin(abandoned, hash("b")).await;
    let begin = bench
        .catalog
        .begin_object(late, hash("c"), 1, Duration::ZERO);
    begin.await.expect("T1");
    let note = bench.catalog.record_upload_id(late, "multipart");
    note.await.expect("noted");
    let given_up = [abandoned, ObjectId::new()];
    let abandon = bench.catalog.abandon_objects(&given_up);
    abandon.await.expect("given up");
    assert_eq!(bench.role(abandoned).await, Some(ObjectRole::Trash));
    assert_eq!(bench.catalog.reap_objects(10).await.expect("a count"), 1);
    assert_eq!(bench.catalog.reap_objects(10).await.expect("a count"), 0);
    assert_eq!(bench.role(late).await, Some(ObjectRole::Trash));
    assert_eq!(bench.role(kept).await, Some(ObjectRole::Writing));
    let trash = bench.catalog.claim_trash(Duration::ZERO, LONG, 10).await;
    let uploads: Vec<_> = trash
        .expect("trash")
        .into_iter()
        .map(|it| it.upload_id)
        .collect();
    assert!(
        uploads.contains(&Some("multipart".to_owned())),
        "{uploads:?}"
    );
}

pub(crate) async fn text_of_any_kind_is_kept(bench: &Bench) {
    let mut upload = bench.upload("Zoë 写真 ' \" % _ \\", "a").await;
    upload.app = app("");
    upload.name = FileName::from_client("%_'\"\u{1f600} .jpg");
    upload.metadata =
        Some(json!({"nul": "\u{0}", "deep": [[{"x": 1.5e-7}], null], "big": u64::MAX}));
    upload.kind = Kind::from_mime("application/x-ü");
    upload.facts.warning = Some("nul \u{0}".to_owned());
    bench.commit(upload.clone()).await;
    let media = bench.media(upload.id).await;
    assert_eq!(media.owner, upload.owner);
    assert_eq!(media.kind.mime(), "application/x-ü");
    assert_eq!(media.facts, upload.facts);
    assert_eq!(media.apps[0].app, "");
    assert_eq!(media.apps[0].metadata, upload.metadata);
    assert_eq!(
        media.apps[0].name.as_deref(),
        upload.name.as_ref().map(FileName::as_str)
    );
}

/// Callers that go away in the middle of a transaction, while others commit beside them: what was acknowledged is there, and
/// nobody who stayed was disturbed.
pub(crate) async fn callers_that_leave_disturb_nobody(bench: &Bench) {
    let mut tasks = JoinSet::new();
    for task in 0..8u64 {
        let catalog = Arc::clone(&bench.catalog);
        tasks.spawn(async move {
            let mut kept = Vec::new();
            for round in 0..40u64 {
                let upload = new_media("ann", &format!("{task} {round}"));
                let object = upload.object.expect("an object");
                catalog
                    .begin_object(object, upload.hash, upload.size_bytes, LONG)
                    .await
                    .expect("a beginning");
                let uploads = [upload.clone()];
                let commit = catalog.commit_uploads(&uploads);
                if task % 2 == 0 {
                    commit.await.expect("a commit that nobody interrupts");
                    kept.push(upload.id);
                } else {
                    let patience = Duration::from_micros(50 + (task * 977 + round * 131) % 3000);
                    if let Ok(outcome) = tokio::time::timeout(patience, commit).await {
                        outcome.expect("a commit beside interrupted ones");
                        kept.push(upload.id);
                    }
                }
            }
            kept
        });
    }
    let kept: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert!(kept.len() >= 160);
    for id in kept {
        bench.media(id).await;
    }
    bench.assert_sound().await;
}
