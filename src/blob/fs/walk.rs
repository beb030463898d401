//! Listing keys in byte order, opening only the folders that can hold some of what is wanted.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::blob::{LIST_LIMIT, Listed};

/// The folders that hold keys; the rest of the root (`tmp`, `lost+found`, …) is not the store's content.
const KEY_FOLDERS: [&str; 2] = ["b/", "meta/"];

/// The first keys with this prefix that come after `after`.
pub(super) fn list(root: &Path, prefix: &str, after: Option<&str>) -> io::Result<Vec<Listed>> {
    let mut walk = Walk {
        root,
        prefix,
        after,
        found: Vec::new(),
    };
    for folder in KEY_FOLDERS {
        if walk.may_hold_wanted(folder) {
            walk.folder(folder)?;
        }
    }
    Ok(walk.found)
}

struct Walk<'a> {
    root: &'a Path,
    prefix: &'a str,
    after: Option<&'a str>,
    found: Vec<Listed>,
}

impl Walk<'_> {
    /// Collects from one folder, spelt with a slash at its end as in the keys below it.
    fn folder(&mut self, folder: &str) -> io::Result<()> {
        let Some(entries) = unless_missing(fs::read_dir(self.root.join(folder)))? else {
            return Ok(());
        };
        let mut wanted = Vec::new();
        for entry in entries {
            let entry = entry?;
            let mut key = format!("{folder}{}", entry.file_name().to_string_lossy());
            let Some(is_folder) = unless_missing(is_folder(&entry))? else {
                continue;
            };
            // With its slash a folder sorts among files as the keys below it do.
            if is_folder {
                key.push('/');
            }
            if is_folder && self.may_hold_wanted(&key) || !is_folder && self.is_wanted(&key) {
                wanted.push((key, entry));
            }
        }
        wanted.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (key, entry) in wanted {
            if self.found.len() >= LIST_LIMIT {
                break;
            }
            if key.ends_with('/') {
                self.folder(&key)?;
            } else if let Some(metadata) = unless_missing(fs::metadata(entry.path()))? {
                let modified = metadata.modified()?.duration_since(UNIX_EPOCH);
                self.found.push(Listed {
                    key,
                    size_bytes: metadata.len(),
                    modified_unix: modified.map_or(0, |since| since.as_secs() as i64),
                });
            }
        }
        Ok(())
    }

    fn is_wanted(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && self.after.is_none_or(|after| key > after)
    }

    fn may_hold_wanted(&self, folder: &str) -> bool {
        let has_prefix = folder.starts_with(self.prefix) || self.prefix.starts_with(folder);
        // What is not below `folder` but greater is greater than everything below it.
        let is_past = |after: &str| after > folder && !after.starts_with(folder);
        has_prefix && !self.after.is_some_and(is_past)
    }
}

/// Follows a symbolic link, by which part of a store may live on another disk.
fn is_folder(entry: &DirEntry) -> io::Result<bool> {
    let kind = entry.file_type()?;
    if kind.is_symlink() {
        return Ok(fs::metadata(entry.path())?.is_dir());
    }
    Ok(kind.is_dir())
}

/// What a delete took away while we were looking is not there.
fn unless_missing<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(root: &Path, prefix: &str, after: Option<&str>) -> Vec<String> {
        let found = list(root, prefix, after).unwrap();
        found.into_iter().map(|listed| listed.key).collect()
    }

    #[test]
    fn order_is_that_of_whole_keys() {
        let root = tempfile::tempdir().unwrap();
        let all = ["b/00/a.b", "b/00/a/b", "b/00/a0", "b/01/x", "meta/store-id"];
        for key in all.into_iter().chain(["tmp/left", "other/file", "loose"]) {
            let path = root.path().join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, key).unwrap();
        }
        assert_eq!(keys(root.path(), "", None), all);
        for (index, key) in all.iter().enumerate() {
            assert_eq!(keys(root.path(), "", Some(key)), all[index + 1..]);
        }
        assert_eq!(keys(root.path(), "b/00/a", Some("b/00/a.b")), all[1..3]);
        assert_eq!(keys(root.path(), "b/0", None), all[..4]);
        assert_eq!(keys(root.path(), "meta/", Some("b/01/x")), all[4..]);
        assert!(keys(root.path(), "tmp/", None).is_empty());
        assert!(keys(root.path(), "", Some("z")).is_empty());
    }

    #[test]
    fn folders_before_the_start_are_not_opened() {
        let root = tempfile::tempdir().unwrap();
        let walk = |prefix, after| Walk {
            root: root.path(),
            prefix,
            after,
            found: Vec::new(),
        };
        assert!(!walk("", Some("b/01/x")).may_hold_wanted("b/00/"));
        assert!(walk("", Some("b/01/x")).may_hold_wanted("b/01/"));
        assert!(walk("", Some("b/01/x")).may_hold_wanted("b/02/"));
        assert!(walk("", Some("b/01")).may_hold_wanted("b/01/"));
        assert!(!walk("b/0", None).may_hold_wanted("b/10/"));
        assert!(walk("b/0", None).may_hold_wanted("b/"));
    }
}
