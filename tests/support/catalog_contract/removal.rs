//! Removing references, garbage collection, the sweep, and all of it at once.

use std::sync::Arc;
use std::time::Duration;

use mana_media::catalog::{Catalog, Collected, Error, ObjectRole, Wanted};
use mana_media::media::{ClaimToken, Facts, MediaId, ObjectId, Variant};
use tokio::task::JoinSet;

use super::{Bench, LONG, SHORT, app, eventually, hash, new_media, owner, ready};

async fn remove(bench: &Bench, id: MediaId, by: Option<&str>, part: Option<&str>) -> bool {
    let (by, part) = (by.map(owner), part.map(app));
    let removed = bench.catalog.remove_media(id, by.as_ref(), part.as_ref());
    removed.await.expect("an attempt")
}

async fn collect(bench: &Bench) -> Collected {
    bench.catalog.collect_garbage(100).await.expect("a round")
}

pub(crate) async fn last_app_takes_the_reference_along(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Nothing).await.id;
    let mut plants = bench.upload("ann", "a").await;
    plants.app = app("plants");
    bench.commit(plants).await;
    assert!(!remove(bench, id, Some("bob"), None).await);
    assert!(!remove(bench, id, Some("ann"), Some("unknown")).await);
    assert!(!remove(bench, MediaId::new(), None, None).await);
    assert!(remove(bench, id, Some("ann"), Some("picture")).await);
    assert_eq!(bench.media(id).await.apps.len(), 1);
    bench.assert_sound().await;
    assert!(remove(bench, id, Some("ann"), Some("plants")).await);
    assert!(
        bench
            .catalog
            .media(id, None)
            .await
            .expect("a look-up")
            .is_none()
    );
    assert!(!remove(bench, id, None, None).await);
    bench.assert_sound().await;
}

pub(crate) async fn garbage_is_what_nobody_refers_to(bench: &Bench) {
    let ann = bench.upload("ann", "a").await;
    bench.commit(ann.clone()).await;
    let thumb = bench.process(Facts::default()).await;
    let bob = bench.add("bob", "a", Wanted::Nothing).await.id;
    assert!(remove(bench, ann.id, None, None).await);
    assert_eq!(collect(bench).await, Collected { blobs: 0, hints: 1 });
    assert_eq!(
        bench.media(bob).await.object,
        ann.object.expect("an object")
    );
    assert!(remove(bench, bob, None, None).await);
    assert_eq!(collect(bench).await, Collected { blobs: 1, hints: 1 });
    assert_eq!(collect(bench).await, Collected::default());
    let object = ann.object.expect("an object");
    assert_eq!(bench.role(object).await, Some(ObjectRole::Trash));
    assert_eq!(bench.role(thumb).await, Some(ObjectRole::Trash));

    // The same content comes back as a new object.
    let again = bench.upload("ann", "a").await;
    let fresh = again.object.expect("an object");
    bench.commit(again).await;
    assert_eq!(bench.role(fresh).await, Some(ObjectRole::Original));
    assert_eq!(bench.role(object).await, Some(ObjectRole::Trash));

    // Content may go while it is processed; the claim is lost then.
    let (token, claim) = bench.claim().await.expect("work is due");
    let media = bench.catalog.media_by_hash(claim.hash, None).await;
    let id = media.expect("a look-up").expect("a reference").id;
    assert!(remove(bench, id, None, None).await);
    assert_eq!(collect(bench).await.blobs, 1);
    assert!(!bench.finish(claim.hash, token, &super::failed()).await);
    bench.assert_sound().await;
}

pub(crate) async fn trash_is_claimed_once_it_is_old(bench: &Bench) {
    let objects = [ObjectId::new(), ObjectId::new(), ObjectId::new()];
    for object in objects {
        bench.begin(object, hash("a")).await;
    }
    let claim = async |keep, lease, limit| {
        let trash = bench.catalog.claim_trash(keep, lease, limit).await;
        trash.expect("a round")
    };
    assert_eq!(claim(Duration::ZERO, LONG, 10).await, [], "still writing");
    bench
        .catalog
        .abandon_objects(&objects)
        .await
        .expect("given up");
    assert_eq!(claim(LONG, LONG, 10).await, [], "too young");
    let first = claim(Duration::ZERO, SHORT, 2).await;
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|trash| trash.hash == hash("a")));
    let rest = claim(Duration::ZERO, LONG, 10).await;
    assert!(!rest.is_empty());
    let again = async || {
        let trash = claim(Duration::ZERO, LONG, 10).await;
        (!trash.is_empty()).then_some(trash)
    };
    if rest.len() == 1 {
        eventually(again).await;
    }
    assert_eq!(claim(Duration::ZERO, LONG, 10).await, []);
    for object in objects {
        bench
            .catalog
            .forget_object(object)
            .await
            .expect("forgotten");
        assert_eq!(bench.role(object).await, None);
    }
    let live = bench.upload("ann", "b").await;
    let object = live.object.expect("an object");
    bench
        .catalog
        .forget_object(object)
        .await
        .expect("no effect");
    assert_eq!(bench.role(object).await, Some(ObjectRole::Writing));
}

/// A stranger with a few owners, a few contents and no manners.
async fn visitor(catalog: Arc<dyn Catalog>, number: usize) -> Result<(), Error> {
    for round in 0..6 {
        let turn = number * 7 + round * 5;
        let content = format!("content {}", turn % 4);
        let token = ClaimToken::new();
        let mut upload = new_media(&format!("owner {}", turn % 3), &content);
        upload.app = app(["picture", "plants"][turn % 2]);
        upload.wanted = Wanted::Variants(Some((token, LONG)));
        let mut other = new_media(&format!("owner {}", (turn + 1) % 3), "content 0");
        other.wanted = Wanted::Skip;
        for item in [&upload, &other] {
            let object = item.object.unwrap_or_else(ObjectId::new);
            catalog.begin_object(object, item.hash, 100, LONG).await?;
        }
        let done = catalog.commit_uploads(&[upload.clone(), other]).await?;
        if done[0].claimed {
            let thumb = super::NewVariant {
                variant: Variant::Thumb,
                object: ObjectId::new(),
                size_bytes: 10,
                digest: upload.hash,
                width: 1,
                height: 1,
            };
            catalog
                .begin_object(thumb.object, upload.hash, 10, LONG)
                .await?;
            let outcome = ready(Facts::default(), vec![thumb]);
            catalog
                .finish_processing(upload.hash, token, &outcome)
                .await?;
        }
        let part = turn.is_multiple_of(5).then(|| upload.app.clone());
        catalog
            .remove_media(done[0].id, None, part.as_ref())
            .await?;
        if turn.is_multiple_of(2) {
            catalog.remove_media(done[1].id, None, None).await?;
        }
        catalog.collect_garbage(3).await?;
    }
    Ok(())
}

pub(crate) async fn storm_of_uploads_and_removals_loses_nothing(bench: &Bench) {
    let mut visitors = JoinSet::new();
    for number in 0..64 {
        visitors.spawn(visitor(bench.catalog.clone(), number));
    }
    for result in visitors.join_all().await {
        result.expect("nobody is turned away");
    }
    bench.assert_sound().await;
    while collect(bench).await.hints > 0 {}
    bench.assert_sound().await;
    let unreferenced = "SELECT COUNT(*) FROM blob b
                        WHERE NOT EXISTS (SELECT 1 FROM media m WHERE m.sha256 = b.sha256)";
    assert_eq!(bench.number(unreferenced).await, 0, "a hint was lost");
    // All objects that were begun are accounted for.
    assert!(
        bench
            .number("SELECT COUNT(*) FROM object WHERE state = 'trash'")
            .await
            > 0
    );
}
