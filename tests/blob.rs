//! The contract of blob stores, on each of them, and what is special to one.

mod support;

use std::fs;

use futures_util::TryStreamExt as _;
use mana_media::blob::{BlobStore, Error, FsStore, MemoryStore, S3Config, S3Store, Source};
use mana_media::media::ContentHash;
use support::blob_contract::{self, file, fresh_key, put, read};
use support::s3::fresh_bucket_config;

async fn s3_store() -> S3Store {
    let store = S3Store::new(fresh_bucket_config());
    store.ensure_bucket().await.expect("a bucket");
    store
}

async fn fs_store() -> (tempfile::TempDir, FsStore) {
    let root = tempfile::tempdir().expect("a folder");
    let store = FsStore::open(root.path().join("new/store")).await;
    (root, store.expect("open the store"))
}

#[tokio::test]
async fn memory_store_keeps_the_contract() {
    blob_contract::run(&MemoryStore::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_store_keeps_the_contract() {
    let (_root, store) = fs_store().await;
    blob_contract::run(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_store_keeps_the_contract() {
    blob_contract::run(&s3_store().await).await;
}

#[tokio::test]
async fn another_length_under_a_taken_key_is_refused() {
    let (_root, files) = fs_store().await;
    for store in [&files as &dyn BlobStore, &MemoryStore::new()] {
        let key = fresh_key(b"taken");
        put(store, &key, b"taken").await.unwrap();
        let refused = put(store, &key, b"taken over").await;
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
        assert_eq!(
            read(store, &key, None).await.as_deref(),
            Some(&b"taken"[..])
        );
    }
}

#[tokio::test]
async fn file_store_leaves_nothing_but_objects() {
    let (root, store) = fs_store().await;
    let (_file, bytes, source, digest) = file(300_000);
    let key = fresh_key(&bytes);
    store.put(&key, &source, &digest, None).await.unwrap();
    put(&store, &fresh_key(b"small"), b"small").await.unwrap();
    let temps = root.path().join("new/store/tmp");
    assert_eq!(fs::read_dir(&temps).unwrap().count(), 0);
    // A crash's remains are not keys, and stay as long as they may be somebody's.
    fs::write(temps.join("left"), "half an obj").unwrap();
    let again = FsStore::open(root.path().join("new/store")).await.unwrap();
    assert_eq!(again.list("", None).await.unwrap().len(), 2);
    assert_eq!(fs::read_dir(&temps).unwrap().count(), 1);
    // An emptied folder goes, so that a store does not grow by its past.
    store.delete(&key, None).await.unwrap();
    let path = root.path().join("new/store").join(key.to_string());
    assert!(!path.parent().unwrap().try_exists().unwrap());
}

#[tokio::test]
async fn file_store_takes_files_from_another_filesystem() {
    let other = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let (_root, store) = fs_store().await;
    let bytes = vec![7; 300_000];
    let path = other.path().join("spooled");
    fs::write(&path, &bytes).unwrap();
    let source = Source::File {
        path: path.clone(),
        size_bytes: 300_000,
    };
    let digest = ContentHash::of(&bytes);
    let key = fresh_key(&bytes);
    for _ in 0..2 {
        store.put(&key, &source, &digest, None).await.unwrap();
    }
    assert!(read(&store, &key, None).await == Some(bytes.clone()));
    // Here the bytes pass through us and are checked.
    let other_key = fresh_key(&bytes);
    fs::write(&path, vec![8; 300_000]).unwrap();
    let refused = store.put(&other_key, &source, &digest, None).await;
    assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
}

#[tokio::test]
async fn file_store_follows_symbolic_links_of_a_source() {
    let (root, store) = fs_store().await;
    let (target, bytes, _, digest) = file(1000);
    let path = root.path().join("link");
    std::os::unix::fs::symlink(target.path(), &path).unwrap();
    let source = Source::File {
        path,
        size_bytes: 1000,
    };
    let key = fresh_key(&bytes);
    store.put(&key, &source, &digest, None).await.unwrap();
    drop(target);
    assert!(read(&store, &key, None).await == Some(bytes));
}

#[tokio::test]
async fn file_cut_short_while_it_is_read_is_an_error() {
    let (root, store) = fs_store().await;
    let key = fresh_key(b"cut");
    put(&store, &key, &vec![1; 5_000_000]).await.unwrap();
    let mut reader = store.get(&key, None).await.unwrap().unwrap();
    assert!(reader.stream.try_next().await.unwrap().is_some());
    let path = root.path().join("new/store").join(key.to_string());
    let object = fs::File::options().write(true).open(path).unwrap();
    object.set_len(3_000_000).unwrap();
    let rest: Result<Vec<_>, _> = reader.stream.try_collect().await;
    assert!(matches!(rest, Err(Error::Integrity(_))));
}

#[tokio::test]
async fn file_store_does_not_fill_the_disk_below_a_lost_mount() {
    let (root, store) = fs_store().await;
    fs::remove_dir_all(root.path().join("new/store")).unwrap();
    let refused = put(&store, &fresh_key(b"lost"), b"lost").await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn s3_prefixes_do_not_see_each_other() {
    let config = fresh_bucket_config();
    let with_prefix = |end: &str| {
        S3Store::new(S3Config {
            prefix: format!("{}{end}", config.prefix),
            ..config.clone()
        })
    };
    let odd = with_prefix(" ü+&#%41=/deep/");
    odd.ensure_bucket().await.unwrap();
    odd.ensure_bucket().await.unwrap();
    let sibling = with_prefix(" ü+&#%41=/dee");
    let key = fresh_key(b"odd");
    put(&odd, &key, b"odd").await.unwrap();
    assert_eq!(read(&odd, &key, None).await.as_deref(), Some(&b"odd"[..]));
    let listed = odd.list("", None).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].key, key.to_string());
    assert!(odd.list("", Some(&listed[0].key)).await.unwrap().is_empty());
    assert!(sibling.list("", None).await.unwrap().is_empty());
    assert_eq!(sibling.head(&key).await.unwrap(), None);
    odd.delete(&key, None).await.unwrap();
}

#[tokio::test]
async fn s3_server_finds_wrong_bytes() {
    let store = s3_store().await;
    let (_file, bytes, source, _) = file(200_000);
    let key = fresh_key(&bytes);
    let digest = ContentHash::of(b"something else");
    let refused = store.put(&key, &source, &digest, None).await;
    assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
    assert_eq!(store.head(&key).await.unwrap(), None);
}

#[tokio::test]
async fn s3_failures_say_what_to_do() {
    let config = fresh_bucket_config();
    let key = fresh_key(b"unreachable");
    let closed = S3Store::new(S3Config {
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        ..config.clone()
    });
    let wrong_secret = S3Store::new(S3Config {
        secret_key: "wrong".to_owned(),
        ..config.clone()
    });
    let no_bucket = S3Store::new(S3Config {
        bucket: "mana-no-such-bucket".to_owned(),
        ..config
    });
    for store in [closed, wrong_secret] {
        assert!(matches!(store.head(&key).await, Err(Error::Unavailable(_))));
        assert!(matches!(
            store.get(&key, None).await,
            Err(Error::Unavailable(_))
        ));
        assert!(matches!(
            store.ensure_bucket().await,
            Err(Error::Unavailable(_))
        ));
        let put = put(&store, &key, b"unreachable").await;
        assert!(matches!(put, Err(Error::Unavailable(_))), "{put:?}");
    }
    assert!(matches!(
        no_bucket.get(&key, None).await,
        Err(Error::Unavailable(_))
    ));
    assert!(matches!(
        no_bucket.list("", None).await,
        Err(Error::Unavailable(_))
    ));
}
