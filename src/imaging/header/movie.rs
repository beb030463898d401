//! MP4 and QuickTime (ISO 14496-12, QuickTime File Format): what `moov` says, wherever in the file it lies. Walks from box
//! to box by seeking; media data and sample tables are never read.

use super::{Error, Source};

/// Boxes that are looked at before giving up: real files have 20 before `moov`, and a few hundred in it.
const MAX_BOXES: u32 = 2048;
/// Largest text that is kept.
const MAX_TEXT_BYTES: u64 = 4096;
/// Largest table of keys.
const MAX_KEYS_BYTES: u64 = 64 << 10;

/// What a movie says of itself, as it is written.
#[derive(Debug, Default)]
pub(in super::super) struct Movie {
    /// Size of the first enabled picture track, as displayed.
    pub(in super::super) size: Option<(u32, u32)>,
    /// How long it plays, in seconds.
    pub(in super::super) duration_seconds: Option<f64>,
    /// Seconds since 1904, or by mistake since 1970.
    pub(in super::super) created: Option<u64>,
    /// Degrees north, degrees east and metres, by the box of 3GPP.
    pub(in super::super) place: Option<[f64; 3]>,
    /// User data and metadata: `©xyz`, `com.apple.quicktime.make`.
    pub(in super::super) items: Vec<(String, String)>,
}

/// The first movie box; damage in it takes away what comes behind.
pub(super) fn read(source: &mut Source<'_>) -> Result<Movie, Error> {
    let end = source.len;
    let mut reader = Reader {
        source,
        budget: MAX_BOXES,
        movie: Movie::default(),
        timescale: 0,
        is_found: false,
    };
    let walked = reader.each(end, |reader, name, end| {
        if &name == b"moov" && !reader.is_found {
            reader.is_found = true;
            reader.movie(end)?;
            reader.budget = 0;
        }
        Ok(())
    });
    match walked {
        Err(error @ Error::Internal(_)) => Err(error),
        _ => Ok(reader.movie),
    }
}

struct Reader<'s, 'a> {
    source: &'s mut Source<'a>,
    budget: u32,
    movie: Movie,
    timescale: u32,
    is_found: bool,
}

#[derive(Default)]
struct Track {
    is_enabled: bool,
    is_video: bool,
    is_turned: bool,
    shown: (u32, u32),
    coded: (u32, u32),
}

impl Reader<'_, '_> {
    /// Visits the boxes up to `end`, each with its name and its own end, and stands behind its header meanwhile.
    fn each(
        &mut self,
        end: u64,
        mut visit: impl FnMut(&mut Self, [u8; 4], u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while self.budget > 0 && self.source.at.saturating_add(8) <= end {
            self.budget -= 1;
            let (name, box_end) = self.source.box_header(end)?;
            if box_end < self.source.at {
                break;
            }
            // One that is cut off may still begin well.
            let box_end = box_end.min(end);
            visit(self, name, box_end)?;
            if self.budget > 0 {
                self.go_to(box_end)?;
            }
        }
        Ok(())
    }

    fn go_to(&mut self, to: u64) -> Result<(), Error> {
        match to.checked_sub(self.source.at) {
            Some(ahead) => self.source.skip(ahead),
            None => self.source.seek(to),
        }
    }

    /// What is left of a box, at most `most` bytes of it.
    fn body(&mut self, end: u64, most: u64) -> Result<Vec<u8>, Error> {
        let len = end.saturating_sub(self.source.at).min(most);
        self.source.bytes(len)
    }

    fn movie(&mut self, end: u64) -> Result<(), Error> {
        let mut tracks = Vec::new();
        let walked = self.each(end, |reader, name, end| match &name {
            b"mvhd" => reader.header(end),
            b"mvex" => reader.fragments(end),
            b"trak" => {
                let mut track = Track::default();
                let walked = reader.track(end, &mut track);
                tracks.push(track);
                walked
            }
            b"udta" => reader.user_data(end),
            b"meta" => reader.metadata(end),
            _ => Ok(()),
        });
        let is_shown = |track: &&Track| track.is_video && track.size().is_some();
        let shown = tracks
            .iter()
            .filter(is_shown)
            .find(|track| track.is_enabled);
        self.movie.size = shown.or(tracks.iter().find(is_shown)).and_then(Track::size);
        walked
    }

    fn header(&mut self, end: u64) -> Result<(), Error> {
        let body = self.body(end, 32)?;
        let is_long = body.first() == Some(&1);
        let (created, at) = if is_long {
            (number(&body, 4, 8), 20)
        } else {
            (number(&body, 4, 4), 12)
        };
        let unknown = if is_long {
            u64::MAX
        } else {
            u64::from(u32::MAX)
        };
        self.movie.created = created.filter(|time| *time > 0 && *time < unknown);
        self.timescale = number(&body, at, 4).unwrap_or(0) as u32;
        let duration = number(&body, at + 4, if is_long { 8 } else { 4 });
        self.duration(duration.filter(|duration| *duration < unknown));
        Ok(())
    }

    /// A movie in fragments has no duration of its own.
    fn fragments(&mut self, end: u64) -> Result<(), Error> {
        self.each(end, |reader, name, end| {
            if &name == b"mehd" && reader.movie.duration_seconds.is_none() {
                let body = reader.body(end, 12)?;
                let bytes = if body.first() == Some(&1) { 8 } else { 4 };
                reader.duration(number(&body, 4, bytes));
            }
            Ok(())
        })
    }

    fn duration(&mut self, units: Option<u64>) {
        self.movie.duration_seconds = units
            .filter(|units| *units > 0 && self.timescale > 0)
            .map(|units| units as f64 / f64::from(self.timescale));
    }

    fn track(&mut self, end: u64, track: &mut Track) -> Result<(), Error> {
        self.each(end, |reader, name, end| {
            match &name {
                b"tkhd" => track.header(&reader.body(end, 96)?),
                b"mdia" => reader.each(end, |reader, name, end| reader.media(name, end, track))?,
                _ => {}
            }
            Ok(())
        })
    }

    fn media(&mut self, name: [u8; 4], end: u64, track: &mut Track) -> Result<(), Error> {
        match &name {
            b"hdlr" => {
                let body = self.body(end, 12)?;
                track.is_video = body.get(8..12) == Some(b"vide");
            }
            b"minf" => self.each(end, |reader, name, end| {
                if &name != b"stbl" {
                    return Ok(());
                }
                reader.each(end, |reader, name, end| {
                    if &name == b"stsd" {
                        let body = reader.body(end, 44)?;
                        let side = |at| number(&body, at, 2).unwrap_or(0) as u32;
                        track.coded = (side(40), side(42));
                    }
                    Ok(())
                })
            })?,
            _ => {}
        }
        Ok(())
    }

    fn user_data(&mut self, end: u64) -> Result<(), Error> {
        self.each(end, |reader, name, end| {
            match &name {
                // A length, a language, and text.
                [0xa9, ..] => {
                    let body = reader.body(end, MAX_TEXT_BYTES)?;
                    let len = number(&body, 0, 2).unwrap_or(0) as usize;
                    let text = body.get(4..).unwrap_or_default();
                    reader.item(four_letters(name), &text[..len.min(text.len())]);
                }
                b"loci" => {
                    let body = reader.body(end, MAX_TEXT_BYTES)?;
                    reader.movie.place = place(&body);
                }
                b"meta" => reader.metadata(end)?,
                _ => {}
            }
            Ok(())
        })
    }

    /// `keys` names what lies in `ilst`; without it the boxes there have names of their own.
    fn metadata(&mut self, end: u64) -> Result<(), Error> {
        // A full box by ISO, a plain one by QuickTime.
        let start = self.source.at;
        let head = self.body(end, 8)?;
        let is_plain = head.get(4..) == Some(b"hdlr");
        self.go_to(start + if is_plain { 0 } else { 4 })?;
        let mut keys = Vec::new();
        self.each(end, |reader, name, end| {
            match &name {
                b"keys" => keys = names(&reader.body(end, MAX_KEYS_BYTES)?),
                b"ilst" => reader.each(end, |reader, name, end| {
                    let index = u32::from_be_bytes(name) as usize;
                    let key = index.checked_sub(1).and_then(|index| keys.get(index));
                    let key = key.cloned().unwrap_or_else(|| four_letters(name));
                    reader.each(end, |reader, name, end| {
                        if &name == b"data" {
                            let body = reader.body(end, MAX_TEXT_BYTES)?;
                            // UTF-8, of the well-known types.
                            if number(&body, 0, 4) == Some(1) {
                                reader.item(key.clone(), body.get(8..).unwrap_or_default());
                            }
                        }
                        Ok(())
                    })
                })?,
                _ => {}
            }
            Ok(())
        })
    }

    fn item(&mut self, key: String, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        if !text.is_empty() {
            self.movie.items.push((key, text.to_owned()));
        }
    }
}

impl Track {
    /// `tkhd`: flags, the matrix and the size before it.
    fn header(&mut self, body: &[u8]) {
        self.is_enabled = body.get(3).is_some_and(|flags| flags & 1 == 1);
        let matrix = if body.first() == Some(&1) { 52 } else { 40 };
        let signed = |at| number(body, at, 4).unwrap_or(0) as u32 as i32;
        // A quarter turn has nothing on the diagonal.
        self.is_turned = signed(matrix) == 0 && signed(matrix + 4) != 0;
        let side = |at| ((number(body, at, 4).unwrap_or(0) + 0x8000) >> 16) as u32;
        self.shown = (side(matrix + 36), side(matrix + 40));
    }

    fn size(&self) -> Option<(u32, u32)> {
        let is_size = |(width, height): &(u32, u32)| *width > 0 && *height > 0;
        let (width, height) = Some(self.shown)
            .filter(is_size)
            .or(Some(self.coded))
            .filter(is_size)?;
        Some(if self.is_turned {
            (height, width)
        } else {
            (width, height)
        })
    }
}

/// The names in a `keys` box, in their order.
fn names(body: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = body.get(8..).unwrap_or_default();
    while let Some(len) = number(rest, 0, 4)
        && let Some(name) = rest.get(8..len as usize)
    {
        names.push(String::from_utf8_lossy(name).into_owned());
        rest = &rest[len as usize..];
    }
    names
}

/// `loci` (3GPP TS 26.244): a name, a role, then longitude, latitude and altitude in 16.16.
fn place(body: &[u8]) -> Option<[f64; 3]> {
    let name = body.get(6..)?;
    let rest = &name[name.iter().position(|byte| *byte == 0)? + 1..];
    let fixed = |at| Some(f64::from(number(rest, at, 4)? as u32 as i32) / 65_536.0);
    Some([fixed(5)?, fixed(1)?, fixed(9)?])
}

/// A box's name as text; `©` is a byte of Mac Roman, and the same in Latin-1.
fn four_letters(name: [u8; 4]) -> String {
    name.iter().map(|byte| char::from(*byte)).collect()
}

/// A big-endian number of that many bytes.
fn number(bytes: &[u8], at: usize, len: usize) -> Option<u64> {
    let field = bytes.get(at..at + len)?;
    Some(
        field
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}
