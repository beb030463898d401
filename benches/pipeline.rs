//! Hash, sniff, base64 and listing, each through the door that the service uses. Pictures are in `imaging.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::semicolon_if_nothing_returned
)]

use std::hint::black_box;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mana_media::catalog::{Catalog, Filter, NewMedia, Page, SqliteCatalog, Wanted};
use mana_media::ingest::parse_batch;
use mana_media::media::{
    AppName, ContentHash, Facts, Kind, MediaId, ObjectId, Owner, SortKey, sniff,
};
use mana_media::spool::Spool;

const MIB: usize = 1 << 20;

fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn hash(c: &mut Criterion) {
    let bytes = noise(8 * MIB);
    let mut group = c.benchmark_group("hash");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("sha256_8MiB", |b| {
        b.iter(|| ContentHash::of(black_box(&bytes)))
    });
    group.finish();
}

fn sniffing(c: &mut Criterion) {
    let binary = noise(8 << 10);
    let text = "a line of text, as in a log\n".repeat(300);
    c.bench_function("sniff/unknown_8KiB", |b| {
        b.iter(|| sniff(black_box(&binary), None))
    });
    c.bench_function("sniff/text_8KiB", |b| {
        b.iter(|| sniff(black_box(text.as_bytes()), Some("text/csv")))
    });
    c.bench_function("sniff/jpeg", |b| {
        b.iter(|| sniff(black_box(b"\xff\xd8\xff\xe0 and so on"), None))
    });
}

fn batch(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path(), 100 * MIB as u64).unwrap();
    let payload = STANDARD.encode(noise(4 * MIB));
    let body =
        format!(r#"{{"app":"picture","items":[{{"data":"{payload}","metadata":{{"seed":7}}}}]}}"#);
    let mut group = c.benchmark_group("batch");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.sample_size(20);
    group.bench_function("parse_decode_spool_4MiB", |b| {
        b.iter_batched(
            || Cursor::new(&body),
            |body| parse_batch(&spool, body).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn new_media(index: u32) -> NewMedia {
    NewMedia {
        id: MediaId::new(),
        owner: Owner::new("me").unwrap(),
        app: AppName::new(if index.is_multiple_of(2) {
            "picture"
        } else {
            "plants"
        })
        .unwrap(),
        name: None,
        metadata: None,
        hash: ContentHash::of(&index.to_be_bytes()),
        size_bytes: u64::from(index),
        kind: Kind::Jpeg,
        facts: Facts::default(),
        object: Some(ObjectId::new()),
        replaces: None,
        wanted: Wanted::Nothing,
    }
}

/// 10,000 rows of one owner; the first page and one from the middle should cost the same.
fn listing(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let catalog = runtime.block_on(async {
        let catalog = SqliteCatalog::open(&folder.path().join("catalog.sqlite"))
            .await
            .unwrap();
        for start in (0..10_000).step_by(500) {
            let uploads: Vec<NewMedia> = (start..start + 500).map(new_media).collect();
            for new in &uploads {
                let lease = std::time::Duration::from_mins(1);
                catalog
                    .begin_object(new.object.unwrap(), new.hash, new.size_bytes, lease)
                    .await
                    .unwrap();
            }
            catalog.commit_uploads(&uploads).await.unwrap();
        }
        catalog
    });
    let filter = Filter {
        owner: Some(Owner::new("me").unwrap()),
        sort: SortKey::Size,
        ..Filter::default()
    };
    let first = Page {
        after: None,
        offset: 0,
        limit: 50,
    };
    let middle = runtime.block_on(async {
        let rows = catalog
            .list_media(
                &filter,
                &Page {
                    offset: 5_000,
                    ..first
                },
            )
            .await
            .unwrap();
        Page {
            after: Some(rows[0].cursor(SortKey::Size)),
            ..first
        }
    });
    for (name, page) in [("first_page", first), ("middle_by_cursor", middle)] {
        c.bench_function(&format!("listing/{name}"), |b| {
            b.iter(|| {
                runtime
                    .block_on(catalog.list_media(&filter, &page))
                    .unwrap()
            });
        });
    }
    runtime.block_on(async { drop(catalog) });
}

criterion_group!(benches, hash, sniffing, batch, listing);
criterion_main!(benches);
