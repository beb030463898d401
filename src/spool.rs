//! The spool: where an upload is while it is hashed and before anybody refers to it. Small ones stay in memory, the rest go to
//! a folder of this process, whose files nobody needs after a crash.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};

use crate::blob::Source;
use crate::disk;
use crate::imaging::{self, Input, Limits, Probe};
use crate::media::{ContentHash, Kind};
use crate::sandbox::{self, Picture, Sandbox};
use crate::threads::blocking;

/// Up to here an upload stays in memory; beyond, it is written to its file in pieces of this size.
const MEMORY_BYTES: usize = 256 << 10;
/// How much is read at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// How much of the beginning is kept to tell what it is.
const HEAD_BYTES: usize = 8 << 10;

/// Why bytes were not spooled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More bytes than allowed.
    #[error("larger than {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// The reader that they came from failed.
    #[error("input failed")]
    Input(#[source] std::io::Error),
    /// All uploads together take too much, or the disk is nearly full.
    #[error("spool is full: {0}")]
    Full(&'static str),
    /// The spool's own disk failed or is full.
    #[error("spool failed")]
    Disk(#[from] std::io::Error),
}

/// How much the files of a spool may take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Most bytes of all of them.
    pub max_bytes: u64,
    /// Bytes that are left free on their file system.
    pub keep_free_bytes: u64,
}

/// A folder for spooled uploads, held by one process.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: Arc<Folder>,
    max_bytes: u64,
    cap: Cap,
}

/// The folder goes with its last user.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Bytes of all files in it.
    used_bytes: AtomicU64,
    _lock: File,
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

impl Spool {
    /// Makes a folder for this process under `parent`, and removes those that processes now dead have left there.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn open(parent: &Path, max_bytes: u64) -> std::io::Result<Self> {
        std::fs::create_dir_all(parent)?;
        for entry in std::fs::read_dir(parent)?.flatten() {
            // A living process holds the lock beside its files; one that is just starting has a name of another form.
            let lock = File::open(entry.path().join("lock"));
            let is_starting = entry.file_name().as_encoded_bytes().starts_with(b".");
            if let Ok(lock) = lock.as_ref()
                && !is_starting
                && lock.try_lock().is_ok()
            {
                // Another process may be removing it too.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        // The lock is taken under another name: no one can find the folder before it is held.
        let name = uuid::Uuid::new_v4().simple().to_string();
        let (making, path) = (parent.join(format!(".{name}")), parent.join(name));
        std::fs::create_dir(&making)?;
        let lock = File::create(making.join("lock"))?;
        lock.lock()?;
        std::fs::rename(&making, &path)?;
        Ok(Self {
            folder: Arc::new(Folder {
                path,
                used_bytes: AtomicU64::new(0),
                _lock: lock,
            }),
            max_bytes,
            cap: Cap {
                max_bytes: u64::MAX,
                keep_free_bytes: 0,
            },
        })
    }

    /// The same spool with a cap on all uploads together.
    #[must_use]
    pub fn with_cap(self, cap: Cap) -> Self {
        Self { cap, ..self }
    }

    /// Bytes of all files in it.
    #[must_use]
    pub fn used_bytes(&self) -> u64 {
        self.folder.used_bytes.load(Ordering::Relaxed)
    }

    /// Largest file taken, in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Takes in a whole body: every chunk is counted against the limit and hashed before it is kept.
    ///
    /// # Errors
    /// `TooLarge` as soon as the limit is passed, `Disk`, or whatever the body yields.
    pub async fn receive<E: From<Error>>(
        &self,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Spooled, E> {
        let mut writer = self.writer();
        while let Some(chunk) = body.next().await {
            if writer.take(&chunk?)? {
                writer = blocking(move || writer.flush().map(|()| writer)).await?;
            }
        }
        if writer.file.is_none() {
            return Ok(writer.finish()?);
        }
        Ok(blocking(move || writer.finish()).await?)
    }

    /// The same for a reader, on a thread that may block.
    ///
    /// # Errors
    /// `TooLarge`, `Disk`, and `Input` for an error of the reader.
    pub fn receive_blocking(&self, reader: &mut dyn Read) -> Result<Spooled, Error> {
        let mut writer = self.writer();
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => return writer.finish(),
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::Input(error)),
            };
            if writer.take(&buffer[..read])? {
                writer.flush()?;
            }
        }
    }

    /// The same spool without its limit, for bytes that were taken in before.
    #[must_use]
    pub fn unlimited(&self) -> Self {
        Self {
            folder: Arc::clone(&self.folder),
            max_bytes: u64::MAX,
            cap: self.cap,
        }
    }

    fn writer(&self) -> Writer {
        Writer {
            folder: Arc::clone(&self.folder),
            max_bytes: self.max_bytes,
            cap: self.cap,
            hasher: Sha256::new(),
            size_bytes: 0,
            head: Vec::new(),
            buffer: Vec::new(),
            file: None,
        }
    }
}

/// An upload being received.
struct Writer {
    folder: Arc<Folder>,
    max_bytes: u64,
    cap: Cap,
    hasher: Sha256,
    size_bytes: u64,
    head: Vec<u8>,
    buffer: Vec<u8>,
    file: Option<(File, SpoolFile)>,
}

impl Writer {
    /// Counts, hashes and buffers a chunk; `true` when it is time to flush.
    fn take(&mut self, chunk: &[u8]) -> Result<bool, Error> {
        self.size_bytes += chunk.len() as u64;
        if self.size_bytes > self.max_bytes {
            return Err(Error::TooLarge {
                max_bytes: self.max_bytes,
            });
        }
        self.hasher.update(chunk);
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        self.head
            .extend_from_slice(&chunk[..chunk.len().min(missing)]);
        self.buffer.extend_from_slice(chunk);
        Ok(self.buffer.len() > MEMORY_BYTES)
    }

    fn flush(&mut self) -> Result<(), Error> {
        if self.file.is_none() {
            let path = self
                .folder
                .path
                .join(uuid::Uuid::new_v4().simple().to_string());
            let file = File::options().write(true).create_new(true).open(&path)?;
            self.file = Some((
                file,
                SpoolFile {
                    path,
                    size_bytes: 0,
                    folder: Arc::clone(&self.folder),
                },
            ));
        }
        if let Some((file, place)) = &mut self.file {
            place.reserve(self.buffer.len() as u64, &self.cap)?;
            file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Spooled, Error> {
        let content = if self.file.is_some() {
            self.flush()?;
            self.file.map_or_else(
                || Content::Memory(Bytes::new()),
                |(_, file)| Content::File(file),
            )
        } else {
            Content::Memory(self.buffer.into())
        };
        Ok(Spooled {
            hash: ContentHash(self.hasher.finalize().into()),
            size_bytes: self.size_bytes,
            head: self.head,
            content,
        })
    }
}

/// A spooled upload, complete and hashed. Its file goes when it is dropped.
#[derive(Debug)]
pub struct Spooled {
    /// SHA-256 of all of it.
    pub hash: ContentHash,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its first 8 KiB, or all of it.
    pub head: Vec<u8>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Memory(Bytes),
    File(SpoolFile),
}

#[derive(Debug)]
struct SpoolFile {
    path: PathBuf,
    size_bytes: u64,
    // Keeps the folder as long as there are files in it.
    folder: Arc<Folder>,
}

impl SpoolFile {
    /// Counts bytes that are about to be written.
    fn reserve(&mut self, size_bytes: u64, cap: &Cap) -> Result<(), Error> {
        self.size_bytes += size_bytes;
        let used = self
            .folder
            .used_bytes
            .fetch_add(size_bytes, Ordering::Relaxed);
        if used.saturating_add(size_bytes) > cap.max_bytes {
            return Err(Error::Full("uploads take all of SPOOL_BYTES"));
        }
        let free_bytes = disk::room(&self.folder.path)?.free_bytes;
        if free_bytes < cap.keep_free_bytes.saturating_add(size_bytes) {
            return Err(Error::Full("its disk has little more than KEEP_FREE_BYTES"));
        }
        Ok(())
    }
}

impl Drop for SpoolFile {
    fn drop(&mut self) {
        self.folder
            .used_bytes
            .fetch_sub(self.size_bytes, Ordering::Relaxed);
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Spooled {
    /// For the store.
    #[must_use]
    pub fn source(&self) -> Source {
        match &self.content {
            Content::Memory(bytes) => Source::Bytes(bytes.clone()),
            Content::File(file) => Source::File {
                path: file.path.clone(),
                size_bytes: self.size_bytes,
            },
        }
    }

    /// For a probe, which reads no more than it needs.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(&self) -> std::io::Result<Box<dyn Input + Send>> {
        Ok(match &self.content {
            Content::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
            Content::File(file) => Box::new(BufReader::with_capacity(
                CHUNK_BYTES,
                File::open(&file.path)?,
            )),
        })
    }

    /// What its header tells, on a thread that may block.
    ///
    /// # Errors
    /// As [`Spooled::probe_here`].
    pub async fn probe(
        self: &Arc<Self>,
        sandbox: &Sandbox,
        kind: &Kind,
        limits: &Limits,
    ) -> Result<Probe, sandbox::Error> {
        let (spooled, sandbox) = (Arc::clone(self), sandbox.clone());
        let (kind, limits) = (kind.clone(), *limits);
        blocking(move || spooled.probe_here(&sandbox, &kind, &limits)).await
    }

    /// What its header tells. Blocks.
    ///
    /// # Errors
    /// The file system's as `Unavailable`, and the picture's.
    pub fn probe_here(
        &self,
        sandbox: &Sandbox,
        kind: &Kind,
        limits: &Limits,
    ) -> Result<Probe, sandbox::Error> {
        if *kind == Kind::Svg {
            let size = sandbox.measure_svg(&self.picture()?, limits)?;
            return Ok(Probe::of_svg(size, &self.head));
        }
        Ok(imaging::probe(&mut *self.open()?, kind, limits)?)
    }

    /// All of it, for a decoder.
    ///
    /// # Errors
    /// The file system's.
    pub fn picture(&self) -> std::io::Result<Picture> {
        Ok(match &self.content {
            Content::Memory(bytes) => Picture::Bytes(bytes.clone()),
            Content::File(file) => Picture::File(File::open(&file.path)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spooled: &Spooled) -> Vec<u8> {
        match spooled.picture().unwrap() {
            Picture::Bytes(bytes) => bytes.into(),
            Picture::File(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                bytes
            }
        }
    }

    fn chunks(count: usize) -> impl Stream<Item = Result<Bytes, Error>> + Unpin {
        futures_util::stream::iter((0..count).map(|i| Ok(Bytes::from(vec![i as u8; 100_000]))))
    }

    #[tokio::test]
    async fn small_and_large_bodies_are_kept_whole_and_leave_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let spool = Spool::open(parent.path(), 10_000_000).unwrap();
        for count in [0, 1, 30] {
            let spooled = spool.receive(chunks(count)).await.unwrap();
            let expected: Vec<u8> = (0..count).flat_map(|i| vec![i as u8; 100_000]).collect();
            assert_eq!(all(&spooled), expected);
            assert_eq!(spooled.hash, ContentHash::of(&expected));
            assert_eq!(spooled.head, expected[..expected.len().min(HEAD_BYTES)]);
            let blocking = spool.receive_blocking(&mut expected.as_slice()).unwrap();
            assert_eq!(
                (blocking.hash, blocking.size_bytes),
                (spooled.hash, spooled.size_bytes)
            );
        }
        let error = spool.receive(chunks(101)).await.unwrap_err();
        assert!(matches!(
            error,
            Error::TooLarge {
                max_bytes: 10_000_000
            }
        ));
        let left = std::fs::read_dir(&spool.folder.path).unwrap().count();
        assert_eq!(left, 1, "only the lock remains");
        drop(spool);
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn all_uploads_together_keep_to_the_cap() {
        let parent = tempfile::tempdir().unwrap();
        let cap = |max_bytes, keep_free_bytes| Cap {
            max_bytes,
            keep_free_bytes,
        };
        let spool = Spool::open(parent.path(), 10_000_000).unwrap();
        let spool = spool.with_cap(cap(5_000_000, 0));
        let first = spool.receive(chunks(30)).await.unwrap();
        assert_eq!(spool.used_bytes(), 3_000_000);
        assert!(matches!(
            spool.receive(chunks(30)).await,
            Err(Error::Full(_))
        ));
        assert_eq!(spool.used_bytes(), 3_000_000, "given back");
        spool.receive(chunks(2)).await.unwrap();
        drop(first);
        spool.receive(chunks(30)).await.unwrap();
        assert_eq!(spool.used_bytes(), 0);
        let wary = spool.with_cap(cap(u64::MAX, u64::MAX));
        assert!(matches!(
            wary.receive(chunks(30)).await,
            Err(Error::Full(_))
        ));
        wary.receive(chunks(2)).await.unwrap();
    }

    #[test]
    fn folders_of_dead_processes_go_and_of_living_ones_stay() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("dead");
        std::fs::create_dir(&dead).unwrap();
        std::fs::write(dead.join("lock"), "").unwrap();
        std::fs::write(dead.join("upload"), "left over").unwrap();
        let living = Spool::open(parent.path(), 1).unwrap();
        let second = Spool::open(parent.path(), 1).unwrap();
        assert!(!dead.try_exists().unwrap());
        assert!(
            living.folder.path.try_exists().unwrap() && second.folder.path.try_exists().unwrap()
        );
    }
}
