//! How much room a file system has.

use std::io;
use std::path::Path;

/// Room on a file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What an ordinary user may still write.
    pub free_bytes: u64,
    /// All of it, written or not.
    pub total_bytes: u64,
}

/// The room on the file system of an existing path. A call of microseconds, on thread or runtime.
///
/// # Errors
/// The file system's.
pub fn room(path: &Path) -> io::Result<Room> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Room {
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
        total_bytes: found.f_blocks.saturating_mul(found.f_frsize),
    })
}
