//! Listings: order, cursors, filters, totals.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mana_media::catalog::{Bucket, Criteria, Filter, Page, Shown, Stats, Total, Wanted, words};
use mana_media::media::{
    Capture, Cursor, Facts, FileName, Gps, Kind, MediaId, PlaceSource, SortKey, TakenAt,
    TakenSource,
};

use super::{ALL, Bench, app, hash, owner};

/// What is listed: content, size, when taken (seconds), where.
struct Row(&'static str, u64, Option<i64>, Option<(f64, f64)>);

const ROWS: [Row; 7] = [
    Row("a", 30, Some(1_000), Some((10.0, 179.0))),
    Row("b", 10, Some(1_000), Some((-10.0, -179.0))),
    Row("c", 30, None, None),
    Row("d", 20, Some(-5_000_000_000), Some((50.0, 8.0))),
    Row("e", 30, None, None),
    Row("f", 10, Some(1_000), None),
    Row("g", 40, Some(2_000), Some((50.5, 8.5))),
];

async fn fill(bench: &Bench) -> BTreeMap<MediaId, &'static str> {
    let mut names = BTreeMap::new();
    for Row(content, size, taken, place) in ROWS {
        let mut upload = bench.upload("ann", content).await;
        upload.size_bytes = size;
        upload.wanted = Wanted::Nothing;
        upload.facts = Facts {
            capture: Some(Capture {
                make: place.map(|_| "Canon".to_owned()),
                model: place.map(|_| "EOS".to_owned()),
                taken: taken
                    .and_then(|seconds| DateTime::from_timestamp(seconds, 250_000))
                    .map(|taken| TakenAt {
                        local: taken.naive_utc(),
                        offset_minutes: None,
                        source: TakenSource::DateTimeOriginal,
                        offset_source: None,
                    }),
                gps: place.map(|(latitude, longitude)| Gps {
                    latitude,
                    longitude,
                    altitude_m: None,
                    source: PlaceSource::default(),
                }),
                ..Capture::default()
            }),
            ..Facts::default()
        };
        names.insert(bench.commit(upload).await.id, content);
    }
    names
}

async fn page(bench: &Bench, criteria: &Criteria, page: Page) -> Vec<(Cursor, Shown)> {
    let found = bench.catalog.find_media(criteria, &page).await;
    found.expect("a page")
}

fn of_ann() -> Criteria {
    Criteria::new(owner("ann"))
}

pub(crate) async fn cursors_walk_every_order_once(bench: &Bench) {
    let names = fill(bench).await;
    for sort in [SortKey::CreatedAt, SortKey::DateTaken, SortKey::Size] {
        for descending in [false, true] {
            let criteria = Criteria {
                sort,
                descending,
                ..of_ann()
            };
            let all = page(bench, &criteria, ALL).await;
            let mut expected: Vec<_> = all.iter().map(|(at, _)| (at.key, at.id)).collect();
            expected.sort_unstable();
            if descending {
                expected.reverse();
            }
            let ids: Vec<MediaId> = all.iter().map(|(_, media)| media.id).collect();
            let sorted: Vec<MediaId> = expected.into_iter().map(|(_, id)| id).collect();
            assert_eq!(
                (ids.len(), &ids),
                (names.len(), &sorted),
                "{sort:?} {descending}"
            );
            // The same with walks that are merged.
            let merged = of_two_apps(bench, &criteria).await;
            for criteria in [&criteria, &merged] {
                assert_eq!(walk(bench, criteria).await, ids, "{sort:?} {descending}");
            }
            let offset = Page {
                offset: 3,
                limit: 2,
                ..ALL
            };
            let rows = page(bench, &criteria, offset).await;
            let rows: Vec<MediaId> = rows.iter().map(|(_, media)| media.id).collect();
            assert_eq!(rows, ids[3..5]);
        }
    }
    for key in [i64::MIN, i64::MAX] {
        let after = Some(Cursor {
            key,
            id: MediaId::new(),
        });
        let rows = page(bench, &of_ann(), Page { after, ..ALL }).await;
        assert_eq!(rows.len(), if key == i64::MIN { 0 } else { names.len() });
        let (filter, page) = (Filter::default(), Page { after, ..ALL });
        let listed = bench.catalog.list_media(&filter, &page).await;
        let rows = listed.expect("a page");
        assert_eq!(rows.len(), if key == i64::MIN { 0 } else { names.len() });
    }
}

async fn walk(bench: &Bench, criteria: &Criteria) -> Vec<MediaId> {
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let step = Page {
            after,
            offset: 0,
            limit: 2,
        };
        let rows = page(bench, criteria, step).await;
        let Some((last, _)) = rows.last() else {
            return walked;
        };
        after = Some(*last);
        walked.extend(rows.iter().map(|(_, media)| media.id));
    }
}

/// One of them is used by another app too; both together select everything.
async fn of_two_apps(bench: &Bench, criteria: &Criteria) -> Criteria {
    let mut again = bench.upload("ann", "b").await;
    again.app = app("plants");
    bench.commit(again).await;
    Criteria {
        apps: Some(vec![app("plants"), app("picture"), app("unknown")]),
        ..criteria.clone()
    }
}

/// The contents that criteria select, in alphabetical order; `?` is any that [`fill`] did not make.
async fn select(
    bench: &Bench,
    names: &BTreeMap<MediaId, &'static str>,
    change: impl Fn(&mut Criteria),
) -> String {
    let mut criteria = of_ann();
    change(&mut criteria);
    let rows = page(bench, &criteria, ALL).await;
    let count = bench.catalog.count_found(&criteria).await.expect("a count");
    assert_eq!((count.count, count.is_exact), (rows.len() as u64, true));
    let timeline = bench.catalog.timeline(&criteria, Bucket::Day).await;
    let on_days: u64 = timeline.expect("a timeline").iter().map(|day| day.1).sum();
    assert_eq!(on_days, rows.len() as u64);
    let tiles = bench
        .catalog
        .tiles(&criteria, i64::MIN..i64::MAX, &ALL)
        .await;
    let tiles = tiles.expect("a page");
    assert_eq!(tiles.newest_first().expect("tiles").len(), rows.len());
    let name = |(_, row): &(Cursor, Shown)| names.get(&row.id).copied().unwrap_or("?");
    let mut found: Vec<&str> = rows.iter().map(name).collect();
    found.sort_unstable();
    found.concat()
}

pub(crate) async fn filters_select_by_what_it_is(bench: &Bench) {
    let mut names = fill(bench).await;
    bench.add("bob", "a", Wanted::Nothing).await;
    bench.add("ann", "waits", Wanted::Variants(None)).await;
    let mut odd = bench.upload("ann", "odd").await;
    odd.wanted = Wanted::Nothing;
    odd.kind = Kind::from_mime("image_/x%");
    odd.app = app("plants");
    odd.name = FileName::from_client("Straße 7_Ärger.jpg");
    odd.metadata = Some(serde_json::json!({"prompt": "a red bicycle"}));
    names.insert(bench.commit(odd).await.id, "y");
    let select = async |change: fn(&mut Criteria)| select(bench, &names, change).await;

    assert_eq!(select(|_| ()).await, "abcdefgy");
    assert_eq!(select(|f| f.owner = owner("nobody")).await, "");
    assert_eq!(select(|f| f.apps = Some(vec![])).await, "");
    let unknown = |f: &mut Criteria| f.apps = Some(vec![app("plants"), app("unknown")]);
    assert_eq!(select(unknown).await, "y");
    let both = |f: &mut Criteria| f.apps = Some(vec![app("plants"), app("picture")]);
    assert_eq!(select(both).await, "abcdefgy");
    let mime = async |mime: &str| {
        let mime = Some(mime.to_owned());
        self::select(bench, &names, |f| f.mime.clone_from(&mime)).await
    };
    assert_eq!(mime("image/").await, "abcdefg");
    assert_eq!(mime("image_/").await, "y");
    assert_eq!(mime("image_/x%").await, "y");
    assert_eq!(mime("image").await, "");
    assert_eq!(
        select(|f| f.camera = Some("canon eos".into())).await,
        "abdg"
    );
    assert_eq!(select(|f| f.camera = Some("canon".into())).await, "");
    assert_eq!(select(|f| f.lens = Some("any".into())).await, "");
    let words = async |text: &str| {
        let words = words(text);
        self::select(bench, &names, |f| f.words.clone_from(&words)).await
    };
    assert_eq!(words("arger").await, "y");
    assert_eq!(words("STRASSE").await, "");
    assert_eq!(words("straße Är").await, "y");
    assert_eq!(words("bicycle 7").await, "y");
    assert_eq!(words("cycle").await, "");
    let two = |f: &mut Criteria| {
        f.apps = Some(vec![app("picture")]);
        f.words = mana_media::catalog::words("bicycle");
    };
    assert_eq!(select(two).await, "");
    bench.assert_sound().await;
}

pub(crate) async fn filters_select_by_place_and_time(bench: &Bench) {
    let names = fill(bench).await;
    let select = async |change: &dyn Fn(&mut Criteria)| select(bench, &names, change).await;
    assert_eq!(select(&|f| f.has_location = true).await, "abdg");
    let inside = async |bbox| select(&|f| f.bbox = Some(bbox)).await;
    assert_eq!(inside([8.0, 50.0, 8.5, 50.5]).await, "dg");
    assert_eq!(inside([170.0, -20.0, -170.0, 20.0]).await, "ab");
    assert_eq!(inside([-170.0, -20.0, 170.0, 20.0]).await, "");
    let camera = |f: &mut Criteria| {
        f.bbox = Some([8.0, 50.0, 8.2, 50.2]);
        f.camera = Some("Canon EOS".into());
    };
    assert_eq!(select(&camera).await, "d");

    let between = async |date_field, from, to| {
        let change = |f: &mut Criteria| {
            f.date_field = date_field;
            (f.date_from, f.date_to) = (from, to);
        };
        select(&change).await
    };
    let time = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0);
    let taken = SortKey::DateTaken;
    let (from, to) = (time(-5_000_000_001), time(1_001));
    assert_eq!(between(taken, from, to).await, "abdf");
    let exact = DateTime::from_timestamp_micros(1_000_000_250);
    assert_eq!(between(taken, exact, exact).await, "abf");
    let (min, max) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    assert_eq!(between(taken, Some(min), Some(max)).await, "abcdefg");
    let created = SortKey::CreatedAt;
    assert_eq!(between(created, None, time(3_000)).await, "");
    assert_eq!(between(created, time(3_000), None).await, "abcdefg");
}

pub(crate) async fn owners_are_kept_apart(bench: &Bench) {
    let ann = bench.add("ann", "a", Wanted::Nothing).await.id;
    let bob = bench.add("bob", "a", Wanted::Nothing).await.id;
    let by_id = async |id, by: Option<&str>| {
        let by = by.map(owner);
        let found = bench.catalog.media(id, by.as_ref()).await;
        found.expect("a look-up").map(|media| media.id)
    };
    let by_hash = async |by: Option<&str>| {
        let by = by.map(owner);
        let found = bench.catalog.media_by_hash(hash("a"), by.as_ref()).await;
        found.expect("a look-up").map(|media| media.id)
    };
    assert_eq!(by_id(ann, Some("ann")).await, Some(ann));
    assert_eq!(by_id(ann, Some("bob")).await, None);
    assert_eq!(by_id(bob, None).await, Some(bob));
    assert_eq!(by_id(MediaId::new(), None).await, None);
    assert_eq!(by_hash(Some("bob")).await, Some(bob));
    assert_eq!(by_hash(None).await, Some(ann));
    assert_eq!(by_hash(Some("cid")).await, None);
}

pub(crate) async fn totals_add_up(bench: &Bench) {
    fill(bench).await;
    let mut plants = bench.upload("ann", "a").await;
    plants.app = app("plants");
    bench.commit(plants).await;
    bench.add("bob", "a", Wanted::Nothing).await;
    let stats = async |by: &str| bench.catalog.stats(&owner(by)).await.expect("totals");
    let total = |count, size_bytes| Total { count, size_bytes };
    let ann = stats("ann").await;
    assert_eq!(ann.total, total(7, 170));
    assert_eq!(ann.by_app["picture"], total(7, 170));
    assert_eq!(ann.by_app["plants"], total(1, 30));
    assert_eq!(ann.saved_bytes, 30);
    assert_eq!(ann.by_year.values().sum::<u64>(), 7);
    assert!(ann.by_year.keys().all(|year| (2024..2200).contains(year)));
    assert_eq!(stats("bob").await.total.count, 1);
    assert_eq!(stats("nobody").await, Stats::default());
    let facets = bench.catalog.facets(&owner("ann")).await.expect("facets");
    let counted = |value: &str, count| (value.to_owned(), count);
    assert_eq!(facets.total, 7);
    assert_eq!(facets.apps, [counted("picture", 7), counted("plants", 1)]);
    assert_eq!(facets.cameras, [counted("Canon EOS", 4)]);
    assert_eq!(facets.with_location, 4);
    assert_eq!(facets.years[1..], [counted("1970", 4), counted("1811", 1)]);
    bench.assert_sound().await;
}
