//! What a decoder that was taken over could do from its box: each attempt is made for real, in a real box, by this binary as its own
//! zygote. Nothing of it is in the service's binary. Without libtest, whose threads a zygote must not have.

#![allow(clippy::unwrap_used)]
// Attempts are system calls that nobody offers safely.
#![allow(unsafe_code)]

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("there is a sandbox on Linux only");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::CString;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitCode};
    use std::time::{Duration, Instant};

    use mana_media::imaging::{Error, Limits, SvgSize};
    use mana_media::sandbox::{self, Made, Mode, Order, Picture, Sandbox};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Compare,
        SeccompCondition as Condition, SeccompFilter, SeccompRule as Rule,
    };

    /// What an attempt is allowed to come to.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Ends {
        /// The kernel ends the box for it.
        Killed,
        /// An allocation that is refused ends the box.
        OutOfMemory,
        /// The box is ended at the deadline.
        OutOfTime,
        /// A refusal that the box can live with.
        Refused,
        /// Nothing: it may.
        Through,
    }

    type Attempt = (&'static str, Ends, fn(&str) -> bool);

    const START_A_THREAD: &str = "start a thread";
    const CLONE3: &str = "make a process as clone3 does";

    /// Each tells whether it got through. The argument is the path of a file that is there and that anybody may read and write.
    const ATTEMPTS: [Attempt; 29] = [
        ("open a file", Ends::Killed, |path| {
            std::fs::File::open(path).is_ok()
        }),
        ("read the service's memory", Ends::Killed, |_| {
            let parent = unsafe { libc::getppid() };
            std::fs::File::open(format!("/proc/{parent}/mem")).is_ok()
        }),
        ("write to a file", Ends::Killed, |path| {
            std::fs::write(path, "taken over").is_ok()
        }),
        ("remove a file", Ends::Killed, |path| {
            std::fs::remove_file(path).is_ok()
        }),
        ("list a folder", Ends::Killed, |_| {
            std::fs::read_dir("/").is_ok()
        }),
        ("make a socket", Ends::Killed, |_| {
            call(
                libc::SYS_socket,
                [libc::AF_INET as usize, libc::SOCK_STREAM as usize, 0, 0],
            )
        }),
        ("connect", Ends::Killed, |_| {
            std::net::TcpStream::connect("127.0.0.1:80").is_ok()
        }),
        ("make a pair of sockets", Ends::Killed, |_| {
            std::os::unix::net::UnixStream::pair().is_ok()
        }),
        ("execute a program", Ends::Killed, |_| {
            let path = CString::new("/bin/true").unwrap();
            call(libc::SYS_execve, [path.as_ptr() as usize, 0, 0, 0])
        }),
        ("fork", Ends::Killed, |_| unsafe { libc::fork() } >= 0),
        (START_A_THREAD, Ends::Killed, |_| {
            // As many rows of a picture, to be given back elsewhere.
            let rows = || {
                (0..200_u8)
                    .map(|row| vec![row; 100_000])
                    .collect::<Vec<_>>()
            };
            let thread = std::thread::Builder::new().spawn(rows);
            thread.is_ok_and(|thread| thread.join().unwrap().len() == 200)
        }),
        (CLONE3, Ends::Killed, |_| {
            let arguments = [0_u64, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0];
            let at = arguments.as_ptr() as usize;
            call(libc::SYS_clone3, [at, size_of_val(&arguments), 0, 0])
        }),
        ("make a process that shares memory", Ends::Killed, |_| {
            let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
            call(libc::SYS_clone, [flags as usize, 0, 0, 0])
        }),
        ("trace the zygote", Ends::Killed, |_| {
            let parent = unsafe { libc::getppid() } as usize;
            call(
                libc::SYS_ptrace,
                [libc::PTRACE_ATTACH as usize, parent, 0, 0],
            )
        }),
        ("kill the zygote", Ends::Killed, |_| {
            let parent = unsafe { libc::getppid() } as usize;
            call(libc::SYS_kill, [parent, libc::SIGKILL as usize, 0, 0])
        }),
        ("send a signal to another's thread", Ends::Killed, |_| {
            call(libc::SYS_tgkill, [1, 1, 0, 0])
        }),
        ("kill everybody", Ends::Killed, |_| {
            call(libc::SYS_kill, [usize::MAX, libc::SIGKILL as usize, 0, 0])
        }),
        ("mount", Ends::Killed, |path| {
            let path = CString::new(path).unwrap();
            let path = path.as_ptr() as usize;
            call(libc::SYS_mount, [path, path, 0, libc::MS_BIND as usize])
        }),
        ("unshare", Ends::Killed, |_| {
            call(libc::SYS_unshare, [libc::CLONE_NEWUSER as usize, 0, 0, 0])
        }),
        ("look into the key ring", Ends::Killed, |_| {
            call(libc::SYS_keyctl, [0, 0, 0, 0])
        }),
        ("load a BPF program", Ends::Killed, |_| {
            call(libc::SYS_bpf, [0, 0, 0, 0])
        }),
        ("set up io_uring", Ends::Killed, |_| {
            let mut parameters = [0_u8; 120];
            call(
                libc::SYS_io_uring_setup,
                [1, parameters.as_mut_ptr() as usize, 0, 0],
            )
        }),
        ("raise a limit", Ends::Killed, |_| {
            let limit = libc::rlimit {
                rlim_cur: libc::RLIM_INFINITY,
                rlim_max: libc::RLIM_INFINITY,
            };
            unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) == 0 }
        }),
        ("make memory executable", Ends::Killed, |_| {
            map(libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC)
        }),
        ("allocate 4 GiB", Ends::OutOfMemory, |_| {
            std::hint::black_box(vec![1_u8; 4 << 30]).len() == 4 << 30
        }),
        ("recurse for ever", Ends::OutOfMemory, |_| descend(0) == 0),
        ("run for ever", Ends::OutOfTime, |_| {
            loop {
                std::hint::spin_loop();
            }
        }),
        ("read the environment", Ends::Refused, |_| {
            std::env::vars_os().next().is_some()
        }),
        (
            "read descriptors that are not its own",
            Ends::Refused,
            |_| {
                let mut byte = [0_u8];
                let read = |fd: libc::c_int| unsafe { libc::read(fd, byte.as_mut_ptr().cast(), 1) };
                // 0 and one more are its socket, 1 and 2 nowhere.
                (4..64).map(read).any(|read| read >= 0)
            },
        ),
    ];

    fn call(number: libc::c_long, arguments: [usize; 4]) -> bool {
        let [a, b, c, d] = arguments;
        unsafe { libc::syscall(number, a, b, c, d) >= 0 }
    }

    fn map(protection: libc::c_int) -> bool {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let mapped = unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, flags, -1, 0) };
        mapped != libc::MAP_FAILED
    }

    #[allow(unconditional_recursion)]
    fn descend(depth: u64) -> u64 {
        let here = std::hint::black_box([depth; 512]);
        descend(depth + 1) + here[0]
    }

    /// What this binary's boxes do: the picture's bytes say what.
    fn attempt(_: &Order, picture: &[u8]) -> Result<Made, Error> {
        let text = std::str::from_utf8(picture).unwrap();
        let (number, path) = text.split_once(' ').unwrap();
        let Some((_, _, try_it)) = ATTEMPTS.get(number.parse::<usize>().unwrap()) else {
            return Ok(Made::Size(SvgSize {
                width: 1,
                height: 1,
                text_bytes: 0,
            }));
        };
        Err(Error::Unsupported(
            if try_it(path) { "escaped" } else { "refused" }.to_owned(),
        ))
    }

    fn ask(
        sandbox: &Sandbox,
        number: usize,
        path: &Path,
        limit: Duration,
        threads: usize,
    ) -> Result<SvgSize, Error> {
        let picture = Picture::Bytes(format!("{number} {}", path.display()).into());
        let limits = Limits::default()
            .until(Instant::now() + limit)
            .by_threads(threads);
        sandbox
            .measure_svg(&picture, &limits)
            .map_err(|error| match error {
                sandbox::Error::Picture(error) => error,
                sandbox::Error::Unavailable(error) => panic!("no box: {error}"),
            })
    }

    pub(super) fn main() -> ExitCode {
        if sandbox::is_zygote() {
            return sandbox::run_zygote(attempt);
        }
        match std::env::args().nth(1).as_deref() {
            Some(WITHOUT_LANDLOCK) => {
                cannot_confine(&[libc::SYS_landlock_create_ruleset], "Landlock");
            }
            Some(WITHOUT_SECCOMP) => {
                cannot_confine(&[libc::SYS_prctl, libc::SYS_seccomp], "seccomp");
            }
            Some(AS_NOBODY) => escapes(),
            _ => {
                escapes();
                for without in [WITHOUT_LANDLOCK, WITHOUT_SECCOMP] {
                    again(Command::new(std::env::current_exe().unwrap()).arg(without));
                }
                as_nobody();
            }
        }
        ExitCode::SUCCESS
    }

    /// Arguments of this binary when it starts itself again.
    const WITHOUT_LANDLOCK: &str = "without-landlock";
    const WITHOUT_SECCOMP: &str = "without-seccomp";
    const AS_NOBODY: &str = "as-nobody";

    fn again(command: &mut Command) {
        let status = command.status().unwrap();
        assert!(status.success(), "{command:?}: {status}");
    }

    /// All of it once more without root's rights, if we have them.
    fn as_nobody() {
        if unsafe { libc::geteuid() } != 0 {
            return;
        }
        // Where nobody may read it.
        let folder = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let copy = folder.path().join("sandbox");
        std::fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(copy);
        again(command.arg(AS_NOBODY).env("TMPDIR", "/tmp"));
    }

    /// Where the kernel, or a container around us, forbids what confines: no start, unless one asked for no more than can be had.
    fn cannot_confine(forbidden: &[libc::c_long], named: &str) {
        let is_seccomp =
            Condition::new(0, Length::Dword, Compare::Eq, libc::PR_SET_SECCOMP as u64).unwrap();
        let rules = forbidden.iter().map(|&call| {
            let always = call != libc::SYS_prctl;
            (
                call,
                if always {
                    vec![]
                } else {
                    vec![Rule::new(vec![is_seccomp.clone()]).unwrap()]
                },
            )
        });
        let refused = SeccompAction::Errno(libc::EPERM as u32);
        let machine = std::env::consts::ARCH.try_into().unwrap();
        let filter =
            SeccompFilter::new(rules.collect(), SeccompAction::Allow, refused, machine).unwrap();
        let filter: BpfProgram = filter.try_into().unwrap();
        seccompiler::apply_filter(&filter).unwrap();
        let refused = Sandbox::start(Mode::Required, 1, false)
            .unwrap_err()
            .to_string();
        assert!(
            refused.starts_with(&format!("cannot confine decoders by {named}: ")),
            "{refused}"
        );
        assert!(!refused.contains('\n'), "{refused}");
        println!("{refused}");
        let sandbox = Sandbox::start(Mode::BestEffort, 1, false).unwrap();
        assert!(
            ask(
                &sandbox,
                usize::MAX,
                Path::new("/"),
                Duration::from_secs(30),
                2
            )
            .is_ok()
        );
        // What is left still confines.
        let opened = ask(
            &sandbox,
            0,
            Path::new("/etc/passwd"),
            Duration::from_secs(30),
            2,
        );
        assert!(
            !matches!(&opened, Err(Error::Unsupported(text)) if text == "escaped"),
            "{opened:?}"
        );
    }

    /// Every attempt, and whether what is right gets through after each.
    fn escapes() {
        let folder = tempfile::tempdir().unwrap();
        let canary = folder.path().join("canary");
        std::fs::write(&canary, "alive").unwrap();
        let sandbox = Sandbox::start(Mode::Required, 2, false).unwrap();
        let is_well = || ask(&sandbox, usize::MAX, &canary, Duration::from_secs(30), 1).is_ok();
        assert!(is_well());
        for (threads, (number, (name, expected, _))) in
            (1..=2).flat_map(|threads| ATTEMPTS.iter().enumerate().map(move |one| (threads, one)))
        {
            let expected = match (threads, *name) {
                (2, START_A_THREAD) => Ends::Through,
                (2, CLONE3) => Ends::Refused,
                _ => *expected,
            };
            let limit = match expected {
                Ends::OutOfTime => Duration::from_millis(300),
                _ => Duration::from_secs(30),
            };
            let begun = Instant::now();
            let ended = ask(&sandbox, number, &canary, limit, threads);
            let took = begun.elapsed();
            let is_as_expected = match (expected, &ended) {
                (Ends::Killed, Err(Error::Malformed(text))) => text == "decoder crashed",
                (Ends::OutOfMemory, Err(Error::OverLimit(text))) => text == "memory",
                (Ends::OutOfTime, Err(Error::OverLimit(text))) => {
                    text == "time" && took < limit + Duration::from_secs(1)
                }
                (Ends::Refused, Err(Error::Unsupported(text))) => text == "refused",
                (Ends::Through, Err(Error::Unsupported(text))) => text == "escaped",
                _ => false,
            };
            assert!(
                is_as_expected,
                "{name}, {threads} threads: {ended:?} after {took:?} is not {expected:?}"
            );
            assert!(is_well(), "after: {name}");
        }
        assert_eq!(std::fs::read_to_string(&canary).unwrap(), "alive");
        println!(
            "{0} of {0} attempts blocked, and as many by two threads but a thread",
            ATTEMPTS.len()
        );
        seen_from_outside();
        killed_from_outside(&sandbox, &canary);
    }

    /// Processes whose parent is that one.
    fn children(parent: u32) -> Vec<(u32, PathBuf)> {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let is_child = |(_, folder): &(u32, PathBuf)| {
            field(folder, "PPid:").is_some_and(|found| found == parent.to_string())
                && field(folder, "State:").is_some_and(|state| !state.starts_with('Z'))
        };
        processes
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
            .filter(is_child)
            .collect()
    }

    fn field(process: &Path, name: &str) -> Option<String> {
        let status = std::fs::read_to_string(process.join("status")).ok()?;
        line(&status, name).map(str::to_owned)
    }

    fn line<'a>(status: &'a str, name: &str) -> Option<&'a str> {
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        value.map(str::trim)
    }

    fn kill(processes: &[(u32, PathBuf)]) {
        for (process, _) in processes {
            assert_eq!(unsafe { libc::kill(*process as i32, libc::SIGKILL) }, 0);
        }
        gone(processes);
    }

    /// Waits until these have ended.
    fn gone(processes: &[(u32, PathBuf)]) {
        let deadline = Instant::now() + Duration::from_secs(30);
        for (process, folder) in processes {
            while field(folder, "State:").is_some_and(|state| !state.starts_with('Z')) {
                assert!(Instant::now() < deadline, "{process} lives on");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// The one that lives: a killed one takes a moment to end, and its successor to begin.
    fn zygote() -> (u32, PathBuf) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut zygotes = children(std::process::id());
            if zygotes.len() == 1 {
                return zygotes.remove(0);
            }
            assert!(Instant::now() < deadline, "{zygotes:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The zygote and its boxes: alone, without privileges, and no more of them than are kept ready.
    fn seen_from_outside() {
        let (zygote, folder) = zygote();
        let boxes = children(zygote);
        assert!((1..=3).contains(&boxes.len()), "{boxes:?}");
        let mut seen = 0;
        for (process, folder) in boxes.iter().chain([&(zygote, folder)]) {
            // The box of the last picture may just have ended.
            let status = std::fs::read_to_string(folder.join("status")).unwrap_or_default();
            if line(&status, "Threads:").is_none() {
                assert_ne!(*process, zygote);
                continue;
            }
            for (name, value) in [
                ("Threads:", "1"),
                ("NoNewPrivs:", "1"),
                ("CapPrm:", "0000000000000000"),
                ("CapEff:", "0000000000000000"),
            ] {
                assert_eq!(line(&status, name), Some(value), "{name}\n{status}");
            }
            seen += 1;
        }
        assert!(seen > 1, "no box was seen");
    }

    /// A box, or the zygote with all of them, that somebody kills: the next one does the work.
    fn killed_from_outside(sandbox: &Sandbox, canary: &Path) {
        let limit = Duration::from_secs(30);
        let (first, _) = zygote();
        kill(&children(first));
        assert!(
            ask(sandbox, usize::MAX, canary, limit, 1).is_ok(),
            "after its idle boxes were killed"
        );
        assert_eq!(zygote().0, first);
        let boxes = children(first);
        kill(&[zygote()]);
        gone(&boxes);
        assert!(
            ask(sandbox, usize::MAX, canary, limit, 1).is_ok(),
            "after the zygote was killed"
        );
        assert_ne!(zygote().0, first);
        // While it works: once is retried, and nothing else ends.
        let runs_for_ever = ATTEMPTS
            .iter()
            .position(|attempt| attempt.1 == Ends::OutOfTime);
        std::thread::scope(|scope| {
            let working = scope.spawn(|| {
                ask(
                    sandbox,
                    runs_for_ever.unwrap(),
                    canary,
                    Duration::from_secs(3),
                    1,
                )
            });
            while !working.is_finished() {
                // Those that wait are asleep.
                let mut busy = children(zygote().0);
                busy.retain(|(_, folder)| {
                    field(folder, "State:").is_some_and(|state| state.starts_with('R'))
                });
                kill(&busy);
            }
            let ended = working.join().unwrap();
            assert!(matches!(ended, Err(Error::Internal(_))), "{ended:?}");
        });
        assert!(ask(sandbox, usize::MAX, canary, limit, 1).is_ok());
    }
}
