//! Claims, their ends, and making work due again.

use std::time::Duration;

use chrono::DateTime;
use mana_media::catalog::{ObjectRole, Queued, Selection, Status, Wanted};
use mana_media::media::{
    Capture, ClaimToken, ContentHash, Facts, Gps, PlaceSource, TakenAt, TakenSource, Variant,
};

use super::{Bench, LONG, SHORT, eventually, failed, hash, ready};

/// Facts as processing completes them.
fn completed() -> Facts {
    let taken = DateTime::from_timestamp_micros(1_500_000_000_123_456).expect("an instant");
    Facts {
        width: Some(4000),
        height: Some(3000),
        placeholder: Some(vec![1, 2, 3]),
        dominant_color: Some("#102030".to_owned()),
        capture: Some(Capture {
            make: Some("Canon".to_owned()),
            model: Some("Canon EOS 5D".to_owned()),
            taken: Some(TakenAt {
                local: taken.naive_utc(),
                offset_minutes: Some(0),
                source: TakenSource::DateTimeOriginal,
                offset_source: None,
            }),
            gps: Some(Gps {
                latitude: -1.5,
                longitude: 2.5,
                altitude_m: None,
                source: PlaceSource::default(),
            }),
            ..Capture::default()
        }),
        ..Facts::default()
    }
}

pub(crate) async fn commit_claims_when_nobody_else_has(bench: &Bench) {
    let (first, second) = (ClaimToken::new(), ClaimToken::new());
    let wanted = |token| Wanted::Variants(Some((token, LONG)));
    assert!(bench.add("ann", "a", wanted(first)).await.claimed);
    assert!(!bench.add("bob", "a", wanted(second)).await.claimed);
    assert!(bench.claim().await.is_none());
    assert!(!bench.finish(hash("a"), second, &failed()).await);
    let outcome = ready(Facts::default(), Vec::new());
    assert!(bench.finish(hash("a"), first, &outcome).await);
    assert_eq!(
        bench.catalog.processing_backlog().await.expect("a count"),
        0
    );

    // Work of its own begins to count anew, and what waits already can be claimed by a repeat.
    assert!(!bench.add("cid", "a", Wanted::Variants(None)).await.claimed);
    let third = ClaimToken::new();
    assert!(bench.add("cid", "a", wanted(third)).await.claimed);
    let release = bench
        .catalog
        .release_claim(hash("a"), third, Duration::ZERO, false);
    release.await.expect("released");
    let (_, claim) = bench.claim().await.expect("work is due");
    assert_eq!(claim.attempts, 2);
    assert!(
        !bench.add("ann", "a", wanted(second)).await.claimed,
        "ann's is ready"
    );
}

pub(crate) async fn claims_are_exclusive_until_they_expire(bench: &Bench) {
    let older = bench.upload("ann", "a").await;
    bench.commit(older.clone()).await;
    let catalog = &bench.catalog;
    let first = ClaimToken::new();
    let claim = catalog
        .claim_processing(first, SHORT)
        .await
        .expect("an attempt");
    let claim = claim.expect("work is due");
    assert_eq!((claim.hash, claim.attempts), (hash("a"), 1));
    assert_eq!(Some(claim.object), older.object);
    assert_eq!((claim.size_bytes, claim.kind), (100, older.kind));
    let renew = async |token, lease| {
        let renewed = catalog.renew_claim(hash("a"), token, lease).await;
        renewed.expect("an attempt")
    };
    assert!(renew(first, LONG).await);
    assert!(bench.claim().await.is_none());
    assert!(renew(first, SHORT).await);
    let (second, claim) = eventually(|| bench.claim()).await;
    assert_eq!(claim.attempts, 2, "the one that was lost counts");
    assert!(!renew(first, LONG).await);
    assert!(!bench.finish(hash("a"), first, &failed()).await);
    assert!(renew(second, LONG).await);
    assert!(bench.finish(hash("a"), second, &failed()).await);
    assert!(!bench.finish(hash("a"), second, &failed()).await);
}

pub(crate) async fn finish_replaces_facts_and_variants(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    let skipped = bench.add("bob", "a", Wanted::Skip).await.id;
    let old = bench.process(Facts::default()).await;
    bench.add("cid", "a", Wanted::Variants(None)).await;
    let (token, claim) = bench.claim().await.expect("work is due");
    let large = bench.variant(claim.hash, Variant::Large).await;
    let thumb = bench.variant(claim.hash, Variant::Thumb).await;
    let outcome = ready(completed(), vec![large.clone(), thumb.clone()]);
    assert!(bench.finish(claim.hash, token, &outcome).await);

    let media = bench.media(id).await;
    assert_eq!((media.status, media.facts), (Status::Ready, completed()));
    let shown: Vec<_> = media
        .variants
        .iter()
        .map(|it| (it.variant, it.object))
        .collect();
    assert_eq!(
        shown,
        [
            (Variant::Thumb, thumb.object),
            (Variant::Large, large.object)
        ]
    );
    let first = &media.variants[0];
    assert_eq!((first.size_bytes, first.digest), (10, thumb.digest));
    assert_eq!((first.width, first.height), (200, 150));
    assert_eq!(bench.role(old).await, Some(ObjectRole::Trash));
    assert_eq!(bench.role(thumb.object).await, Some(ObjectRole::Variant));

    let media = bench.media(skipped).await;
    assert_eq!((media.variants.len(), media.facts), (0, Facts::default()));
    bench.assert_sound().await;
}

pub(crate) async fn finish_of_a_lost_claim_changes_nothing(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    let thumb = bench.variant(hash("a"), Variant::Thumb).await;
    let outcome = ready(completed(), vec![thumb.clone()]);
    assert!(!bench.finish(hash("a"), ClaimToken::new(), &outcome).await);
    assert!(!bench.finish(hash("z"), ClaimToken::new(), &outcome).await);
    let (token, _) = bench.claim().await.expect("work is due");
    let lost = bench.variant(hash("a"), Variant::Medium).await;
    bench
        .catalog
        .abandon_objects(&[lost.object])
        .await
        .expect("given up");
    let half = ready(completed(), vec![thumb.clone(), lost]);
    assert!(!bench.finish(hash("a"), token, &half).await);
    assert_eq!(bench.role(thumb.object).await, Some(ObjectRole::Writing));
    assert_eq!(bench.media(id).await.status, Status::Processing);
    assert!(
        bench.finish(hash("a"), token, &outcome).await,
        "the claim was kept"
    );
    bench.assert_sound().await;
}

pub(crate) async fn failure_keeps_old_variants(bench: &Bench) {
    let ann = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    let old = bench.process(completed()).await;
    let bob = bench.add("bob", "a", Wanted::Variants(None)).await.id;
    let (token, _) = bench.claim().await.expect("work is due");
    assert!(bench.finish(hash("a"), token, &failed()).await);
    assert_eq!(bench.media(ann).await.status, Status::Ready);
    let Status::Failed { code, message } = bench.media(bob).await.status else {
        panic!("bob's failed");
    };
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("malformed", "no picture")
    );
    assert_eq!(bench.role(old).await, Some(ObjectRole::Variant));
    assert_eq!(bench.media(ann).await.variants.len(), 1);
    bench.assert_sound().await;
}

pub(crate) async fn repeat_of_a_failed_or_skipped_reference_waits_again(bench: &Bench) {
    let skipped = bench.add("ann", "a", Wanted::Skip).await.id;
    let again = bench.add("ann", "a", Wanted::Skip).await;
    assert_eq!((again.id, again.duplicate), (skipped, true));
    assert!(bench.media(skipped).await.skipped);
    bench.add("ann", "a", Wanted::Variants(None)).await;
    let media = bench.media(skipped).await;
    assert_eq!((media.skipped, media.status), (false, Status::Processing));
    let (token, _) = bench.claim().await.expect("work is due");
    bench.finish(hash("a"), token, &failed()).await;
    bench.add("ann", "a", Wanted::Skip).await;
    assert!(matches!(
        bench.media(skipped).await.status,
        Status::Failed { .. }
    ));
    bench.add("ann", "a", Wanted::Variants(None)).await;
    assert_eq!(bench.media(skipped).await.status, Status::Processing);
    bench.process(completed()).await;
    bench.add("ann", "a", Wanted::Variants(None)).await;
    assert_eq!(
        bench.media(skipped).await.status,
        Status::Ready,
        "untouched"
    );
    assert_eq!(
        bench.catalog.processing_backlog().await.expect("a count"),
        0
    );
    bench.assert_sound().await;
}

/// What processing found for one owner must not tell another that the content was there before.
pub(crate) async fn waiting_owners_see_only_the_probe(bench: &Bench) {
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.process(completed()).await;
    for wanted in [Wanted::Variants(None), Wanted::Skip] {
        let by = if wanted == Wanted::Skip { "bob" } else { "cid" };
        let id = bench.add(by, "a", wanted).await.id;
        let media = bench.media(id).await;
        assert_eq!((media.facts, media.variants.len()), (Facts::default(), 0));
    }
}

pub(crate) async fn release_puts_work_off(bench: &Bench) {
    bench.add("ann", "a", Wanted::Variants(None)).await;
    let release = async |token, delay| {
        let released = bench
            .catalog
            .release_claim(hash("a"), token, delay, false)
            .await;
        released.expect("an attempt");
    };
    let (token, _) = bench.claim().await.expect("work is due");
    release(ClaimToken::new(), Duration::ZERO).await;
    assert!(bench.claim().await.is_none(), "not ours to release");
    release(token, SHORT).await;
    let (token, claim) = eventually(|| bench.claim()).await;
    assert_eq!(claim.attempts, 2);
    let refunded = bench
        .catalog
        .release_claim(hash("a"), token, Duration::ZERO, true);
    refunded.await.expect("an attempt that does not count");
    let (token, claim) = eventually(|| bench.claim()).await;
    assert_eq!(claim.attempts, 2);
    release(token, LONG).await;
    assert!(bench.claim().await.is_none());
    assert_eq!(
        bench.catalog.processing_backlog().await.expect("a count"),
        1
    );
    bench.assert_sound().await;
}

pub(crate) async fn queue_selects_by_state_and_pages(bench: &Bench) {
    for content in ["a", "b", "c", "d", "e"] {
        bench.add("ann", content, Wanted::Variants(None)).await;
        bench.process(Facts::default()).await;
    }
    bench.add("ann", "skipped", Wanted::Skip).await;
    let mimes = || vec!["image/jpeg".to_owned(), "image/png".to_owned()];
    let queue = async |selection: Selection, after, limit| {
        let queued = bench
            .catalog
            .queue_processing(&selection, after, limit)
            .await;
        queued.expect("an attempt")
    };
    assert_eq!(queue(Selection::Failed, None, 9).await, Queued::default());
    assert_eq!(
        queue(Selection::Stale(mimes()), None, 9).await,
        Queued::default()
    );
    let png = vec!["image/png".to_owned()];
    assert_eq!(queue(Selection::All(png), None, 9).await, Queued::default());
    bench
        .tamper("UPDATE blob SET recipe = 0 WHERE status = 'ready'")
        .await;
    let mut hashes: Vec<ContentHash> = ["a", "b", "c", "d", "e"].map(hash).to_vec();
    hashes.sort();
    let first = queue(Selection::Stale(mimes()), None, 2).await;
    assert_eq!((first.count, first.last), (2, Some(hashes[1])));
    let rest = queue(Selection::All(mimes()), first.last, 9).await;
    assert_eq!((rest.count, rest.last), (3, None));
    assert_eq!(
        queue(Selection::All(mimes()), None, 9).await.count,
        0,
        "queued"
    );

    let (token, claim) = bench.claim().await.expect("work is due");
    assert_eq!(claim.attempts, 1);
    bench.finish(claim.hash, token, &failed()).await;
    assert_eq!(queue(Selection::Failed, None, 9).await.count, 1);
    assert_eq!(
        bench.catalog.processing_backlog().await.expect("a count"),
        5
    );
    bench.assert_sound().await;
}

pub(crate) async fn queue_of_one_reference_reaches_the_skipped(bench: &Bench) {
    let skipped = bench.add("ann", "a", Wanted::Skip).await.id;
    let queue = async |id| {
        let selection = Selection::One(id);
        let queued = bench.catalog.queue_processing(&selection, None, 1).await;
        queued.expect("an attempt").count
    };
    let other = bench.add("bob", "a", Wanted::Variants(None)).await.id;
    assert_eq!(queue(skipped).await, 0, "the content waits already");
    let media = bench.media(skipped).await;
    assert_eq!((media.skipped, media.status), (false, Status::Processing));
    bench.process(completed()).await;
    assert_eq!(bench.media(skipped).await.facts, completed());
    assert_eq!(queue(other).await, 1);
    assert_eq!(
        bench.media(other).await.status,
        Status::Ready,
        "stays so meanwhile"
    );
    assert_eq!(queue(mana_media::media::MediaId::new()).await, 0);
    bench.assert_sound().await;
}
