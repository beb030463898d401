//! What fsck is told.

use std::time::Duration;

use mana_media::catalog::{ObjectRole, Violation, Wanted};
use mana_media::media::{Facts, ObjectId};

use super::{Bench, LONG, eventually, hash};

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
            ObjectRole::Rendition => unreachable!("none was made"),
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

async fn find(bench: &Bench, period: Duration) -> Vec<Violation> {
    let found = bench.catalog.check_invariants(period, period, 10).await;
    found.expect("a check")
}

fn named(found: &[Violation]) -> Vec<(&str, bool)> {
    found.iter().map(|it| (it.invariant, it.loss)).collect()
}

pub(crate) async fn broken_references_are_found(bench: &Bench) {
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.process(Facts::default()).await;
    let id = bench.add("ann", "b", Wanted::Variants(None)).await.id;

    bench.tamper("UPDATE blob SET work_due_at = NULL").await;
    let found = find(bench, LONG).await;
    assert_eq!(named(&found), [("I8", true)]);
    let media = id.0.simple().to_string();
    assert!(found[0].detail.contains(&media), "{found:?}");
    bench.tamper("UPDATE media SET status = 'ready'").await;
    bench.catalog.recount().await.expect("a recount");

    bench
        .tamper("UPDATE owner_usage SET size_bytes = size_bytes + 1")
        .await;
    let found = find(bench, LONG).await;
    assert_eq!(named(&found), [("I7", true)]);
    let detail = "owner \"ann\" has 2 references of 200 bytes, recorded are 2 of 201";
    assert_eq!(found[0].detail, detail);
    bench.tamper("DELETE FROM owner_usage").await;
    assert_eq!(named(&find(bench, LONG).await), [("I7", true)]);
    bench
        .tamper("INSERT INTO owner_usage VALUES ('ann', 2, 200), ('gone', 0, 0)")
        .await;
    bench.assert_sound().await;

    bench.tamper("DELETE FROM blob").await;
    let found = find(bench, LONG).await;
    let expected = [("I1", true); 3];
    assert_eq!(named(&found), expected, "two references, one variant");
}

pub(crate) async fn broken_objects_are_found(bench: &Bench) {
    bench.add("ann", "a", Wanted::Nothing).await;
    bench.add("ann", "b", Wanted::Nothing).await;
    bench
        .tamper(
            "INSERT INTO object (id, sha256, size_bytes, state, since)
             SELECT object_id, sha256, size_bytes, 'trash', verified_at FROM blob",
        )
        .await;
    let found = find(bench, LONG).await;
    assert_eq!(named(&found), [("I3", true), ("I3", true)]);
    bench.tamper("DELETE FROM object").await;

    let begin = bench
        .catalog
        .begin_object(ObjectId::new(), hash("c"), 1, Duration::ZERO);
    begin.await.expect("T1");
    let overdue = async || {
        let found = find(bench, Duration::ZERO).await;
        (!found.is_empty()).then_some(found)
    };
    let writing = eventually(overdue).await;
    assert_eq!(named(&writing), [("I5", false)]);
    assert!(
        writing[0].detail.contains("is writing since 20"),
        "{writing:?}"
    );
    bench.catalog.reap_objects(10).await.expect("a count");
    let trash = eventually(overdue).await;
    assert_eq!(named(&trash), [("I5", false)]);
    assert!(trash[0].detail.contains("is trash since 20"), "{trash:?}");
}
