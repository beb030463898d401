//! Trash, quotas, repairs, scrubbing, and a catalogue made anew.

use std::time::Duration;

use mana_media::catalog::{
    Adopted, Committed, Error, Filter, Imported, ObjectRole, Quota, Status, Wanted,
};
use mana_media::media::{ClaimToken, Facts, Kind, MediaId, ObjectId};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{ALL, Bench, LONG, app, eventually, hash, new_media, owner};

async fn trash(bench: &Bench, id: MediaId, by: Option<&str>, part: Option<&str>) -> bool {
    let (by, part) = (by.map(owner), part.map(app));
    let trashed = bench.catalog.trash_media(id, by.as_ref(), part.as_ref());
    trashed.await.expect("an attempt")
}

async fn restore(bench: &Bench, id: MediaId, by: Option<&str>) -> bool {
    let by = by.map(owner);
    let restored = bench.catalog.restore_media(id, by.as_ref()).await;
    restored.expect("an attempt")
}

async fn is_seen(bench: &Bench, id: MediaId) -> bool {
    let media = bench.catalog.media(id, None).await;
    media.expect("a look-up").is_some()
}

pub(crate) async fn trash_is_unseen_and_holds_its_content(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Nothing).await.id;
    bench.add("ann", "b", Wanted::Nothing).await;
    assert!(!trash(bench, id, Some("bob"), None).await);
    assert!(!trash(bench, id, Some("ann"), Some("unknown")).await);
    assert!(!restore(bench, id, None).await, "not in it");
    assert!(trash(bench, id, Some("ann"), None).await);
    assert!(!trash(bench, id, Some("ann"), None).await, "in it already");
    assert!(!is_seen(bench, id).await);
    let by_hash = bench.catalog.media_by_hash(hash("a"), None).await;
    assert!(by_hash.expect("a look-up").is_none());
    let list = async |trashed| {
        let filter = Filter {
            trashed,
            ..Filter::default()
        };
        let list = bench.catalog.list_media(&filter, &ALL).await;
        list.expect("a page")
    };
    assert_eq!(list(false).await.len(), 1);
    let trashed = list(true).await;
    assert_eq!((trashed.len(), trashed[0].id), (1, id));
    assert!(trashed[0].trashed_at.is_some());
    let count = async |by| bench.catalog.count_trashed(&owner(by)).await;
    assert_eq!(count("ann").await.expect("a count"), 1);
    assert_eq!(count("bob").await.expect("a count"), 0);
    let stats = bench.catalog.stats(&owner("ann")).await.expect("totals");
    assert_eq!((stats.total.count, stats.by_app["picture"].count), (1, 1));
    // It counts for its owner's quota, and for GC.
    bench.assert_sound().await;
    bench
        .tamper("INSERT INTO gc_hint SELECT sha256, created_at FROM blob")
        .await;
    let collected = bench.catalog.collect_garbage(10).await.expect("a round");
    assert_eq!((collected.blobs, collected.hints), (0, 2));
    assert!(!restore(bench, id, Some("bob")).await);
    assert!(restore(bench, id, Some("ann")).await);
    assert!(bench.media(id).await.trashed_at.is_none());
    bench.assert_sound().await;
}

pub(crate) async fn repeats_come_out_of_the_trash(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Skip).await.id;
    assert!(trash(bench, id, None, None).await);
    let held = bench.catalog.find_held(&owner("ann"), hash("a")).await;
    assert!(held.expect("a look-up").is_some(), "the short road is open");
    let mut upload = new_media("ann", "a");
    upload.object = None;
    upload.wanted = Wanted::Skip;
    let back = bench.commit(upload.clone()).await;
    assert_eq!((back.id, back.duplicate, back.restored), (id, true, true));
    assert!(!bench.commit(upload).await.restored);
    assert!(is_seen(bench, id).await);
    bench.assert_sound().await;
}

pub(crate) async fn one_app_of_several_goes_without_trash(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Nothing).await.id;
    let mut plants = bench.upload("ann", "a").await;
    plants.app = app("plants");
    bench.commit(plants).await;
    assert!(trash(bench, id, None, Some("picture")).await);
    assert_eq!(bench.media(id).await.apps.len(), 1);
    assert!(!trash(bench, id, None, Some("picture")).await);
    assert!(trash(bench, id, None, Some("plants")).await);
    assert!(!is_seen(bench, id).await);
    assert!(restore(bench, id, None).await);
    assert_eq!(bench.media(id).await.apps[0].app, "plants");
}

pub(crate) async fn trash_is_purged_once_it_is_old(bench: &Bench) {
    let first = bench.add("ann", "a", Wanted::Nothing).await.id;
    let second = bench.add("ann", "b", Wanted::Nothing).await.id;
    assert!(trash(bench, first, None, None).await);
    let purge = async |retention| {
        let purged = bench.catalog.purge_media(retention, 10).await;
        purged.expect("a round")
    };
    assert_eq!(purge(LONG).await, 0, "too young");
    let gone = async || (purge(Duration::ZERO).await == 1).then_some(());
    eventually(gone).await;
    assert!(!restore(bench, first, None).await);
    assert!(is_seen(bench, second).await);
    let collected = bench.catalog.collect_garbage(10).await.expect("a round");
    assert_eq!(collected.blobs, 1);
    // Whoever does not want to wait.
    assert!(trash(bench, second, None, None).await);
    let removed = bench.catalog.remove_media(second, None, None).await;
    assert!(removed.expect("an attempt"));
    bench.assert_sound().await;
}

pub(crate) async fn quotas_are_reserved_while_bytes_are_written(bench: &Bench) {
    let quota = Quota {
        size_bytes: Some(300),
        count: Some(2),
    };
    let reserve = async |by: &str, object, size_bytes| {
        let by = owner(by);
        let reserved =
            bench
                .catalog
                .reserve_object(object, hash("a"), size_bytes, LONG, &by, &quota);
        match reserved.await {
            Ok(()) => true,
            Err(Error::OverQuota) => false,
            Err(error) => panic!("{error}"),
        }
    };
    let (first, second) = (ObjectId::new(), ObjectId::new());
    assert!(!reserve("ann", ObjectId::new(), 301).await);
    assert!(reserve("ann", first, 200).await);
    assert!(!reserve("ann", ObjectId::new(), 101).await, "bytes");
    assert!(reserve("ann", second, 100).await);
    assert!(!reserve("ann", ObjectId::new(), 0).await, "count");
    assert!(reserve("bob", ObjectId::new(), 300).await);
    // Given up, it is free again; committed, it is used.
    let given_up = bench.catalog.abandon_objects(&[second]).await;
    given_up.expect("given up");
    let mut upload = new_media("ann", "a");
    (upload.object, upload.size_bytes) = (Some(first), 200);
    bench.commit(upload).await;
    assert!(!reserve("ann", ObjectId::new(), 101).await);
    let late = ObjectId::new();
    let by = owner("ann");
    let reserved = bench
        .catalog
        .reserve_object(late, hash("b"), 100, Duration::ZERO, &by, &quota);
    reserved.await.expect("the last place");
    assert!(!reserve("ann", ObjectId::new(), 1).await);
    let reaped = async || {
        let reaped = bench.catalog.reap_objects(10).await.expect("a count");
        (reaped == 1).then_some(())
    };
    eventually(reaped).await;
    assert!(reserve("ann", ObjectId::new(), 100).await);
    bench.assert_sound().await;
}

pub(crate) async fn the_last_place_is_taken_once(bench: &Bench) {
    let mut tasks = JoinSet::new();
    for number in 0..32 {
        let catalog = bench.catalog.clone();
        tasks.spawn(async move {
            let quota = Quota {
                size_bytes: None,
                count: Some(1),
            };
            let (upload, by) = (new_media("ann", &format!("{number}")), owner("ann"));
            let object = upload.object.expect("an object");
            let reserved = catalog.reserve_object(object, upload.hash, 100, LONG, &by, &quota);
            match reserved.await {
                Ok(()) => {
                    catalog.commit_uploads(&[upload]).await.expect("T2");
                    true
                }
                Err(Error::OverQuota) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let passed = tasks.join_all().await.into_iter().filter(|&it| it).count();
    assert_eq!(passed, 1);
    bench.assert_sound().await;
}

pub(crate) async fn commits_are_found_again(bench: &Bench) {
    let find = async |upload: &mana_media::catalog::NewMedia| {
        let found = bench.catalog.find_committed(upload).await;
        found.expect("a look-up")
    };
    let token = ClaimToken::new();
    let mut upload = bench.upload("ann", "a").await;
    upload.wanted = Wanted::Variants(Some((token, LONG)));
    assert_eq!(find(&upload).await, None);
    let committed = bench.commit(upload.clone()).await;
    assert_eq!(find(&upload).await, Some(committed));
    assert!(committed.claimed && !committed.duplicate);
    let mut other_app = new_media("ann", "a");
    other_app.app = app("plants");
    assert_eq!(find(&other_app).await, None);
    let repeat = find(&new_media("ann", "a")).await.expect("it is there");
    let expected = Committed {
        id: upload.id,
        duplicate: true,
        restored: false,
        claimed: false,
    };
    assert_eq!(repeat, expected);
    assert_eq!(find(&new_media("bob", "a")).await, None);
}

pub(crate) async fn broken_objects_are_replaced(bench: &Bench) {
    let upload = bench.upload("ann", "a").await;
    bench.commit(upload.clone()).await;
    let thumb = bench.process(Facts::default()).await;
    let (old, copy) = (upload.object.expect("an object"), ObjectId::new());
    bench.begin(copy, hash("a")).await;
    let replace = async |old, new| {
        let replaced = bench.catalog.replace_object(hash("a"), old, new).await;
        replaced.expect("an attempt")
    };
    assert!(!replace(ObjectId::new(), copy).await, "not the live one");
    assert_eq!(bench.role(copy).await, Some(ObjectRole::Writing));
    assert!(!replace(old, ObjectId::new()).await, "never written");
    assert_eq!(bench.role(old).await, Some(ObjectRole::Original));
    assert!(replace(old, copy).await);
    assert_eq!(bench.role(copy).await, Some(ObjectRole::Original));
    assert_eq!(bench.role(old).await, Some(ObjectRole::Trash));

    let discard = async |object| {
        let discarded = bench.catalog.discard_variant(hash("a"), object).await;
        discarded.expect("an attempt")
    };
    assert!(!discard(copy).await, "no variant");
    assert!(discard(thumb).await);
    assert!(!discard(thumb).await);
    assert_eq!(bench.role(thumb).await, Some(ObjectRole::Trash));
    let media = bench.media(upload.id).await;
    assert_eq!((media.status, media.variants.len()), (Status::Ready, 0));
    bench.process(Facts::default()).await;
    assert_eq!(bench.media(upload.id).await.variants.len(), 1);
    bench.assert_sound().await;
}

pub(crate) async fn each_object_is_scrubbed_in_its_turn(bench: &Bench) {
    let scrub = async |interval| {
        let due = bench.catalog.claim_scrub(interval).await;
        due.expect("an attempt")
    };
    assert_eq!(scrub(Duration::ZERO).await, None);
    let first = bench.upload("ann", "a").await;
    bench.commit(first.clone()).await;
    let thumb = bench.process(Facts::default()).await;
    let second = bench.upload("ann", "b").await;
    bench.commit(second.clone()).await;
    assert_eq!(scrub(LONG).await, None, "just written");
    let week = if bench.is_sqlite() {
        "604800000000"
    } else {
        "interval '7 days'"
    };
    for table in ["blob", "variant"] {
        let sql = format!("UPDATE {table} SET scrubbed_at = scrubbed_at - {week}");
        bench.tamper(&sql).await;
    }
    let mut seen = Vec::new();
    while let Some(due) = scrub(LONG).await {
        seen.push((due.object, due.role, due.digest));
    }
    let object = |upload: &mana_media::catalog::NewMedia| upload.object.expect("an object");
    let expected = [
        (object(&first), ObjectRole::Original, Some(hash("a"))),
        (object(&second), ObjectRole::Original, Some(hash("b"))),
        (thumb, ObjectRole::Variant, Some(hash("a variant"))),
    ];
    assert_eq!(seen, expected);
}

pub(crate) async fn counts_are_taken_anew(bench: &Bench) {
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.add("bob", "a", Wanted::Variants(None)).await;
    bench
        .tamper("UPDATE owner_usage SET media_count = 9 WHERE owner = 'ann'")
        .await;
    bench
        .tamper("DELETE FROM owner_usage WHERE owner = 'bob'")
        .await;
    bench
        .tamper("INSERT INTO owner_usage VALUES ('cid', 1, 1)")
        .await;
    bench.tamper("UPDATE blob SET work_due_at = NULL").await;
    let violations = bench.catalog.check_invariants(LONG, LONG, 10).await;
    assert_eq!(violations.expect("a check").len(), 5);
    bench.catalog.recount().await.expect("counted");
    bench.assert_sound().await;
    assert!(bench.claim().await.is_some());
}

pub(crate) async fn a_catalogue_is_made_anew(bench: &Bench) {
    let adopt = async |id, epoch| {
        let adopted = bench.catalog.adopt_identity(id, epoch).await;
        adopted.expect("an attempt")
    };
    bench.catalog.store_identity().await.expect("an identity");
    let (ours, other) = (Uuid::new_v4(), Uuid::new_v4());
    assert!(adopt(ours, 7).await);
    let identity = bench.catalog.store_identity().await.expect("an identity");
    assert_eq!((identity.id, identity.epoch), (ours, 7));
    let mut content = Adopted {
        hash: hash("a"),
        object: ObjectId::new(),
        size_bytes: 100,
        kind: Kind::Jpeg,
        facts: Facts::default(),
    };
    let enter = async |content: &Adopted| {
        let entered = bench.catalog.adopt_content(content).await;
        entered.expect("an attempt")
    };
    assert!(enter(&content).await);
    let first = content.object;
    content.object = ObjectId::new();
    assert!(!enter(&content).await, "live already");
    let trash = bench.catalog.adopt_trash(hash("a"), content.object, 100);
    trash.await.expect("entered");
    assert_eq!(bench.role(content.object).await, Some(ObjectRole::Trash));
    (content.hash, content.kind) = (hash("b"), Kind::from_mime("text/plain"));
    content.object = ObjectId::new();
    assert!(enter(&content).await);
    assert!(!adopt(other, 9).await, "it has content of another store");
    assert!(adopt(ours, 3).await, "its own store it may take up again");
    let epoch = bench.catalog.store_identity().await.expect("one").epoch;
    assert_eq!(epoch, 7, "never back");
    let (_, claim) = bench.claim().await.expect("work is due");
    assert_eq!((claim.hash, claim.object), (hash("a"), first));
}

pub(crate) async fn references_come_back_as_they_were(bench: &Bench) {
    let picture = bench.upload("ann", "a").await;
    bench.commit(picture.clone()).await;
    let mut text = bench.upload("ann", "b").await;
    (text.kind, text.wanted) = (Kind::from_mime("text/csv"), Wanted::Nothing);
    text.metadata = Some(serde_json::json!({"nul": "\u{0}", "deep": [1, {"x": null}]}));
    bench.commit(text.clone()).await;
    text.app = app("plants");
    text.object = None;
    bench.commit(text.clone()).await;
    bench.add("bob", "a", Wanted::Skip).await;
    assert!(trash(bench, text.id, None, None).await);
    let export = async |after, limit| {
        let page = bench.catalog.list_references(after, limit).await;
        page.expect("a page")
    };
    let all = export(None, 10).await;
    assert_eq!(all.len(), 3);
    let first = export(None, 1).await;
    assert_eq!(export(Some(first[0].id), 10).await, all[1..]);
    let lines: Vec<String> = all
        .iter()
        .map(|reference| serde_json::to_string(reference).expect("JSON"))
        .collect();
    bench.tamper("DELETE FROM media_app").await;
    bench.tamper("DELETE FROM media").await;
    bench.tamper("DELETE FROM owner_usage").await;
    // What rebuilding knows of text.
    bench
        .tamper("UPDATE blob SET mime = 'text/plain' WHERE mime = 'text/csv'")
        .await;
    for (expected, imported) in [(Imported::New, 3), (Imported::Known, 3)] {
        let mut count = 0;
        for line in &lines {
            let reference = serde_json::from_str(line).expect("a reference");
            let became = bench.catalog.import_reference(&reference).await;
            count += usize::from(became.expect("an attempt") == expected);
        }
        assert_eq!(count, imported);
    }
    assert_eq!(export(None, 10).await, all);
    assert_eq!(bench.media(picture.id).await.status, Status::Processing);
    assert!(restore(bench, text.id, None).await);
    let back = bench.media(text.id).await;
    assert_eq!((back.kind.mime(), back.apps.len()), ("text/csv", 2));
    bench.assert_sound().await;

    bench.tamper("DELETE FROM media_app").await;
    bench.tamper("DELETE FROM media").await;
    bench.tamper("DELETE FROM owner_usage").await;
    bench.tamper("DELETE FROM blob").await;
    let became = bench.catalog.import_reference(&all[0]).await;
    assert_eq!(became.expect("an attempt"), Imported::NoContent);
}
