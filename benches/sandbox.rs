//! What a box costs: the same pictures with and without, in turns, by wall clock and by processor time of everybody involved.
//!
//! `cargo bench --bench sandbox -- [--rounds N] FILE…`

#![allow(missing_docs)]

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("there is a sandbox on Linux only");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    if mana_media::sandbox::is_zygote() {
        return mana_media::sandbox::run_zygote(mana_media::sandbox::work);
    }
    match linux::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sandbox: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use anyhow::Context as _;
    use clap::Parser;
    use cpu_time::ProcessTime;
    use mana_media::imaging::{self, Limits};
    use mana_media::media::{Transform, Variant, sniff};
    use mana_media::sandbox::{Mode, Picture, Sandbox};

    /// What is done in a box, and how many bytes or pictures came of it.
    type Task<'a> = &'a dyn Fn(&Sandbox, &Picture) -> anyhow::Result<usize>;

    /// Picture by picture, in turns of either kind.
    #[derive(Debug, Parser)]
    struct Arguments {
        files: Vec<PathBuf>,
        /// Turns of either kind.
        #[arg(long, default_value_t = 10)]
        rounds: u32,
        /// Works in each turn.
        #[arg(long, default_value_t = 10)]
        count: u32,
        /// What to start as zygote in place of this program.
        #[arg(long, default_value = "/proc/self/exe")]
        program: PathBuf,
        /// What `cargo bench` adds by itself.
        #[arg(long, hide = true)]
        bench: bool,
    }

    #[derive(Debug, Default, Clone, Copy)]
    struct Used {
        cpu: Duration,
        wall: Duration,
    }

    pub(super) fn run() -> anyhow::Result<()> {
        let arguments = Arguments::parse();
        let boxed = Sandbox::start_program(&arguments.program, Mode::Required, 1, false)?;
        let sandboxes = [Sandbox::off(), boxed];
        for file in &arguments.files {
            measure(file, &sandboxes, &arguments)?;
        }
        Ok(())
    }

    fn measure(file: &Path, sandboxes: &[Sandbox; 2], arguments: &Arguments) -> anyhow::Result<()> {
        let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
        let kind = sniff(&bytes[..bytes.len().min(8192)], None);
        let limits = Limits::default();
        let probe = imaging::probe(&mut std::io::Cursor::new(&bytes[..]), &kind, &limits)?;
        let transform = Transform {
            width: Some(400),
            height: Some(4096),
            ..Variant::Medium.transform()
        };
        let works: [(&str, Task<'_>); 2] = [
            ("variants", &|sandbox, picture| {
                Ok(sandbox
                    .derive(picture, &kind, &probe, &limits)?
                    .variants
                    .len())
            }),
            ("w=400", &|sandbox, picture| {
                let made = sandbox.render(picture, &kind, &probe, &transform, &limits)?;
                Ok(made.bytes.len())
            }),
        ];
        for (name, work) in works {
            let mut used = [Used::default(); 2];
            for round in 0..=arguments.rounds {
                for (sandbox, used) in sandboxes.iter().zip(&mut used) {
                    let (cpu, others, wall) = (ProcessTime::now(), children_cpu()?, Instant::now());
                    for _ in 0..arguments.count {
                        // As a spooled upload is: large ones in a file.
                        let picture = if bytes.len() > 256 << 10 {
                            Picture::File(std::fs::File::open(file)?)
                        } else {
                            Picture::Bytes(bytes.clone().into())
                        };
                        std::hint::black_box(work(sandbox, &picture)?);
                    }
                    // The first round warms up.
                    if round > 0 {
                        used.wall += wall.elapsed();
                        used.cpu += cpu.elapsed() + children_cpu()?.saturating_sub(others);
                    }
                }
            }
            let each = |time: Duration| {
                time.as_secs_f64() * 1e3 / f64::from(arguments.rounds * arguments.count)
            };
            let [off, boxed] = used.map(|used| (each(used.cpu), each(used.wall)));
            println!(
                "{} {name}: CPU {:.2} ms off, {:.2} ms boxed ({:+.1} %); wall {:.2} ms off, {:.2} ms boxed ({:+.2} ms)",
                file.file_name().unwrap_or_default().display(),
                off.0,
                boxed.0,
                (boxed.0 / off.0 - 1.0) * 100.0,
                off.1,
                boxed.1,
                boxed.1 - off.1,
            );
        }
        Ok(())
    }

    /// Processor time of this process's children and of theirs that have ended, by proc(5), which counts in hundredths of a second.
    fn children_cpu() -> anyhow::Result<Duration> {
        let own = std::process::id().to_string();
        let mut ticks = 0;
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            // After the name, which may hold anything: state, parent, … times from the twelfth on.
            let fields: Vec<&str> = stat
                .rsplit(") ")
                .next()
                .unwrap_or_default()
                .split(' ')
                .collect();
            if fields.get(1) == Some(&own.as_str()) {
                let times = fields.get(11..15).unwrap_or_default();
                ticks += times
                    .iter()
                    .filter_map(|time| time.parse::<u64>().ok())
                    .sum::<u64>();
            }
        }
        Ok(Duration::from_millis(ticks * 10))
    }
}
