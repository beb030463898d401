//! Renditions made on request: one maker at a time, so many kept, gone with their reference.

use mana_media::catalog::{
    Media, NewRendition, ObjectRole, RenditionClaim, StoredRendition, Wanted,
};
use mana_media::media::{ClaimToken, ContentHash, ObjectId};

use super::{Bench, LONG, SHORT, eventually};

async fn reference(bench: &Bench) -> Media {
    let added = bench.add("ann", "a", Wanted::Skip).await;
    bench.media(added.id).await
}

async fn claim(bench: &Bench, media: &Media, recipe: &str, token: ClaimToken) -> RenditionClaim {
    let claim = bench.catalog.claim_rendition(media.id, recipe, token, LONG);
    claim.await.expect("an attempt")
}

/// A rendition that has been written, from the claim to its end.
async fn make(bench: &Bench, media: &Media, recipe: &str) -> StoredRendition {
    let token = ClaimToken::new();
    assert_eq!(
        claim(bench, media, recipe, token).await,
        RenditionClaim::Ours
    );
    let made = written(bench, media, recipe).await;
    let kept = bench.catalog.finish_rendition(&made, token).await;
    assert!(kept.expect("an attempt"));
    made.stored
}

async fn written(bench: &Bench, media: &Media, recipe: &str) -> NewRendition {
    let object = ObjectId::new();
    bench.begin(object, media.hash).await;
    NewRendition {
        media: media.id,
        hash: media.hash,
        recipe: recipe.to_owned(),
        stored: StoredRendition {
            object,
            size_bytes: 10,
            digest: ContentHash::of(recipe.as_bytes()),
        },
    }
}

async fn find(bench: &Bench, media: &Media, recipe: &str) -> Option<StoredRendition> {
    let found = bench.catalog.find_rendition(media.id, recipe).await;
    found.expect("a look-up")
}

pub(crate) async fn what_is_made_is_found_and_goes_with_its_reference(bench: &Bench) {
    let media = reference(bench).await;
    assert_eq!(find(bench, &media, "w=1").await, None);
    let made = make(bench, &media, "w=1").await;
    assert_eq!(find(bench, &media, "w=1").await, Some(made));
    assert_eq!(bench.role(made.object).await, Some(ObjectRole::Rendition));
    let again = claim(bench, &media, "w=1", ClaimToken::new()).await;
    assert_eq!(again, RenditionClaim::Ready);
    let wrong = make(bench, &media, "w=2").await;
    let discarded = bench.catalog.discard_rendition(media.hash, wrong.object);
    assert!(discarded.await.expect("an attempt"));
    assert_eq!(find(bench, &media, "w=2").await, None);
    assert_eq!(bench.role(wrong.object).await, Some(ObjectRole::Trash));
    bench.assert_sound().await;
    let removed = bench.catalog.remove_media(media.id, None, None).await;
    assert!(removed.expect("an attempt"));
    assert_eq!(bench.role(made.object).await, Some(ObjectRole::Trash));
    let gone = claim(bench, &media, "w=1", ClaimToken::new()).await;
    assert_eq!(gone, RenditionClaim::Gone);
    let late = written(bench, &media, "w=3").await;
    let kept = bench.catalog.finish_rendition(&late, ClaimToken::new());
    assert!(!kept.await.expect("an attempt"));
    assert_eq!(
        bench.role(late.stored.object).await,
        Some(ObjectRole::Writing)
    );
    bench.assert_sound().await;
}

/// Where there is but one node, it needs no claims.
pub(crate) async fn one_node_makes_it_at_a_time(bench: &Bench) {
    if bench.is_sqlite() {
        return;
    }
    let media = reference(bench).await;
    let (first, second) = (ClaimToken::new(), ClaimToken::new());
    assert_eq!(
        claim(bench, &media, "w=1", first).await,
        RenditionClaim::Ours
    );
    assert_eq!(
        claim(bench, &media, "w=1", second).await,
        RenditionClaim::Theirs
    );
    assert_eq!(find(bench, &media, "w=1").await, None);
    let released = bench.catalog.release_rendition(media.id, "w=1", first);
    released.await.expect("released");
    let short = bench.catalog.claim_rendition(media.id, "w=1", first, SHORT);
    assert_eq!(short.await.expect("an attempt"), RenditionClaim::Ours);
    // Whoever died over it gives way once its time is over, and finishes nothing any more.
    eventually(async || {
        let taken = claim(bench, &media, "w=1", second).await;
        (taken == RenditionClaim::Ours).then_some(())
    })
    .await;
    let late = written(bench, &media, "w=1").await;
    let kept = bench.catalog.finish_rendition(&late, first).await;
    assert!(!kept.expect("an attempt"));
    let made = written(bench, &media, "w=1").await;
    let kept = bench.catalog.finish_rendition(&made, second).await;
    assert!(kept.expect("an attempt"));
    bench.assert_sound().await;
}

pub(crate) async fn so_many_are_kept(bench: &Bench) {
    let media = reference(bench).await;
    let mut made = Vec::new();
    for number in 0..66 {
        made.push(make(bench, &media, &format!("w={number}")).await);
    }
    let mut trashed = 0;
    for rendition in &made {
        trashed += usize::from(bench.role(rendition.object).await == Some(ObjectRole::Trash));
    }
    assert_eq!(trashed, 2);
    let evict = async |budget, limit| {
        let evicted = bench.catalog.evict_renditions(budget, limit).await;
        evicted.expect("a round")
    };
    assert_eq!(evict(640, 100).await, 0);
    assert_eq!(evict(615, 100).await, 3);
    assert_eq!(evict(0, 10).await, 10);
    assert_eq!(evict(0, 100).await, 51);
    assert_eq!(evict(0, 100).await, 0);
    bench.assert_sound().await;
}
