//! Pictures are decoded in a box: a process that lives for one picture, may neither open a file nor a socket nor start another, and
//! can be killed. Whatever a decoder does to it, only that picture fails.
//!
//! The service starts one zygote, this binary again, which never meets a picture. It warms up once, gives up what copies need not
//! have, and forks boxes ahead. Each takes one order, confines itself for it, answers and ends. Owns these processes and what is said
//! between them; never decides what a picture may cost.

mod protocol;

#[cfg(target_os = "linux")]
mod ffi;
#[cfg(target_os = "linux")]
mod jail;
#[cfg(target_os = "linux")]
mod keeper;
#[cfg(target_os = "linux")]
mod wire;
#[cfg(target_os = "linux")]
mod zygote;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as keeper;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::imaging::{self, Derived, Limits, Probe, Rendition, SvgSize};
use crate::media::{Facts, Kind, Transform};

#[cfg(target_os = "linux")]
pub use ffi::share_arenas;
use keeper::Keeper;
pub use protocol::{Made, Order, Work};
#[cfg(target_os = "linux")]
pub use zygote::{WorkFn, is_zygote, run_zygote};

/// Whether pictures are decoded in boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// In boxes, or not at all: the service does not start where the kernel cannot confine them.
    Required,
    /// In boxes that are confined as far as this kernel can.
    BestEffort,
    /// In threads of the service.
    Off,
}

impl Mode {
    /// `required` where there are boxes.
    pub const DEFAULT: Self = if cfg!(target_os = "linux") {
        Self::Required
    } else {
        Self::Off
    };
}

/// Why nothing was made of a picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The picture's fault, or its box was killed twice.
    #[error(transparent)]
    Picture(#[from] imaging::Error),
    /// There is no box to be had, or the picture cannot be read: nothing that says anything of the picture.
    #[error("cannot use the sandbox")]
    Unavailable(#[from] io::Error),
}

/// A picture's bytes.
#[derive(Debug)]
pub enum Picture {
    /// In memory.
    Bytes(Bytes),
    /// In a file that is open for reading and not written to any more.
    File(File),
}

impl Picture {
    fn read(&self, work: &Work) -> io::Result<Bytes> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::File(file) => read_whole(file, work.most_input_bytes()).map(Bytes::from),
        }
    }
}

/// A file from its start, or as much of it as is wanted.
fn read_whole(file: &File, most_bytes: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len().min(most_bytes);
    let mut bytes = vec![0; length as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// How long a work without a deadline may take.
const LONGEST: Duration = Duration::from_mins(5);
/// How long measuring an SVG may take; uploads wait for it.
const MEASURE_TIME: Duration = Duration::from_secs(5);
/// What measuring an SVG may take in bytes: a file of a few MiB at most, and the tree that is made of it.
const MEASURE_BYTES: u64 = 128 << 20;

/// Where pictures are decoded. All calls block: make them on the CPU pool.
#[derive(Debug, Clone)]
pub struct Sandbox(Option<Arc<Keeper>>);

impl Sandbox {
    /// Everything in the calling thread.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// As the mode says, with that many boxes kept ready. Their program is this one.
    ///
    /// # Errors
    /// When processes cannot be started, or not be confined as the mode asks.
    pub fn start(mode: Mode, ready: usize, system_fonts: bool) -> io::Result<Self> {
        Self::start_program(Path::new("/proc/self/exe"), mode, ready, system_fonts)
    }

    /// The same by another program, whose `main` asks [`is_zygote`].
    ///
    /// # Errors
    /// As [`Sandbox::start`].
    pub fn start_program(
        program: &Path,
        mode: Mode,
        ready: usize,
        system_fonts: bool,
    ) -> io::Result<Self> {
        Ok(match mode {
            Mode::Off => Self::off(),
            Mode::Required | Mode::BestEffort => {
                let keeper = Keeper::start(program, mode == Mode::Required, ready, system_fonts)?;
                Self(Some(Arc::new(keeper)))
            }
        })
    }

    /// As [`imaging::measure_svg()`]: an SVG's header is all of it. Other headers are read by code of our own in bounded steps, and in the
    /// service: [`imaging::probe()`].
    ///
    /// # Errors
    /// As there; `Unavailable`.
    pub fn measure_svg(&self, picture: &Picture, limits: &Limits) -> Result<SvgSize, Error> {
        let work = Work::Measure;
        let Some(keeper) = &self.0 else {
            return Ok(imaging::measure_svg(&picture.read(&work)?, limits)?);
        };
        let order = Order::new(work, &Kind::Svg, MEASURE_BYTES, limits);
        let deadline = deadline(limits).min(Instant::now() + MEASURE_TIME);
        match keeper.carry_out(&order, picture, deadline)?? {
            Made::Size(size) => Ok(size),
            other => Err(unasked(&other)),
        }
    }

    /// As [`imaging::derive()`], of a picture that was probed.
    ///
    /// # Errors
    /// As there; `Unavailable`.
    pub fn derive(
        &self,
        picture: &Picture,
        kind: &Kind,
        probe: &Probe,
        limits: &Limits,
    ) -> Result<Derived, Error> {
        let work = Work::Derive;
        let Some(keeper) = &self.0 else {
            return Ok(imaging::derive(&picture.read(&work)?, kind, limits)?);
        };
        let order = Order::new(work, kind, probe.derive_bytes(), limits);
        match keeper.carry_out(&order, picture, deadline(limits))?? {
            Made::Variants(made) => Ok(Derived {
                facts: completed(&probe.facts, made.facts),
                ..made
            }),
            other => Err(unasked(&other)),
        }
    }

    /// As [`imaging::render()`], of a picture that was probed.
    ///
    /// # Errors
    /// As there; `Unavailable`.
    pub fn render(
        &self,
        picture: &Picture,
        kind: &Kind,
        probe: &Probe,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Rendition, Error> {
        let work = Work::Render(*transform);
        let Some(keeper) = &self.0 else {
            let picture = picture.read(&work)?;
            return Ok(imaging::render(&picture, kind, transform, limits)?);
        };
        let order = Order::new(work, kind, probe.render_bytes(transform), limits);
        match keeper.carry_out(&order, picture, deadline(limits))?? {
            Made::Rendition(made) => Ok(made),
            other => Err(unasked(&other)),
        }
    }
}

/// What [`run_zygote`] runs in each box: the pictures' own code.
///
/// # Errors
/// As [`imaging::derive()`].
pub fn work(order: &Order, picture: &[u8]) -> Result<Made, imaging::Error> {
    let kind = Kind::from_mime(&order.mime);
    let limits = order.limits(Instant::now());
    match &order.work {
        Work::Measure => imaging::measure_svg(picture, &limits).map(Made::Size),
        Work::Derive => imaging::derive(picture, &kind, &limits).map(Made::Variants),
        Work::Render(transform) => {
            imaging::render(picture, &kind, transform, &limits).map(Made::Rendition)
        }
    }
}

fn deadline(limits: &Limits) -> Instant {
    limits.deadline.unwrap_or_else(|| Instant::now() + LONGEST)
}

/// What the header told, completed by what the pixels did.
fn completed(probed: &Facts, pixels: Facts) -> Facts {
    Facts {
        has_alpha: probed.has_alpha,
        animated: probed.animated,
        capture: probed.capture.clone(),
        encoding: probed.encoding.clone(),
        duration_seconds: probed.duration_seconds,
        ..pixels
    }
}

fn unasked(made: &Made) -> Error {
    io::Error::other(format!("a box answered what was not asked: {made:?}")).into()
}
