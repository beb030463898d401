//! The few system calls that no safe library offers.

#![allow(unsafe_code)]

use std::io;

use rustix::process::Pid;

/// Makes a copy of this process, in which `None` is returned.
///
/// # Errors
/// The system's.
pub(super) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: only the zygote calls this, which never starts a thread, so that the copy finds every lock open.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        child => Ok(Pid::from_raw(child)),
    }
}

/// Leaves SIGINT, SIGTERM and SIGHUP to the service, which ends its boxes by itself.
pub(super) fn ignore_signals() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: sets no handler of ours; ignoring is inherited by copies.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// Has glibc's allocator make at most so many arenas for this process and its copies. To be called before there are threads.
pub fn share_arenas(most: usize) {
    #[cfg(target_env = "gnu")]
    // SAFETY: the call only sets a number.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, most.min(1024) as libc::c_int);
    }
    #[cfg(not(target_env = "gnu"))]
    let _ = most;
}

/// Closes every descriptor but standard input, output and error.
pub(super) fn close_others() {
    // SAFETY: called before this process has opened anything, so that nothing owns what is closed.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}
