//! The service's side: keeps the zygote alive and boxes ready, gives a box its order and hears what came of it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, SealFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Signal, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::protocol::{Made, Order, read_answer};
use super::{Picture, wire};
use crate::imaging::Error;

/// What makes this binary a zygote.
pub(super) const ARGUMENT: &str = "sandbox-zygote";
/// That it shall load the system's fonts.
pub(super) const WITH_FONTS: &str = "with-fonts";

/// Longest that a zygote may take to warm up, or to fork, on a busy machine.
const BIRTH: Duration = Duration::from_secs(30);
/// Longest until the zygote has told how a box ended.
const OBITUARY: Duration = Duration::from_secs(2);

/// What a zygote says first: what it could not give up, and why.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) landlock: Option<String>,
    pub(super) seccomp: Option<String>,
}

#[derive(Debug)]
pub(super) struct Keeper {
    program: PathBuf,
    required: bool,
    ready: usize,
    system_fonts: bool,
    zygote: Mutex<Option<Zygote>>,
}

#[derive(Debug)]
struct Zygote {
    control: OwnedFd,
    process: Child,
    asked: usize,
    ready: VecDeque<Waiting>,
}

/// A box that waits for its order, or has it. Killed when dropped: it is of no use any more.
#[derive(Debug)]
struct Waiting {
    socket: OwnedFd,
    process: OwnedFd,
    end: OwnedFd,
}

impl Keeper {
    pub(super) fn start(
        program: &Path,
        required: bool,
        ready: usize,
        system_fonts: bool,
    ) -> io::Result<Self> {
        let keeper = Self {
            program: program.to_owned(),
            required,
            ready: ready.max(1),
            system_fonts,
            zygote: Mutex::new(None),
        };
        *keeper.lock() = Some(keeper.start_zygote()?);
        Ok(keeper)
    }

    /// What came of an order, or why there is no box for it. One that was killed by somebody else gets a second box.
    pub(super) fn carry_out(
        &self,
        order: &Order,
        picture: &Picture,
        deadline: Instant,
    ) -> io::Result<Result<Made, Error>> {
        let sealed;
        let picture = match picture {
            Picture::Bytes(bytes) => {
                sealed = seal(bytes)?;
                sealed.as_fd()
            }
            Picture::File(file) => file.as_fd(),
        };
        let first = self.take()?.carry_out(order, picture, deadline)?;
        let answer = match first {
            Some(answer) => Some(answer),
            None => self.take()?.carry_out(order, picture, deadline)?,
        };
        Ok(answer.unwrap_or_else(|| Err(Error::Internal("its process was killed".to_owned()))))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Zygote>> {
        // A zygote that was left half told is noticed as one that died.
        self.zygote.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A box that is alive, and another one on its way.
    fn take(&self) -> io::Result<Waiting> {
        let mut place = self.lock();
        for _ in 0..2 {
            let zygote = match &mut *place {
                Some(zygote) => zygote,
                none => none.insert(self.start_zygote()?),
            };
            match zygote.take(self.ready) {
                Ok(waiting) => return Ok(waiting),
                Err(error) => {
                    tracing::warn!(%error, "the sandbox's zygote is gone; starting another");
                }
            }
            *place = None;
        }
        Err(io::Error::other("zygotes do not live"))
    }

    fn start_zygote(&self) -> io::Result<Zygote> {
        let (control, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        let mut command = Command::new(&self.program);
        command.arg0("mana-media").arg(ARGUMENT);
        if self.system_fonts {
            command.arg(WITH_FONTS);
        }
        let process = command
            // No secrets, and a group that Ctrl-C in a terminal does not reach.
            .env_clear()
            .process_group(0)
            .current_dir("/")
            .stdin(theirs)
            .stdout(Stdio::null())
            .spawn()?;
        let mut zygote = Zygote {
            control,
            process,
            asked: 0,
            ready: VecDeque::new(),
        };
        let hello = zygote.hello()?;
        for (what, missing) in [("Landlock", &hello.landlock), ("seccomp", &hello.seccomp)] {
            let Some(missing) = missing else { continue };
            if self.required {
                let text = format!("cannot confine decoders by {what}: {missing}");
                return Err(io::Error::other(text));
            }
            tracing::warn!(missing, "decoders are not confined by {what}");
        }
        zygote.ask(self.ready)?;
        Ok(zygote)
    }
}

impl Zygote {
    fn hello(&mut self) -> io::Result<Hello> {
        let mut message = [0; 1024];
        let (length, _) = self.receive(&mut message)?;
        Ok(serde_json::from_slice(&message[..length])?)
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        wait(self.control.as_fd(), Instant::now() + BIRTH)?;
        match wire::receive(&self.control, message)? {
            (0, _) => Err(io::ErrorKind::UnexpectedEof.into()),
            received => Ok(received),
        }
    }

    fn ask(&mut self, count: usize) -> io::Result<()> {
        for _ in 0..count {
            wire::send(&self.control, b"b", &[])?;
            self.asked += 1;
        }
        Ok(())
    }

    fn take(&mut self, ready: usize) -> io::Result<Waiting> {
        loop {
            let missing = (ready + 1).saturating_sub(self.ready.len() + self.asked);
            self.ask(missing)?;
            while self.asked > 0 && (self.ready.is_empty() || is_readable(self.control.as_fd())?) {
                let waiting = self.receive_box()?;
                self.ready.push_back(waiting);
            }
            // Somebody may have killed it while it waited.
            if let Some(waiting) = self.ready.pop_front()
                && !is_readable(waiting.process.as_fd())?
            {
                return Ok(waiting);
            }
        }
    }

    fn receive_box(&mut self) -> io::Result<Waiting> {
        let (_, fds) = self.receive(&mut [0; 8])?;
        let fds: Result<[OwnedFd; 3], _> = fds.try_into();
        let [socket, process, end] = fds.map_err(|_| io::ErrorKind::InvalidData)?;
        self.asked -= 1;
        Ok(Waiting {
            socket,
            process,
            end,
        })
    }
}

impl Drop for Zygote {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Waiting {
    /// What came of an order; `None` when the box was killed by somebody else.
    fn carry_out(
        self,
        order: &Order,
        picture: BorrowedFd<'_>,
        deadline: Instant,
    ) -> io::Result<Option<Result<Made, Error>>> {
        let left = deadline.saturating_duration_since(Instant::now());
        let order = Order {
            time_ms: left.as_millis() as u64,
            ..order.clone()
        };
        let answer = wire::send(&self.socket, &order.to_bytes()?, &[picture]).and_then(|()| {
            let mut answer = Until {
                deadline,
                socket: &self.socket,
            };
            read_answer(&mut answer, &order)
        });
        let error = match answer {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        Ok(match error.kind() {
            io::ErrorKind::TimedOut => Some(Err(Error::OverLimit("time".to_owned()))),
            io::ErrorKind::InvalidData => {
                tracing::error!(%error, "a decoder's box answered wrongly");
                Some(Err(Error::Malformed("decoder went wrong".to_owned())))
            }
            _ => self.epitaph().map(Err),
        })
    }

    /// Why it died; `None` when somebody killed it, or the zygote is not there to say.
    fn epitaph(&self) -> Option<Error> {
        let mut signal = [0];
        let told = Until {
            deadline: Instant::now() + OBITUARY,
            socket: &self.end,
        };
        { told }.read_exact(&mut signal).ok()?;
        match Signal::from_named_raw(signal[0].into()) {
            // That is how an allocation ends that is refused, and a stack that is too deep.
            Some(Signal::ABORT) => Some(Error::OverLimit("memory".to_owned())),
            Some(Signal::XCPU) => Some(Error::OverLimit("time".to_owned())),
            Some(Signal::KILL) => None,
            // None: it ended without a word.
            signal => {
                tracing::error!(?signal, "a decoder's box died");
                Some(Error::Malformed("decoder crashed".to_owned()))
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = pidfd_send_signal(&self.process, Signal::KILL);
    }
}

/// Reads until a deadline, and then ends with `TimedOut`.
struct Until<'a> {
    deadline: Instant,
    socket: &'a OwnedFd,
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait(self.socket.as_fd(), self.deadline)?;
        Ok(rustix::io::read(self.socket, buffer)?)
    }
}

/// Waits until there is something to read, or nothing will come any more.
fn wait(fd: BorrowedFd<'_>, deadline: Instant) -> io::Result<()> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
        match poll(&mut fds, Some(&left)) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_readable(fd: BorrowedFd<'_>) -> io::Result<bool> {
    match wait(fd, Instant::now()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(false),
        Err(error) => Err(error),
    }
}

/// Bytes as a file in memory that nobody can change any more.
fn seal(bytes: &[u8]) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(rustix::fs::memfd_create("picture", flags)?);
    file.write_all(bytes)?;
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    rustix::fs::fcntl_add_seals(&file, seals)?;
    Ok(file.into())
}
