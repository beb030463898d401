//! What every blob store must do, whatever it keeps its objects in.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, future, stream};
use mana_media::blob::{BlobKey, BlobStore, Error, Listed, Source};
use mana_media::media::{ContentHash, ObjectId};
use tempfile::NamedTempFile;

/// How many small objects are put to fill more than one listing.
const MANY: usize = 1100;

/// Runs everything against an empty store.
pub(crate) async fn run(store: &dyn BlobStore) {
    bytes_come_back(store).await;
    empty_objects_are_objects(store).await;
    ranges(store).await;
    missing_objects(store).await;
    deleted_objects_are_gone(store).await;
    repeated_and_concurrent_puts(store).await;
    meta_keys(store).await;
    wrong_sources_are_refused(store).await;
    files_large_enough_for_parts(store).await;
    unfinished_uploads_are_aborted(store).await;
    listings(store).await;
}

/// A key that nothing else has.
pub(crate) fn fresh_key(bytes: &[u8]) -> BlobKey {
    BlobKey::Object {
        hash: ContentHash::of(bytes),
        object: ObjectId::new(),
    }
}

/// Puts bytes under a key, as one would.
pub(crate) async fn put(store: &dyn BlobStore, key: &BlobKey, bytes: &[u8]) -> Result<(), Error> {
    let source = Source::Bytes(Bytes::copy_from_slice(bytes));
    store.put(key, &source, &ContentHash::of(bytes), None).await
}

/// Reads an object, or a part of it, to its end.
pub(crate) async fn read(
    store: &dyn BlobStore,
    key: &BlobKey,
    range: Option<Range<u64>>,
) -> Option<Vec<u8>> {
    let reader = store.get(key, range).await.expect("get")?;
    let chunks: Vec<Bytes> = reader.stream.try_collect().await.expect("read to the end");
    Some(chunks.concat())
}

/// A file of so many bytes, no two of its mebibytes alike, with its digest.
pub(crate) fn file(size_bytes: usize) -> (NamedTempFile, Vec<u8>, Source, ContentHash) {
    let mut bytes = Vec::with_capacity(size_bytes);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    while bytes.len() < size_bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size_bytes);
    let mut file = NamedTempFile::new().expect("create a file");
    file.write_all(&bytes).expect("fill the file");
    let source = Source::File {
        path: file.path().to_owned(),
        size_bytes: size_bytes as u64,
    };
    let digest = ContentHash::of(&bytes);
    (file, bytes, source, digest)
}

async fn bytes_come_back(store: &dyn BlobStore) {
    let key = fresh_key(b"hello");
    put(store, &key, b"hello").await.expect("put bytes");
    assert_eq!(store.head(&key).await.expect("head"), Some(5));
    assert_eq!(
        read(store, &key, None).await.as_deref(),
        Some(&b"hello"[..])
    );

    let (_file, bytes, source, digest) = file(1_000_003);
    let key = fresh_key(&bytes);
    store
        .put(&key, &source, &digest, None)
        .await
        .expect("put a file");
    assert_eq!(store.head(&key).await.expect("head"), Some(1_000_003));
    assert!(read(store, &key, None).await == Some(bytes));
}

async fn empty_objects_are_objects(store: &dyn BlobStore) {
    let key = fresh_key(b"");
    put(store, &key, b"").await.expect("put nothing");
    assert_eq!(store.head(&key).await.expect("head"), Some(0));
    assert_eq!(read(store, &key, None).await, Some(Vec::new()));
    assert_eq!(read(store, &key, Some(0..0)).await, Some(Vec::new()));
    let (_file, bytes, source, digest) = file(0);
    let key = fresh_key(&bytes);
    store
        .put(&key, &source, &digest, None)
        .await
        .expect("put an empty file");
    assert_eq!(read(store, &key, None).await, Some(Vec::new()));
}

async fn ranges(store: &dyn BlobStore) {
    let (_file, bytes, source, digest) = file(600_000);
    let key = fresh_key(&bytes);
    store
        .put(&key, &source, &digest, None)
        .await
        .expect("put a file");
    let size = bytes.len() as u64;
    for range in [
        0..1,
        0..size,
        5..10,
        299_999..300_001,
        size - 1..size,
        1..size,
    ] {
        let reader = store.get(&key, Some(range.clone())).await.expect("get");
        assert_eq!(reader.expect("an object").size_bytes, size, "{range:?}");
        let expected = &bytes[range.start as usize..range.end as usize];
        let found = read(store, &key, Some(range.clone())).await;
        assert!(found.as_deref() == Some(expected), "{range:?}");
    }
    for at in [0, 1, size] {
        let reader = store.get(&key, Some(at..at)).await.expect("get");
        assert_eq!(reader.expect("an object").size_bytes, size);
        assert_eq!(read(store, &key, Some(at..at)).await, Some(Vec::new()));
    }
    #[allow(clippy::reversed_empty_ranges)]
    for range in [
        0..size + 1,
        size..size + 1,
        size + 5..size + 9,
        size + 1..size + 1,
        7..3,
    ] {
        let refused = store.get(&key, Some(range.clone())).await;
        assert!(matches!(refused, Err(Error::Integrity(_))), "{range:?}");
    }
}

async fn missing_objects(store: &dyn BlobStore) {
    for key in [fresh_key(b"never put"), BlobKey::Epoch(404)] {
        assert_eq!(store.head(&key).await.expect("head"), None);
        assert_eq!(read(store, &key, None).await, None);
        assert_eq!(read(store, &key, Some(0..5)).await, None);
        assert_eq!(read(store, &key, Some(5..5)).await, None);
        store.delete(&key, None).await.expect("delete nothing");
    }
}

async fn deleted_objects_are_gone(store: &dyn BlobStore) {
    // Two generations of the same content share all but the end of their keys.
    let (first, second) = (fresh_key(b"twice"), fresh_key(b"twice"));
    put(store, &first, b"twice").await.expect("put");
    put(store, &second, b"twice").await.expect("put");
    store.delete(&first, None).await.expect("delete");
    assert_eq!(store.head(&first).await.expect("head"), None);
    assert_eq!(
        read(store, &second, None).await.as_deref(),
        Some(&b"twice"[..])
    );
    store.delete(&second, None).await.expect("delete");
    store.delete(&second, None).await.expect("delete again");
    assert_eq!(read(store, &second, None).await, None);
    let third = fresh_key(b"twice");
    put(store, &third, b"twice")
        .await
        .expect("put after a delete");
    assert_eq!(
        read(store, &third, None).await.as_deref(),
        Some(&b"twice"[..])
    );
}

async fn repeated_and_concurrent_puts(store: &dyn BlobStore) {
    let (_file, bytes, source, digest) = file(100_000);
    let key = fresh_key(&bytes);
    let puts = (0..8).map(|_| store.put(&key, &source, &digest, None));
    for put in future::join_all(puts).await {
        put.expect("one of several puts of the same");
    }
    store
        .put(&key, &source, &digest, None)
        .await
        .expect("put again");
    assert!(read(store, &key, None).await == Some(bytes));

    // Puts into a folder that deletes are emptying.
    let rounds = stream::iter(0..40).map(|_| async {
        let key = fresh_key(b"contended");
        put(store, &key, b"contended")
            .await
            .expect("put beside deletes");
        assert_eq!(store.head(&key).await.expect("head"), Some(9));
        store.delete(&key, None).await.expect("delete beside puts");
    });
    rounds.buffer_unordered(8).collect::<()>().await;
}

async fn meta_keys(store: &dyn BlobStore) {
    let keys = [
        BlobKey::Epoch(0),
        BlobKey::Epoch(9),
        BlobKey::Epoch(10),
        BlobKey::Epoch(u64::MAX),
    ];
    for key in keys.iter().rev().chain([&BlobKey::StoreId]) {
        put(store, key, key.to_string().as_bytes())
            .await
            .expect("put");
        let found = read(store, key, None).await;
        assert_eq!(found, Some(key.to_string().into_bytes()));
    }
    let listed = store
        .list(BlobKey::EPOCHS, None)
        .await
        .expect("list epochs");
    let listed: Vec<BlobKey> = listed.iter().map(key_of).collect();
    assert_eq!(listed, keys);
    for key in keys.iter().chain([&BlobKey::StoreId]) {
        store.delete(key, None).await.expect("delete");
    }
    assert!(store.list("meta/", None).await.expect("list").is_empty());
}

async fn wrong_sources_are_refused(store: &dyn BlobStore) {
    let key = fresh_key(b"right");
    let wrong = Source::Bytes(Bytes::from_static(b"wrong"));
    let refused = store
        .put(&key, &wrong, &ContentHash::of(b"right"), None)
        .await;
    assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
    assert_eq!(store.head(&key).await.expect("head"), None);

    for change in [-1, 1] {
        let (file, bytes, source, digest) = file(200_000);
        let length = (bytes.len() as u64)
            .checked_add_signed(change)
            .expect("a length");
        file.as_file().set_len(length).expect("change the length");
        let key = fresh_key(&bytes);
        let refused = store.put(&key, &source, &digest, None).await;
        assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
        assert_eq!(store.head(&key).await.expect("head"), None);
    }
}

async fn files_large_enough_for_parts(store: &dyn BlobStore) {
    let (_file, bytes, source, digest) = file(70 * 1024 * 1024 + 1);
    let key = fresh_key(&bytes);
    let upload = store.begin(&key, source.size_bytes()).await.expect("begin");
    assert_eq!(store.head(&key).await.expect("head"), None);
    for _ in 0..2 {
        let put = store.put(&key, &source, &digest, upload.as_deref()).await;
        put.expect("put, and again as if the answer had been lost");
    }
    assert_eq!(
        store.head(&key).await.expect("head"),
        Some(bytes.len() as u64)
    );
    let middle = 16 * 1024 * 1024 - 3..33 * 1024 * 1024 + 5;
    let expected = &bytes[middle.start as usize..middle.end as usize];
    assert!(read(store, &key, Some(middle)).await.as_deref() == Some(expected));
    assert!(read(store, &key, None).await == Some(bytes));
    store.delete(&key, upload.as_deref()).await.expect("delete");
    assert_eq!(store.head(&key).await.expect("head"), None);
}

async fn unfinished_uploads_are_aborted(store: &dyn BlobStore) {
    let key = fresh_key(b"unfinished");
    let upload = store.begin(&key, 1 << 30).await.expect("begin");
    for _ in 0..2 {
        store.delete(&key, upload.as_deref()).await.expect("abort");
    }
    assert_eq!(store.head(&key).await.expect("head"), None);
    if let Some(upload) = upload {
        let (_file, _, source, digest) = file(1000);
        let late = store.put(&key, &source, &digest, Some(&upload)).await;
        assert!(matches!(late, Err(Error::Integrity(_))), "{late:?}");
        assert_eq!(store.head(&key).await.expect("head"), None);
    }
}

async fn listings(store: &dyn BlobStore) {
    for listed in all(store, "").await {
        store.delete(&key_of(&listed), None).await.expect("clear");
    }
    // Several objects a hash, so that some share a folder.
    let keys: Vec<BlobKey> = (0..MANY)
        .map(|index| fresh_key(&(index / 3).to_be_bytes()))
        .collect();
    let puts = keys.iter().map(|key| async move {
        put(store, key, &key_content(key)).await.expect("put");
    });
    stream::iter(puts)
        .buffer_unordered(16)
        .collect::<()>()
        .await;
    let sorted: Vec<String> = keys
        .iter()
        .map(ToString::to_string)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();

    let first = store.list("", None).await.expect("list");
    assert_eq!(names(&first), sorted[..1000]);
    let rest = store.list("", Some(&sorted[999])).await.expect("list");
    assert_eq!(names(&rest), sorted[1000..]);
    assert!(first.iter().all(|listed| listed.size_bytes == 36));
    assert!(
        first
            .iter()
            .all(|listed| listed.modified_unix > 1_700_000_000)
    );

    for prefix in ["b/", "b/7", "b/7f/", &sorted[500][..40], &sorted[77]] {
        let expected = sorted.iter().filter(|key| key.starts_with(prefix));
        let expected: Vec<&String> = expected.collect();
        let found = all(store, prefix).await;
        assert!(names(&found).iter().eq(expected), "{prefix}");
    }
    // `after` need not be there, nor lie within the prefix.
    let after = |prefix: &'static str, after: String| async move {
        names(&store.list(prefix, Some(&after)).await.expect("list"))
    };
    let absent = |first_byte: u8, filler: char| {
        let filler = filler.to_string();
        format!(
            "b/{first_byte:02x}/{first_byte:02x}{}/{}",
            filler.repeat(62),
            filler.repeat(32)
        )
    };
    for start in [absent(0x80, '0'), absent(0x80, 'f'), absent(0, '0')] {
        let expected = sorted.iter().filter(|key| **key > start).take(1000);
        let found = after("", start.clone()).await;
        assert!(found.iter().eq(expected), "{start}");
    }
    let last = sorted.iter().filter(|key| key.starts_with("b/ff"));
    assert!(after("b/ff", absent(0x80, '0')).await.iter().eq(last));
    assert!(after("b/0", absent(0x10, '0')).await.is_empty());
    assert!(after("b/", "meta/store-id".to_owned()).await.is_empty());
    assert!(all(store, "x/").await.is_empty());
}

/// All keys with a prefix, page by page.
async fn all(store: &dyn BlobStore, prefix: &str) -> Vec<Listed> {
    let mut found: Vec<Listed> = Vec::new();
    loop {
        let last = found.last().map(|listed| listed.key.as_str());
        let page = store.list(prefix, last).await.expect("list");
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

fn names(listed: &[Listed]) -> Vec<String> {
    listed.iter().map(|listed| listed.key.clone()).collect()
}

fn key_of(listed: &Listed) -> BlobKey {
    listed.key.parse().expect("a key of ours")
}

/// 36 bytes.
fn key_content(key: &BlobKey) -> Vec<u8> {
    let key = key.to_string();
    key.as_bytes()[key.len() - 36..].to_vec()
}
