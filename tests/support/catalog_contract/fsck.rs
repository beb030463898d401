//! What fsck is told.

use std::time::Duration;

use mana_media::catalog::{ObjectRole, Violation, Wanted};
use mana_media::media::{Facts, ObjectId};

use super::{Bench, LONG, hash};

pub(crate) async fn objects_are_listed_in_key_order(bench: &Bench) {
    for content in ["a", "b", "c"] {
        bench.add("ann", content, Wanted::Variants(None)).await;
        bench.process(Facts::default()).await;
        bench.upload("bob", content).await;
        bench.add("cid", content, Wanted::Skip).await;
    }
    let list = async |after, limit| {
        let listed = bench.catalog.list_objects(after, limit).await;
        listed.expect("a page")
    };
    let all = list(None, 100).await;
    assert_eq!(all.len(), 12);
    assert!(all.is_sorted_by_key(|it| (it.hash, it.object)));
    let mut walked = Vec::new();
    while let Some(last) = {
        let after = walked
            .last()
            .map(|it: &mana_media::catalog::CatalogObject| (it.hash, it.object));
        let step = list(after, 5).await;
        walked.extend(step.iter().cloned());
        step.last().cloned()
    } {
        assert_eq!(Some(&last), walked.last());
    }
    assert_eq!(walked, all);
    for object in &all {
        assert_eq!(bench.role(object.object).await, Some(object.role));
        let digest = match object.role {
            ObjectRole::Original => Some(object.hash),
            ObjectRole::Variant => Some(hash("a variant")),
            ObjectRole::Writing | ObjectRole::Trash => None,
        };
        assert_eq!(object.digest, digest);
        let size_bytes = if digest == Some(hash("a variant")) {
            10
        } else {
            100
        };
        assert_eq!(object.size_bytes, size_bytes);
    }
    assert_eq!(bench.role(ObjectId::new()).await, None);
}

pub(crate) async fn sound_catalogue_has_no_violations(bench: &Bench) {
    bench.assert_sound().await;
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.add("ann", "b", Wanted::Skip).await;
    bench.upload("ann", "c").await;
    bench.assert_sound().await;
}

pub(crate) async fn broken_rows_are_found(bench: &Bench) {
    let find = async |period| {
        let found = bench.catalog.check_invariants(period, period, 10).await;
        let found: Vec<Violation> = found.expect("a check");
        found
    };
    let named = |found: &[Violation]| {
        let names: Vec<_> = found.iter().map(|it| (it.invariant, it.loss)).collect();
        names
    };
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.process(Facts::default()).await;
    let id = bench.add("ann", "b", Wanted::Variants(None)).await.id;

    bench.tamper("UPDATE blob SET work_due_at = NULL").await;
    let found = find(LONG).await;
    assert_eq!(named(&found), [("I8", true)]);
    assert!(
        found[0].detail.contains(&id.0.simple().to_string()),
        "{found:?}"
    );
    bench.tamper("UPDATE media SET status = 'ready'").await;

    bench
        .tamper("UPDATE owner_usage SET size_bytes = size_bytes + 1")
        .await;
    let found = find(LONG).await;
    assert_eq!(named(&found), [("I7", true)]);
    assert!(
        found[0]
            .detail
            .contains("\"ann\" has 2 references of 200 bytes"),
        "{found:?}"
    );
    bench.tamper("DELETE FROM owner_usage").await;
    assert_eq!(named(&find(LONG).await), [("I7", true)]);
    bench
        .tamper("INSERT INTO owner_usage VALUES ('ann', 2, 200), ('gone', 0, 0)")
        .await;
    bench.assert_sound().await;

    bench
        .tamper(
            "INSERT INTO object (id, sha256, size_bytes, state, since)
             SELECT object_id, sha256, size_bytes, 'trash', verified_at FROM blob",
        )
        .await;
    assert_eq!(named(&find(LONG).await), [("I3", true), ("I3", true)]);
    bench.tamper("DELETE FROM object").await;

    let begin = bench
        .catalog
        .begin_object(ObjectId::new(), hash("c"), 1, Duration::ZERO);
    begin.await.expect("T1");
    let overdue = async || {
        let found = find(Duration::ZERO).await;
        (!found.is_empty()).then_some(found)
    };
    let found = super::eventually(overdue).await;
    assert_eq!(named(&found), [("I5", false)]);
    bench.catalog.reap_objects(10).await.expect("a count");
    let found = super::eventually(overdue).await;
    assert_eq!(named(&found), [("I5", false)]);
    bench.tamper("DELETE FROM object").await;

    bench.tamper("DELETE FROM blob").await;
    let found = find(LONG).await;
    assert_eq!(
        named(&found),
        [("I1", true); 3],
        "two references, one variant: {found:?}"
    );
}
