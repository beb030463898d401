//! The zygote and its boxes, seen from inside: a process with one thread that waits, forks and reports how its boxes end; and what a
//! box does with its one order.

use std::fs::File;
use std::io::{self, Cursor};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, getppid, pidfd_open,
    set_parent_process_death_signal, waitid,
};

use super::keeper::{ARGUMENT, Hello, WITH_FONTS};
use super::protocol::{Made, Order, write_answer};
use super::{ffi, jail, read_whole, wire};
use crate::imaging;

/// What a box does with a picture.
pub type WorkFn = fn(&Order, &[u8]) -> Result<Made, imaging::Error>;

/// Room for a message: an order, mostly a number or two.
const MESSAGE_BYTES: usize = 16 << 10;
/// Address space beside what the work is estimated to take: the deep stack for SVG, what the allocator keeps in reserve, and rounding.
const HEADROOM_BYTES: u64 = 128 << 20;
/// Address space of one more thread: its stack of 2 MiB, guarded, and that of signals.
const THREAD_BYTES: u64 = 4 << 20;

const FILTERS_FORBIDDEN: &str = "this kernel or container forbids system call filters";

/// A box that has not been seen to end.
struct Born {
    process: OwnedFd,
    told: OwnedFd,
}

/// Whether this process was started to be a zygote.
#[must_use]
pub fn is_zygote() -> bool {
    std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == ARGUMENT)
}

/// Lives as a zygote until the service ends. To be called before anything else, in `main`.
#[must_use]
pub fn run_zygote(work: WorkFn) -> ExitCode {
    ffi::close_others();
    ffi::ignore_signals();
    // Before it gives memory of any other back, glibc reads a file, and the filter ends a box for that.
    ffi::share_arenas(1);
    let fonts = std::env::args_os().any(|argument| argument == WITH_FONTS);
    match live(work, fonts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mana-media: zygote: {error}");
            ExitCode::FAILURE
        }
    }
}

fn live(work: WorkFn, fonts: bool) -> io::Result<()> {
    let control = io::stdin();
    // Before it warms up, so that the service need not wait for that to be ready.
    let can_give_up = in_a_copy(|| {
        let landlock = jail::give_up_for_good();
        let filter = in_a_copy(|| jail::filter_calls(false)).map_err(|_| FILTERS_FORBIDDEN);
        let hello = Hello {
            landlock: landlock.as_ref().err().map(ToString::to_string),
            seccomp: filter.err().map(str::to_owned),
        };
        wire::send(io::stdin(), &serde_json::to_vec(&hello)?, &[])?;
        landlock
    });
    imaging::warm_up(fonts);
    let base_bytes = jail::address_space_bytes()?;
    let given_up = jail::give_up_for_good();
    // What was told to be impossible is for the service to judge; what was told to be possible has to hold.
    if can_give_up.is_ok() {
        given_up?;
    }
    let mut boxes = Vec::<Born>::new();
    loop {
        let mut ready: Vec<PollFd<'_>> = std::iter::once(control.as_fd())
            .chain(boxes.iter().map(|born| born.process.as_fd()))
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        match poll(&mut ready, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = ready.iter().map(|fd| !fd.revents().is_empty()).collect();
        let mut ended = ready[1..].iter();
        boxes.retain(|born| !ended.next().is_some_and(|ended| *ended && report(born)));
        if ready[0] {
            // One byte asks for one box.
            // One that was killed leaves the connection reset: an end like any other.
            let asked = wire::receive(&control, &mut [0]).map_or(0, |(asked, _)| asked);
            if asked == 0 {
                return Ok(());
            }
            bear(&mut boxes, base_bytes, work)?;
        }
    }
}

/// Does something in a copy of this process, which ends with it.
fn in_a_copy(work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let Some(child) = ffi::fork()? else {
        std::process::exit(i32::from(work().is_err()));
    };
    let status = waitid(WaitId::Pid(child), WaitIdOptions::EXITED)?;
    match status.and_then(|status| status.exit_status()) {
        Some(0) => Ok(()),
        _ => Err(io::Error::other("a copy of the zygote failed")),
    }
}

/// Tells by which signal a box ended, 0 for none; `true` when it did.
fn report(born: &Born) -> bool {
    let process = WaitId::PidFd(born.process.as_fd());
    match waitid(process, WaitIdOptions::EXITED | WaitIdOptions::NOHANG) {
        Ok(Some(status)) => {
            let signal = status.terminating_signal().unwrap_or(0) as u8;
            // Nobody reads it any more when the answer was complete.
            let _ = rustix::io::write(&born.told, &[signal]);
            true
        }
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Forks a box, and gives the service its socket, its process and where its end will be told.
fn bear(boxes: &mut Vec<Born>, base_bytes: u64, work: WorkFn) -> io::Result<()> {
    let (ours, theirs) = socketpair(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let (end, told) = pipe_with(PipeFlags::CLOEXEC)?;
    let zygote = getpid();
    let Some(child) = ffi::fork()? else {
        // Nothing of the service or of other boxes may be left open here.
        drop((ours, end, told));
        boxes.clear();
        rustix::stdio::dup2_stdin(&theirs)?;
        drop(theirs);
        let service = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        std::process::exit(match live_in_box(zygote, service, base_bytes, work) {
            Ok(()) => 0,
            Err(_) => 1,
        });
    };
    drop(theirs);
    // Ours to wait for, so that the number cannot be another's yet.
    let process = pidfd_open(child, PidfdFlags::empty())?;
    let fds = [ours.as_fd(), process.as_fd(), end.as_fd()];
    wire::send(io::stdin(), b"b", &fds)?;
    boxes.push(Born { process, told });
    Ok(())
}

/// One order, in the box.
fn live_in_box(zygote: Pid, mut service: File, base_bytes: u64, work: WorkFn) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid() != Some(zygote) {
        return Ok(());
    }
    // What a decoder says when it dies is nothing for the log: anybody could write there.
    rustix::stdio::dup2_stderr(io::stdout())?;
    let mut message = vec![0; MESSAGE_BYTES];
    let (length, mut fds) = wire::receive(&service, &mut message)?;
    let (Some(picture), true) = (fds.pop(), length > 0) else {
        return Ok(());
    };
    let mut order = Order::read(&mut Cursor::new(&message[..length]))?;
    let picture = match read_whole(&File::from(picture), order.work.most_input_bytes()) {
        Ok(picture) => picture,
        Err(error) => {
            let error = imaging::Error::Internal(format!("reading: {error}"));
            return write_answer(&mut service, Err(error));
        }
    };
    let threads = order.threads.max(1) as u64;
    let most_bytes = (base_bytes + HEADROOM_BYTES + (threads - 1) * THREAD_BYTES)
        .saturating_add(order.memory_bytes)
        .saturating_add(order.memory_bytes / 4);
    let cpu_seconds = (order.time_ms * threads).div_ceil(1000) + 1;
    order.threads = jail::confine(most_bytes, cpu_seconds, order.threads)?;
    write_answer(&mut service, work(&order, &picture))
}
