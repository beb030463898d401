//! Hash, sniff and base64, each through the door that the service uses. Pictures are in `imaging.rs`, listings in `gallery/run`.

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
use mana_media::ingest::parse_batch;
use mana_media::media::{ContentHash, sniff};
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

criterion_group!(benches, hash, sniffing, batch);
criterion_main!(benches);
