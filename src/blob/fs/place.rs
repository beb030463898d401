//! Putting a file in its place so that a power cut at any moment leaves either nothing or all of it, and taking it away.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{CHUNK_BYTES, failed};
use crate::blob::{BlobKey, Error, Source};
use crate::media::ContentHash;

/// Where files are written before they have a name; on the same filesystem as their place, as a hard link needs.
const TEMP: &str = "tmp";
/// A temporary file that was not written to for so long belongs to nobody. Far more than any put takes, so that another
/// process is never disturbed.
const TEMP_KEEP: Duration = Duration::from_hours(24);
/// How often a folder that a delete removes under us is made again.
const FOLDER_TRIES: usize = 100;

/// Makes the fixed folders, durably, and clears old temporary files.
pub(super) fn prepare(root: &Path) -> Result<(), Error> {
    let made = || -> io::Result<()> {
        let root = &std::path::absolute(root)?;
        let is_missing = |folder: &&Path| !folder.try_exists().unwrap_or(true);
        let missing = root.ancestors().take_while(is_missing);
        let changed: Vec<&Path> = missing.filter_map(Path::parent).collect();
        fs::create_dir_all(root)?;
        let objects = root.join("b");
        let meta = root.join("meta");
        for first_byte in 0..=255u8 {
            fs::create_dir_all(objects.join(format!("{first_byte:02x}")))?;
        }
        fs::create_dir_all(meta.join("epoch"))?;
        fs::create_dir_all(root.join(TEMP))?;
        for folder in [&objects, &meta, root]
            .map(PathBuf::as_path)
            .iter()
            .chain(&changed)
        {
            File::open(folder)?.sync_all()?;
        }
        clear_old_temps(root)
    };
    made().map_err(|error| failed(error, "open store in", &root.display()))
}

/// The age is told by the filesystem's own clock, which a fresh file shows (and that we may write here at all).
fn clear_old_temps(root: &Path) -> io::Result<()> {
    let fresh = Temp::create(root)?;
    let now = fresh.file.metadata()?.modified()?;
    for entry in fs::read_dir(root.join(TEMP))? {
        let entry = entry?;
        let age = match entry.metadata() {
            Ok(metadata) => now.duration_since(metadata.modified()?).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if age > TEMP_KEEP {
            unless_missing(fs::remove_file(entry.path()))?;
        }
    }
    Ok(())
}

/// Stores an object durably under its key.
pub(super) fn put(
    root: &Path,
    key: &BlobKey,
    source: &Source,
    digest: &ContentHash,
) -> Result<(), Error> {
    let size_bytes = source.size_bytes();
    let target = root.join(key.to_string());
    let placed = match source {
        Source::Bytes(bytes) => {
            let temp = Temp::with(root, &bytes[..], size_bytes, digest, key)?;
            move_in(&temp, &target)
        }
        Source::File { path, .. } => {
            let open = |error| failed(error, "open source of", key);
            // A link to a symbolic link would keep only its text.
            let path = &fs::canonicalize(path).map_err(open)?;
            let file = File::open(path).map_err(open)?;
            check_length(&file, size_bytes, key)?;
            sync(&file, key)?;
            match in_folder(&target, || fs::hard_link(path, &target)) {
                Err(error) if cannot_link(&error) => {
                    let temp = Temp::with(root, file, size_bytes, digest, key)?;
                    move_in(&temp, &target)
                }
                done => done,
            }
        }
    };
    match placed {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let there = fs::metadata(&target).map_err(|error| failed(error, "look up", key))?;
            if there.len() != size_bytes {
                return Err(Error::Exists(key.to_string()));
            }
        }
        Err(error) => return Err(failed(error, "place", key)),
    }
    // Also when it was there: whoever placed it may have died before this. The folder itself may be new, so its entry counts.
    for folder in target.ancestors().skip(1).take(2) {
        let folder = File::open(folder).map_err(|error| failed(error, "sync folder of", key))?;
        sync(&folder, key)?;
    }
    Ok(())
}

/// Removes an object, and its folder when that is empty.
pub(super) fn delete(root: &Path, key: &BlobKey) -> Result<(), Error> {
    let target = root.join(key.to_string());
    let deleted = || -> io::Result<()> {
        unless_missing(fs::remove_file(&target))?;
        let mut folders = target.ancestors().skip(1);
        let Some(folder) = folders.next() else {
            return Ok(());
        };
        let removed = matches!(key, BlobKey::Object { .. }) && fs::remove_dir(folder).is_ok();
        let changed = if removed {
            folders.next()
        } else {
            Some(folder)
        };
        match changed.map(File::open) {
            Some(Ok(folder)) => folder.sync_all(),
            Some(Err(error)) => unless_missing(Err(error)),
            None => Ok(()),
        }
    };
    deleted().map_err(|error| failed(error, "delete", key))
}

/// A file without a name of its own yet; gone when dropped.
struct Temp {
    path: PathBuf,
    file: File,
}

impl Temp {
    fn create(root: &Path) -> io::Result<Self> {
        let path = root.join(TEMP).join(Uuid::new_v4().simple().to_string());
        let file = File::create_new(&path)?;
        Ok(Self { path, file })
    }

    /// A synced copy, checked to be what was announced.
    fn with(
        root: &Path,
        from: impl Read,
        size_bytes: u64,
        digest: &ContentHash,
        key: &BlobKey,
    ) -> Result<Self, Error> {
        let mut temp = Self::create(root).map_err(|error| failed(error, "write", key))?;
        let copied = temp
            .copy(from)
            .map_err(|error| failed(error, "write", key))?;
        if copied != (size_bytes, *digest) {
            return Err(Error::Integrity(format!(
                "{key}: the source is not what was announced"
            )));
        }
        sync(&temp.file, key)?;
        Ok(temp)
    }

    fn copy(&mut self, mut from: impl Read) -> io::Result<(u64, ContentHash)> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut hasher = Sha256::new();
        let mut size_bytes = 0;
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok((size_bytes, ContentHash(hasher.finalize().into()))),
                Ok(length) => {
                    self.file.write_all(&buffer[..length])?;
                    hasher.update(&buffer[..length]);
                    size_bytes += length as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // At worst it stays until it is old.
        let _ = fs::remove_file(&self.path);
    }
}

/// Gives a temporary file its name, unless the name is taken.
fn move_in(temp: &Temp, target: &Path) -> io::Result<()> {
    match in_folder(target, || fs::hard_link(&temp.path, target)) {
        Err(error) if cannot_link(&error) => in_folder(target, || rename_new(&temp.path, target)),
        done => done,
    }
}

/// For filesystems without hard links. Two puts at the same moment may replace one another, which does no harm: the same key
/// is always the same bytes.
fn rename_new(from: &Path, target: &Path) -> io::Result<()> {
    if target.try_exists()? {
        return Err(ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, target)
}

/// Makes the folder of `target` and does `step` there, again when a delete has just removed the folder.
fn in_folder(target: &Path, step: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    let mut tries = 0..FOLDER_TRIES;
    loop {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        match step() {
            Err(error) if error.kind() == ErrorKind::NotFound && tries.next().is_some() => {}
            done => return done,
        }
    }
}

fn cannot_link(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::CrossesDevices
            | ErrorKind::PermissionDenied
            | ErrorKind::TooManyLinks
            | ErrorKind::Unsupported
    )
}

fn check_length(file: &File, size_bytes: u64, key: &BlobKey) -> Result<(), Error> {
    let metadata = file.metadata();
    let found = metadata
        .map_err(|error| failed(error, "look up source of", key))?
        .len();
    if found == size_bytes {
        return Ok(());
    }
    Err(Error::Integrity(format!(
        "{key}: the source has {found} bytes, not {size_bytes}"
    )))
}

/// A failed sync is never tried again: the kernel then forgets the pages it could not write, and a second call succeeds.
fn sync(file: &File, key: &BlobKey) -> Result<(), Error> {
    file.sync_all()
        .map_err(|error| match failed(error, "sync", key) {
            Error::Unavailable(cause) => Error::Integrity(format!("{cause:#}")),
            other => other,
        })
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_does_not_replace() {
        let folder = tempfile::tempdir().unwrap();
        let (from, target) = (folder.path().join("from"), folder.path().join("target"));
        fs::write(&from, "new").unwrap();
        fs::write(&target, "old").unwrap();
        let error = rename_new(&from, &target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        fs::remove_file(&target).unwrap();
        rename_new(&from, &target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn only_old_temporary_files_are_cleared() {
        let root = tempfile::tempdir().unwrap();
        prepare(root.path()).unwrap();
        let (old, young) = (root.path().join("tmp/old"), root.path().join("tmp/young"));
        for path in [&old, &young] {
            fs::write(path, "left behind").unwrap();
        }
        let modified = fs::metadata(&old).unwrap().modified().unwrap();
        let file = File::options().write(true).open(&old).unwrap();
        file.set_modified(modified - TEMP_KEEP * 2).unwrap();
        prepare(root.path()).unwrap();
        assert!(!old.try_exists().unwrap());
        assert!(young.try_exists().unwrap());
        assert_eq!(fs::read_dir(root.path().join(TEMP)).unwrap().count(), 1);
    }
}
