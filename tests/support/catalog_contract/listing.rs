//! Listings: order, cursors, filters, totals.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mana_media::catalog::{Filter, Media, Page, Stats, Total, Wanted};
use mana_media::media::{
    Capture, Facts, Gps, Kind, MediaId, PlaceSource, SortKey, TakenAt, TakenSource,
};

use super::{Bench, app, hash, owner};

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

async fn page(bench: &Bench, filter: &Filter, page: Page) -> Vec<Media> {
    let listed = bench.catalog.list_media(filter, &page).await;
    listed.expect("a page")
}

const ALL: Page = Page {
    after: None,
    offset: 0,
    limit: 100,
};

pub(crate) async fn cursors_walk_every_order_once(bench: &Bench) {
    let names = fill(bench).await;
    for sort in [SortKey::CreatedAt, SortKey::DateTaken, SortKey::Size] {
        for descending in [false, true] {
            let filter = Filter {
                sort,
                descending,
                ..Filter::default()
            };
            let all = page(bench, &filter, ALL).await;
            let mut expected: Vec<_> = all.iter().map(|it| (it.cursor(sort).key, it.id)).collect();
            expected.sort_unstable();
            if descending {
                expected.reverse();
            }
            let ids: Vec<MediaId> = all.iter().map(|media| media.id).collect();
            let sorted: Vec<MediaId> = expected.into_iter().map(|(_, id)| id).collect();
            assert_eq!(
                (ids.len(), &ids),
                (names.len(), &sorted),
                "{sort:?} {descending}"
            );

            let mut walked = Vec::new();
            let mut after = None;
            loop {
                let step = Page {
                    after,
                    offset: 0,
                    limit: 2,
                };
                let rows = page(bench, &filter, step).await;
                let Some(last) = rows.last() else { break };
                after = Some(last.cursor(sort));
                walked.extend(rows.iter().map(|media| media.id));
            }
            assert_eq!(walked, ids, "{sort:?} {descending}");
            let offset = Page {
                offset: 3,
                limit: 2,
                ..ALL
            };
            let rows = page(bench, &filter, offset).await;
            let rows: Vec<MediaId> = rows.iter().map(|media| media.id).collect();
            assert_eq!(rows, ids[3..5]);
        }
    }
    for key in [i64::MIN, i64::MAX] {
        let after = Some(mana_media::media::Cursor {
            key,
            id: MediaId::new(),
        });
        let rows = page(bench, &Filter::default(), Page { after, ..ALL }).await;
        assert_eq!(rows.len(), if key == i64::MIN { 0 } else { names.len() });
    }
}

/// The contents that a filter selects, in alphabetical order; `?` is any that [`fill`] did not make.
async fn select(
    bench: &Bench,
    names: &BTreeMap<MediaId, &'static str>,
    change: impl Fn(&mut Filter),
) -> String {
    let mut filter = Filter::default();
    change(&mut filter);
    let rows = page(bench, &filter, ALL).await;
    let count = bench.catalog.count_media(&filter).await.expect("a count");
    assert_eq!(count, rows.len() as u64);
    let name = |row: &Media| names.get(&row.id).copied().unwrap_or("?");
    let mut found: Vec<&str> = rows.iter().map(name).collect();
    found.sort_unstable();
    found.concat()
}

pub(crate) async fn filters_select_by_what_it_is(bench: &Bench) {
    let mut names = fill(bench).await;
    let extra = bench.add("bob", "a", Wanted::Variants(None)).await.id;
    let mut odd = bench.upload("bob", "odd").await;
    odd.kind = Kind::from_mime("image_/x%");
    odd.app = app("plants");
    names.insert(extra, "x");
    names.insert(bench.commit(odd).await.id, "y");
    let select = async |change: fn(&mut Filter)| select(bench, &names, change).await;

    assert_eq!(select(|_| ()).await, "abcdefgxy");
    assert_eq!(select(|f| f.owner = Some(owner("bob"))).await, "xy");
    assert_eq!(select(|f| f.apps = Some(vec![])).await, "");
    let unknown = |f: &mut Filter| f.apps = Some(vec![app("plants"), app("unknown")]);
    assert_eq!(select(unknown).await, "y");
    let both = |f: &mut Filter| f.apps = Some(vec![app("plants"), app("picture")]);
    assert_eq!(select(both).await, "abcdefgxy");
    let mime = async |mime: &str| {
        let mime = Some(mime.to_owned());
        self::select(bench, &names, |f| f.mime.clone_from(&mime)).await
    };
    assert_eq!(mime("image/").await, "abcdefgx");
    assert_eq!(mime("image_/").await, "y");
    assert_eq!(mime("image_/x%").await, "y");
    assert_eq!(mime("image").await, "");
    assert_eq!(select(|f| f.ready_only = true).await, "abcdefg");
    assert_eq!(
        select(|f| f.camera = Some("canon eos".into())).await,
        "abdg"
    );
    assert_eq!(select(|f| f.camera = Some("canon".into())).await, "");
}

pub(crate) async fn filters_select_by_place_and_time(bench: &Bench) {
    let names = fill(bench).await;
    let select = async |change: &dyn Fn(&mut Filter)| select(bench, &names, change).await;
    assert_eq!(select(&|f| f.has_location = true).await, "abdg");
    let inside = async |bbox| select(&|f| f.bbox = Some(bbox)).await;
    assert_eq!(inside([8.0, 50.0, 8.5, 50.5]).await, "dg");
    assert_eq!(inside([170.0, -20.0, -170.0, 20.0]).await, "ab");
    assert_eq!(inside([-170.0, -20.0, 170.0, 20.0]).await, "");

    let between = async |date_field, from, to| {
        let change = |f: &mut Filter| {
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
    let stats = async |by: Option<&str>| {
        let by = by.map(owner);
        bench.catalog.stats(by.as_ref()).await.expect("totals")
    };
    let total = |count, size_bytes| Total { count, size_bytes };
    let ann = stats(Some("ann")).await;
    assert_eq!(ann.total, total(7, 170));
    assert_eq!(ann.by_app["picture"], total(7, 170));
    assert_eq!(ann.by_app["plants"], total(1, 30));
    assert_eq!(ann.by_year.values().sum::<u64>(), 7);
    assert!(ann.by_year.keys().all(|year| (2024..2200).contains(year)));
    assert_eq!(stats(None).await.total, total(8, 270));
    assert_eq!(stats(Some("nobody")).await, Stats::default());
    bench.assert_sound().await;
}
