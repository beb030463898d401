//! The gallery's index: kept by whatever changes references, found again, told of, and checked.

use std::sync::atomic::{AtomicUsize, Ordering};

use mana_media::catalog::{Bucket, Criteria, EditChange, Event, EventId, Page, Wanted};
use mana_media::media::{Capture, Cursor, Facts, Gps, MediaId, PlaceSource, Variant};

use super::{ALL, Bench, LONG, app, eventually, failed, hash, owner, ready};

fn somewhere(latitude: f64, longitude: f64, perceptual_hash: u64) -> Facts {
    Facts {
        width: Some(40),
        height: Some(30),
        placeholder: Some(vec![1, 2, 3]),
        dominant_color: Some("#102030".to_owned()),
        perceptual_hash: Some(perceptual_hash),
        capture: Some(Capture {
            gps: Some(Gps {
                latitude,
                longitude,
                altitude_m: None,
                source: PlaceSource::Exif,
            }),
            ..Capture::default()
        }),
        ..Facts::default()
    }
}

async fn total(bench: &Bench, by: &str) -> u64 {
    let count = bench.catalog.count_found(&Criteria::new(owner(by))).await;
    count.expect("a count").count
}

pub(crate) async fn it_lists_what_is_ready_and_not_in_the_trash(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    bench.add("bob", "a", Wanted::Skip).await;
    assert_eq!(
        (total(bench, "ann").await, total(bench, "bob").await),
        (0, 1)
    );
    bench.process(somewhere(1.0, 2.0, 0)).await;
    assert_eq!(
        (total(bench, "ann").await, total(bench, "bob").await),
        (1, 1)
    );
    let facets = bench.catalog.facets(&owner("bob")).await.expect("facets");
    assert_eq!(facets.with_location, 0, "it was not processed for bob");
    bench.assert_sound().await;

    let (anybody, nobody) = (None, None);
    assert!(
        bench
            .catalog
            .trash_media(id, anybody, nobody)
            .await
            .expect("an attempt")
    );
    assert_eq!(total(bench, "ann").await, 0);
    bench.assert_sound().await;
    assert!(
        bench
            .catalog
            .restore_media(id, anybody)
            .await
            .expect("an attempt")
    );
    assert_eq!(total(bench, "ann").await, 1);
    assert!(
        bench
            .catalog
            .trash_media(id, anybody, nobody)
            .await
            .expect("an attempt")
    );
    // The same bytes again bring it back.
    bench.add("ann", "a", Wanted::Variants(None)).await;
    assert_eq!(total(bench, "ann").await, 1);
    bench.assert_sound().await;
    assert!(
        bench
            .catalog
            .remove_media(id, anybody, nobody)
            .await
            .expect("an attempt")
    );
    assert_eq!(total(bench, "ann").await, 0);
    bench.assert_sound().await;
    let words = bench
        .number("SELECT COUNT(*) FROM gallery_word WHERE owner = 'ann'")
        .await;
    assert_eq!(words, 0);
}

pub(crate) async fn skipped_ones_wait_once_they_are_wanted(bench: &Bench) {
    bench.add("ann", "b", Wanted::Skip).await;
    bench.add("ann", "b", Wanted::Variants(None)).await;
    assert_eq!(total(bench, "ann").await, 0);
    bench.assert_sound().await;
    bench.process(Facts::default()).await;
    bench.add("bob", "a", Wanted::Skip).await;
    let id = bench.media_id(hash("a")).await;
    assert_eq!(total(bench, "bob").await, 1);
    let selection = mana_media::catalog::Selection::One(id);
    let queued = bench.catalog.queue_processing(&selection, None, 1).await;
    assert_eq!(queued.expect("an attempt").count, 1);
    assert_eq!(total(bench, "bob").await, 0);
    let (token, claim) = bench.claim().await.expect("work is due");
    assert!(bench.finish(claim.hash, token, &failed()).await);
    assert_eq!(total(bench, "bob").await, 0);
    bench.assert_sound().await;
}

pub(crate) async fn new_facts_are_found_instead_of_old_ones(bench: &Bench) {
    bench.add("ann", "a", Wanted::Variants(None)).await;
    bench.process(somewhere(1.0, 2.0, 0)).await;
    let everything = mana_media::catalog::Selection::All(vec!["image/jpeg".to_owned()]);
    let queued = bench.catalog.queue_processing(&everything, None, 10).await;
    assert_eq!(queued.expect("an attempt").count, 1);
    assert_eq!(total(bench, "ann").await, 1, "it is shown meanwhile");
    let (token, claim) = bench.claim().await.expect("work is due");
    let thumb = bench.variant(claim.hash, Variant::Thumb).await;
    let outcome = ready(Facts::default(), vec![thumb]);
    assert!(bench.finish(claim.hash, token, &outcome).await);
    let facets = bench.catalog.facets(&owner("ann")).await.expect("facets");
    assert_eq!((facets.total, facets.with_location), (1, 0));
    bench.assert_sound().await;
}

async fn clusters(bench: &Bench, zoom: u32, bbox: Option<[f64; 4]>, with_apps: bool) -> Vec<u64> {
    let criteria = Criteria {
        bbox,
        apps: with_apps.then(|| vec![app("picture")]),
        ..Criteria::new(owner("ann"))
    };
    let found = bench
        .catalog
        .clusters(&criteria, zoom)
        .await
        .expect("a map");
    for cluster in &found {
        let [west, south, east, north] = cluster.bounds;
        assert!((west..=east).contains(&cluster.longitude), "{cluster:?}");
        assert!((south..=north).contains(&cluster.latitude), "{cluster:?}");
    }
    found.iter().map(|cluster| cluster.count).collect()
}

pub(crate) async fn what_many_apps_use_is_kept(bench: &Bench) {
    for number in 0..12 {
        let mut upload = bench.upload("ann", "a").await;
        upload.app = app(&format!("{number:02}{}", "é".repeat(120)));
        upload.wanted = Wanted::Nothing;
        bench.commit(upload).await;
    }
    let facets = bench.catalog.facets(&owner("ann")).await.expect("facets");
    assert_eq!((facets.total, facets.apps.len()), (1, 4));
    bench.assert_sound().await;
}

pub(crate) async fn nothing_stays_of_what_is_gone(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    bench.process(somewhere(1.0, 2.0, 0)).await;
    let gone = bench.catalog.remove_media(id, None, None).await;
    assert!(gone.expect("an attempt"));
    for left in [
        "SELECT COUNT(*) FROM gallery",
        "SELECT COUNT(*) FROM gallery_word",
        "SELECT COUNT(*) FROM gallery_count WHERE facet <> ''",
    ] {
        assert_eq!(bench.number(left).await, 0, "{left}");
    }
    bench.assert_sound().await;
}

pub(crate) async fn a_map_gathers_what_is_near(bench: &Bench) {
    let places = [
        (52.5200, 13.4050),
        (52.5201, 13.4051),
        (52.5300, 13.4200),
        (48.1372, 11.5756),
        (-33.8688, 151.2093),
    ];
    for (number, (latitude, longitude)) in places.into_iter().enumerate() {
        bench
            .add("ann", &number.to_string(), Wanted::Variants(None))
            .await;
        bench
            .process(somewhere(latitude, longitude, number as u64))
            .await;
    }
    for with_apps in [false, true] {
        let at = async |zoom, bbox| clusters(bench, zoom, bbox, with_apps).await;
        assert_eq!(at(0, None).await, [4, 1]);
        assert_eq!(at(6, None).await, [3, 1, 1]);
        assert_eq!(at(10, None).await.iter().sum::<u64>(), 5);
        assert_eq!(at(22, None).await, [1, 1, 1, 1, 1]);
        // Around the world but for some degrees, over its edge.
        let nearly = at(4, Some([30.0, -60.0, 20.0, 70.0])).await;
        assert_eq!(nearly.iter().sum::<u64>(), 5);
        at(22, Some([-179.999_99, -90.0, 180.0, 90.0])).await;
        let berlin = Some([13.0, 52.0, 14.0, 53.0]);
        assert_eq!(at(5, berlin).await, [3]);
        assert_eq!(at(14, berlin).await, [2, 1]);
        assert_eq!(at(3, Some([0.0, 0.0, 1.0, 1.0])).await, [0; 0]);
    }
    bench.assert_sound().await;
}

pub(crate) async fn those_that_look_alike_are_found(bench: &Bench) {
    let base = 0x0123_4567_89ab_cdef_u64;
    // By how many bits each differs, spread over all bands.
    let spread = [
        0,
        1 << 3,
        0x8000_0001_0001_0001,
        0x0101_0101_0101_0103,
        0x0707_0707_0707_0707,
        u64::MAX,
    ];
    let mut ids = Vec::new();
    for (number, bits) in spread.into_iter().enumerate() {
        let id = bench
            .add("ann", &number.to_string(), Wanted::Variants(None))
            .await
            .id;
        bench.process(somewhere(1.0, 2.0, base ^ bits)).await;
        ids.push(id);
    }
    bench.add("bob", "bob's", Wanted::Variants(None)).await;
    bench.process(somewhere(1.0, 2.0, base)).await;
    let page_of = async |by: &str, id, distance, page: &Page| {
        let by = owner(by);
        let found = bench.catalog.similar_media(&by, id, distance, page);
        let (found, total) = found.await.expect("an attempt")?;
        let place = |of: MediaId| ids.iter().position(|id| *id == of).expect("ann's");
        let places = found.iter().map(|(media, bits)| (place(media.id), *bits));
        Some((places.collect::<Vec<(usize, u32)>>(), total))
    };
    let similar = async |by: &str, id, distance| {
        let (found, total) = page_of(by, id, distance, &ALL).await?;
        assert_eq!(found.len() as u64, total);
        Some(found)
    };
    assert_eq!(similar("ann", ids[0], 0).await, Some(vec![]));
    assert_eq!(similar("ann", ids[0], 3).await, Some(vec![(1, 1)]));
    assert_eq!(
        similar("ann", ids[0], 11).await,
        Some(vec![(1, 1), (2, 4), (3, 9)])
    );
    let second = Page {
        offset: 1,
        limit: 1,
        ..ALL
    };
    let found = page_of("ann", ids[0], 11, &second).await;
    assert_eq!(found, Some((vec![(2, 4)], 3)));
    let after = Some(Cursor { key: 4, id: ids[2] });
    let found = page_of("ann", ids[0], 11, &Page { after, ..ALL }).await;
    assert_eq!(found, Some((vec![(3, 9)], 3)));
    assert_eq!(similar("bob", ids[0], 11).await, None);
    assert_eq!(similar("ann", MediaId::new(), 11).await, None);
}

async fn edit(bench: &Bench, by: &str, id: MediaId, change: &EditChange) -> bool {
    let by = owner(by);
    let done = bench.catalog.edit_media(id, Some(&by), change).await;
    done.expect("an attempt")
}

fn opening_night() -> EditChange {
    EditChange {
        taken_local: Some("2012-08-04T22:15:00".parse().ok()),
        offset_minutes: Some(Some(120)),
        place: Some(Some([50.0, 8.0])),
        caption: Some(Some("Opening night".to_owned())),
    }
}

async fn months(bench: &Bench) -> Vec<(String, u64)> {
    let all = Criteria::new(owner("ann"));
    let months = bench.catalog.timeline(&all, Bucket::Month).await;
    months.expect("a timeline")
}

pub(crate) async fn owners_correct_date_place_and_caption(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    bench.process(somewhere(1.0, 2.0, 0)).await;
    assert!(!edit(bench, "bob", id, &opening_night()).await);
    assert!(edit(bench, "ann", id, &opening_night()).await);
    let media = bench.media(id).await;
    let shown = media.shown();
    let capture = shown.facts.capture.expect("a capture");
    let taken = capture.taken.expect("a date");
    assert_eq!(taken.local.to_string(), "2012-08-04 22:15:00");
    assert_eq!(taken.offset_minutes, Some(120));
    assert_eq!(capture.gps.expect("a place").source, PlaceSource::Owner);
    assert_eq!(shown.caption.as_deref(), Some("Opening night"));
    assert_eq!(months(bench).await, [("2012-08".to_owned(), 1)]);
    let found = Criteria {
        words: mana_media::catalog::words("night"),
        bbox: Some([7.0, 49.0, 9.0, 51.0]),
        ..Criteria::new(owner("ann"))
    };
    let count = bench.catalog.count_found(&found).await.expect("a count");
    assert_eq!(count.count, 1);
    bench.assert_sound().await;
    let back = EditChange {
        taken_local: Some(None),
        offset_minutes: Some(None),
        place: Some(None),
        caption: Some(None),
    };
    assert!(edit(bench, "ann", id, &back).await);
    let media = bench.media(id).await;
    let shown = media.shown();
    let capture = shown.facts.capture.expect("a capture");
    assert_eq!((capture.taken, shown.caption), (None, None));
    assert_eq!(capture.gps.expect("a place").source, PlaceSource::Exif);
    bench.assert_sound().await;
}

pub(crate) async fn corrections_outlive_processing_and_an_export(bench: &Bench) {
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    assert!(edit(bench, "ann", id, &opening_night()).await);
    bench.process(somewhere(1.0, 2.0, 0)).await;
    assert_eq!(months(bench).await, [("2012-08".to_owned(), 1)]);
    let references = bench.catalog.list_references(None, 10).await;
    let reference = references.expect("references").remove(0);
    assert_eq!(reference.edit.caption.as_deref(), Some("Opening night"));
    assert!(
        bench
            .catalog
            .remove_media(id, None, None)
            .await
            .expect("an attempt")
    );
    bench
        .catalog
        .import_reference(&reference)
        .await
        .expect("an attempt");
    assert_eq!(months(bench).await, [("2012-08".to_owned(), 1)]);
    bench.assert_sound().await;
}

async fn events(bench: &Bench, by: Option<&str>, after: EventId) -> Vec<Event> {
    let by = by.map(owner);
    let events = bench.catalog.events(by.as_ref(), after, 100).await;
    events.expect("events")
}

pub(crate) async fn what_happens_is_told_in_order(bench: &Bench) {
    let start = bench.catalog.last_event().await.expect("a place");
    let id = bench.add("ann", "a", Wanted::Variants(None)).await.id;
    bench.process(Facts::default()).await;
    bench.add("bob", "a", Wanted::Nothing).await;
    bench.add("ann", "a", Wanted::Variants(None)).await;
    let mut plants = bench.upload("ann", "a").await;
    plants.app = app("plants");
    bench.commit(plants).await;
    let ann = owner("ann");
    bench
        .catalog
        .trash_media(id, Some(&ann), Some(&app("plants")))
        .await
        .expect("done");
    bench
        .catalog
        .trash_media(id, Some(&ann), None)
        .await
        .expect("done");
    bench
        .catalog
        .restore_media(id, Some(&ann))
        .await
        .expect("done");
    bench
        .catalog
        .remove_media(id, Some(&ann), None)
        .await
        .expect("done");
    // Whatever else runs on the server may hold the last ones back for a moment.
    let all = eventually(async || {
        let all = events(bench, None, start).await;
        (all.len() >= 8).then_some(all)
    })
    .await;
    let of_ann = events(bench, Some("ann"), start).await;
    let kinds: Vec<&str> = of_ann.iter().map(|event| event.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "added",
            "processed",
            "changed",
            "changed",
            "deleted",
            "restored",
            "deleted"
        ]
    );
    assert!(of_ann.iter().all(|event| event.media == id));
    assert_eq!(all.len(), kinds.len() + 1);
    assert!(all.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(events(bench, Some("ann"), of_ann[3].id).await, of_ann[4..]);
    let last = bench.catalog.last_event().await.expect("a place");
    assert_eq!(last, all[all.len() - 1].id);
}

pub(crate) async fn what_happened_is_forgotten(bench: &Bench) {
    bench.add("ann", "a", Wanted::Nothing).await;
    assert_eq!(
        bench
            .catalog
            .purge_events(LONG, 100)
            .await
            .expect("a purge"),
        0
    );
    let day_ago = if bench.is_sqlite() {
        "UPDATE event SET at = at - 86400000000"
    } else {
        "UPDATE event SET at = at - interval '1 day'"
    };
    bench.tamper(day_ago).await;
    let purged = bench
        .catalog
        .purge_events(LONG, 100)
        .await
        .expect("a purge");
    assert_eq!(purged, 1);
}

pub(crate) async fn what_is_wrong_is_found_and_made_good(bench: &Bench) {
    for content in ["a", "b", "c"] {
        bench.add("ann", content, Wanted::Variants(None)).await;
        bench.process(somewhere(1.0, 2.0, 0)).await;
    }
    bench.add("bob", "a", Wanted::Nothing).await;
    bench.assert_sound().await;
    let wrongs = [
        "UPDATE gallery_count SET media_count = media_count + 1 WHERE owner = 'ann' AND facet = 'month'",
        "UPDATE gallery_count SET size_bytes = 0 WHERE owner = 'bob' AND facet = ''",
        "DELETE FROM gallery_count WHERE owner = 'ann'",
        "INSERT INTO gallery_count (owner, facet, value, media_count, size_bytes) VALUES ('nobody', '', '', 3, 3)",
        "DELETE FROM gallery WHERE owner = 'ann'",
        "UPDATE gallery SET shown = '{}' WHERE owner = 'ann'",
        "UPDATE gallery SET tile = '[]' WHERE owner = 'bob'",
        "UPDATE media SET status = 'failed' WHERE owner = 'bob'",
    ];
    for wrong in wrongs {
        bench.tamper(wrong).await;
        let violations = bench.catalog.check_invariants(LONG, LONG, 10).await;
        let violations = violations.expect("a check");
        assert!(!violations.is_empty(), "{wrong}");
        assert!(
            violations.iter().all(|found| found.invariant == "I11"),
            "{violations:?}"
        );
        bench.catalog.recount().await.expect("a recount");
        bench.assert_sound().await;
    }
    assert_eq!(
        (total(bench, "ann").await, total(bench, "bob").await),
        (3, 0)
    );
}

/// SQL by which all is yet to be entered.
fn nothing_entered(bench: &Bench) -> &'static str {
    if bench.is_sqlite() {
        "INSERT INTO gallery_progress (after) VALUES (zeroblob(16))"
    } else {
        "INSERT INTO gallery_progress (after) VALUES ('00000000-0000-0000-0000-000000000000')"
    }
}

/// SQL by which the database is as it was before migration 7.
fn before_shown(bench: &Bench) -> String {
    let columns = [
        "is_dated",
        "width",
        "height",
        "placeholder",
        "color",
        "name",
    ];
    let columns = columns.map(|column| format!("ALTER TABLE gallery ADD COLUMN {column} INTEGER;"));
    let tiles = if bench.is_sqlite() {
        include_str!("../../../migrations/sqlite/0006_tiles.sql")
    } else {
        ""
    };
    format!(
        "DELETE FROM _sqlx_migrations WHERE version = 7; DROP INDEX gallery_by_taken;
         ALTER TABLE gallery DROP COLUMN shown; ALTER TABLE gallery DROP COLUMN tile; {}
         CREATE INDEX gallery_by_taken ON gallery (owner, taken_at, media_id); {tiles}",
        columns.concat()
    )
}

/// With everything entered or not.
pub(crate) async fn an_older_library_is_entered_anew(bench: &Bench) {
    for content in ["a", "b", "c"] {
        bench.add("ann", content, Wanted::Nothing).await;
    }
    for progress in ["", nothing_entered(bench)] {
        bench
            .tamper(&format!("{}{progress}", before_shown(bench)))
            .await;
        let upgraded = bench.open_again().await;
        while upgraded.enter_gallery(2).await.expect("a round") {}
        let criteria = Criteria::new(owner("ann"));
        let found = upgraded.find_media(&criteria, &ALL).await.expect("a page");
        assert_eq!(found.len(), 3);
        let violations = upgraded.check_invariants(LONG, LONG, 10).await;
        assert_eq!(violations.expect("a check"), []);
    }
}

pub(crate) async fn references_from_before_it_are_entered(bench: &Bench) {
    for content in ["a", "b", "c"] {
        bench.add("ann", content, Wanted::Nothing).await;
    }
    bench
        .tamper("DELETE FROM gallery; DELETE FROM gallery_count; DELETE FROM gallery_word")
        .await;
    bench.tamper(nothing_entered(bench)).await;
    assert_eq!(total(bench, "ann").await, 0);
    // Somebody is faster with one of them.
    let id = bench.media_id(hash("b")).await;
    let caption = EditChange {
        caption: Some(Some("early".to_owned())),
        ..EditChange::default()
    };
    bench
        .catalog
        .edit_media(id, None, &caption)
        .await
        .expect("an edit");
    let mut rounds = 1;
    while bench.catalog.enter_gallery(2).await.expect("a round") {
        rounds += 1;
    }
    assert_eq!(rounds, 2);
    assert_eq!(total(bench, "ann").await, 3);
    bench.assert_sound().await;
}

/// A reference that goes again, and an app that uses one of those that stay for a moment.
async fn come_and_go(bench: &Bench, number: usize) {
    let plants = app("plants");
    let going = format!("goes {number}");
    let id = bench.add("ann", &going, Wanted::Nothing).await.id;
    let removed = bench.catalog.remove_media(id, None, None).await;
    assert!(removed.expect("done"));
    let staying = format!("stays {}", number % 40);
    let mut shared = bench.upload("ann", &staying).await;
    (shared.app, shared.wanted) = (plants.clone(), Wanted::Nothing);
    let id = bench.commit(shared).await.id;
    let removed = bench.catalog.remove_media(id, None, Some(&plants)).await;
    assert!(removed.expect("done"));
}

pub(crate) async fn pages_miss_nothing_while_others_write(bench: &Bench) {
    let mut stay = std::collections::BTreeSet::new();
    for number in 0..40 {
        stay.insert(
            bench
                .add("ann", &format!("stays {number}"), Wanted::Nothing)
                .await
                .id,
        );
    }
    let written = AtomicUsize::new(0);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers = async {
        while !*stopped.borrow() {
            let number = written.fetch_add(1, Ordering::Relaxed);
            come_and_go(bench, number).await;
        }
    };
    let reader = async {
        let mut round = 0;
        while round < 10 || written.load(Ordering::Relaxed) < 10 {
            round += 1;
            let criteria = Criteria {
                descending: round % 2 == 0,
                apps: (round % 3 > 0).then(|| vec![app("picture")]),
                ..Criteria::new(owner("ann"))
            };
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = Page {
                    after,
                    offset: 0,
                    limit: 3,
                };
                let rows = bench
                    .catalog
                    .find_media(&criteria, &page)
                    .await
                    .expect("a page");
                let Some((last, _)) = rows.last() else { break };
                after = Some(*last);
                seen.extend(rows.iter().map(|(_, media)| media.id));
            }
            let once: std::collections::BTreeSet<MediaId> = seen.iter().copied().collect();
            assert_eq!(once.len(), seen.len(), "shown twice");
            assert!(stay.is_subset(&once), "left out");
        }
        stop.send(true).expect("writers");
    };
    tokio::join!(writers, reader);
    bench.assert_sound().await;
}
