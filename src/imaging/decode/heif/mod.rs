//! HEIF and AVIF (ISO/IEC 23008-12): the primary item, whatever it is made of, painted tile by tile on one canvas, so that
//! no more than one tile is held beside it. Applies the clean aperture; turning and mirroring the primary item is left to
//! the caller, who has it from the header. Never reads sequences, thumbnails or gain maps.

mod av1;
mod canvas;
mod hevc;
mod planes;

use canvas::Canvas;
use planes::{Coding, Planes};

use super::{Decoded, Error, Limits, Picture, Profile};
use crate::imaging::{
    bmff::{Fields, Id, Items, Property},
    frame::Layout,
    hdr::ToneMap,
    orient::Orientation,
};

/// How deep items may be derived from others.
const MAX_DEPTH: u32 = 4;
/// Pixels that small pictures may decode, whatever their own size: encoders pad to whole blocks or tiles.
const MIN_BUDGET_PIXELS: u64 = 1 << 20;
/// How much larger than its `ispe` property a coded picture may be on each side, for padding.
const PADDING: u32 = 64;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let items = Items::of_file(bytes)?;
    let primary = items.primary;
    let size = items
        .size(primary)
        .ok_or_else(|| Error::Malformed("picture without a size".to_owned()))?;
    crate::imaging::probe::check_pixels(size.0.into(), size.1.into(), limits)?;
    let alpha = items.alpha(primary);
    let look = Look::of(&items, primary);
    let layout = match (look.is_grey, alpha.is_some()) {
        (true, false) => Layout::Grey,
        (true, true) => Layout::GreyAlpha,
        (false, false) => Layout::Rgb,
        (false, true) => Layout::Rgba,
    };
    let pixels = u64::from(size.0) * u64::from(size.1);
    if pixels * layout.samples() as u64 > limits.max_memory_bytes {
        return Err(Error::OverLimit("memory".to_owned()));
    }
    let mut painter = Painter {
        items: &items,
        canvas: Canvas::new(size, layout),
        tone: look.tone(),
        coding: look.coding,
        // Color and opacity, and a border of tiles that is cropped away.
        budget: 4 * pixels.max(MIN_BUDGET_PIXELS),
        limits,
        painted: false,
        failure: None,
    };
    painter.paint(primary, (0, 0), Role::Color, 0)?;
    if !painter.painted {
        let nothing = || Error::Malformed("nothing to show".to_owned());
        return Err(painter.failure.unwrap_or_else(nothing));
    }
    if let Some(alpha) = alpha {
        // A picture without its opacity is better than none.
        if let Err(error) = painter.paint(alpha, (0, 0), Role::Alpha, 0) {
            painter.failure.get_or_insert(error);
        }
    }
    let (mut canvas, truncated) = (painter.canvas, painter.failure.is_some());
    if alpha.is_some_and(|alpha| items.is_premultiplied(primary, alpha)) {
        canvas.unmultiply();
    }
    for property in items.properties(primary) {
        if let Property::Crop(crop) = property {
            canvas.crop(crop)?;
        }
    }
    Ok(Decoded {
        picture: Picture::Frame(canvas.into_frame()?),
        profile: look.profile(),
        truncated,
    })
}

/// What properties say of colours, those of the first tile where the whole has none.
#[derive(Default)]
struct Look<'a> {
    icc: Option<&'a [u8]>,
    /// `ColourPrimaries` and `TransferCharacteristics`.
    codes: Option<(u16, u16)>,
    coding: Option<Coding>,
    peak_nits: Option<f32>,
    is_grey: bool,
}

impl<'a> Look<'a> {
    fn of(items: &Items<'a>, primary: Id) -> Self {
        let mut look = Self::default();
        let mut item = primary;
        for _ in 0..MAX_DEPTH {
            look.add(items, item);
            match items.sources(item).first() {
                Some(source) => item = *source,
                None => break,
            }
        }
        look.is_grey = items.properties(item).any(|property| match property {
            Property::Hevc(config) => config.get(16).is_some_and(|format| format % 4 == 0),
            Property::Av1 { is_grey, .. } => is_grey,
            _ => false,
        });
        look
    }

    fn add(&mut self, items: &Items<'a>, item: Id) {
        for property in items.properties(item) {
            match property {
                Property::Icc(icc) => _ = self.icc.get_or_insert(icc),
                Property::PeakNits(nits) => _ = self.peak_nits.get_or_insert(f32::from(nits)),
                Property::Coded(primaries, transfer, ..) => {
                    self.codes.get_or_insert((primaries, transfer));
                    self.coding = self.coding.or_else(|| coding(property));
                }
                _ => {}
            }
        }
    }

    fn tone(&self) -> Option<ToneMap> {
        let (primaries, transfer) = self.codes?;
        ToneMap::new(primaries, transfer, self.peak_nits)
    }

    fn profile(&self) -> Profile {
        match (self.codes, self.icc) {
            // Shown in sRGB already.
            _ if self.tone().is_some() => Profile::default(),
            (_, Some(icc)) => Profile::parse(Some(icc)),
            (Some((primaries, transfer)), None) => Profile::coded(primaries, transfer),
            (None, None) => Profile::default(),
        }
    }
}

fn coding(property: Property<'_>) -> Option<Coding> {
    match property {
        Property::Coded(_, _, matrix, full_range) => Some(Coding { matrix, full_range }),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Color,
    Alpha,
}

struct Painter<'a> {
    items: &'a Items<'a>,
    canvas: Canvas,
    tone: Option<ToneMap>,
    /// How the whole is encoded, for tiles that do not say.
    coding: Option<Coding>,
    /// Pixels that may still be decoded: bounds the time, whatever a file asks for.
    budget: u64,
    limits: &'a Limits,
    painted: bool,
    /// Why some tile is missing.
    failure: Option<Error>,
}

impl Painter<'_> {
    fn paint(&mut self, item: Id, at: (i64, i64), role: Role, depth: u32) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Malformed("items nested too deeply".to_owned()));
        }
        let is_turned = |property| {
            matches!(
                property,
                Property::Crop(_) | Property::Turn(1..) | Property::Mirror(_)
            )
        };
        if depth > 0 && self.items.properties(item).any(is_turned) {
            return self.paint_turned(item, at, role, depth);
        }
        self.paint_as_stored(item, at, role, depth)
    }

    fn paint_as_stored(
        &mut self,
        item: Id,
        at: (i64, i64),
        role: Role,
        depth: u32,
    ) -> Result<(), Error> {
        match &self.items.kind(item) {
            b"hvc1" | b"hev1" | b"av01" => self.paint_coded(item, at, role),
            b"grid" => self.paint_grid(item, at, role, depth),
            b"iovl" => self.paint_overlay(item, at, role, depth),
            b"iden" => match self.items.sources(item) {
                [source] => self.paint(*source, at, role, depth + 1),
                _ => Err(Error::Malformed("identity of no item".to_owned())),
            },
            kind => Err(Error::Unsupported(format!(
                "{} in HEIF",
                kind.escape_ascii()
            ))),
        }
    }

    fn paint_coded(&mut self, item: Id, at: (i64, i64), role: Role) -> Result<(), Error> {
        let planes = self.decode(item)?;
        let size = self
            .items
            .size(item)
            .unwrap_or((planes.width, planes.height));
        let own = self.items.properties(item).find_map(coding);
        let shown = match role {
            Role::Color => {
                let coding = own.or(self.coding).unwrap_or(planes.coding);
                if coding.matrix >= 11 && coding.matrix != 12 {
                    return Err(Error::Unsupported(format!("matrix {}", coding.matrix)));
                }
                let tone = self.tone.as_ref();
                self.canvas.paint(&planes, coding, at, size, tone)
            }
            Role::Alpha => {
                let coding = own.unwrap_or(planes.coding);
                self.canvas.paint_alpha(&planes, coding, at, size)
            }
        };
        self.painted |= shown;
        if planes.width < size.0 || planes.height < size.1 {
            let smaller = Error::Malformed("smaller than it says".to_owned());
            self.failure.get_or_insert(smaller);
        }
        Ok(())
    }

    fn decode(&mut self, item: Id) -> Result<Planes, Error> {
        self.limits.check_time()?;
        let (width, height) = self
            .items
            .size(item)
            .ok_or_else(|| Error::Malformed("picture without a size".to_owned()))?;
        let pixels = u64::from(width) * u64::from(height);
        self.budget = self
            .budget
            .checked_sub(pixels)
            .ok_or_else(|| Error::OverLimit("more tiles than the picture shows".to_owned()))?;
        let padded = |side: u32| u64::from(side) + u64::from(PADDING);
        let max_pixels = padded(width) * padded(height);
        let data = self.items.data(item)?;
        let (mut config, mut point, mut left) = (None, 0, false);
        for property in self.items.properties(item) {
            match property {
                Property::Hevc(parameters) => config = Some(parameters),
                Property::OperatingPoint(chosen) => point = chosen,
                Property::Av1 { is_left, .. } => left = is_left,
                _ => {}
            }
        }
        match (&self.items.kind(item), config) {
            (b"av01", _) => av1::decode(&data, max_pixels, point, left),
            (_, Some(config)) => hevc::decode(config, &data, max_pixels),
            _ => Err(Error::Malformed("HEVC without parameters".to_owned())),
        }
    }

    fn paint_grid(
        &mut self,
        item: Id,
        (left, top): (i64, i64),
        role: Role,
        depth: u32,
    ) -> Result<(), Error> {
        let malformed = || Error::Malformed("grid".to_owned());
        let data = self.items.data(item)?;
        let [_, _, rows, columns] = *data.first_chunk().ok_or_else(malformed)?;
        let (rows, columns) = (usize::from(rows) + 1, usize::from(columns) + 1);
        let tiles = self.items.sources(item);
        let size = tiles.first().and_then(|tile| self.items.size(*tile));
        let (width, height) = size.ok_or_else(malformed)?;
        if tiles.len() != rows * columns {
            return Err(malformed());
        }
        for (index, tile) in tiles.iter().enumerate() {
            let column = (index % columns) as i64 * i64::from(width);
            let row = (index / columns) as i64 * i64::from(height);
            match self.paint(*tile, (left + column, top + row), role, depth + 1) {
                Err(error @ (Error::Unsupported(_) | Error::OverLimit(_))) => return Err(error),
                // A file that was cut off shows its first tiles.
                Err(error) => _ = self.failure.get_or_insert(error),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Items upon each other, as if all were opaque.
    fn paint_overlay(
        &mut self,
        item: Id,
        (left, top): (i64, i64),
        role: Role,
        depth: u32,
    ) -> Result<(), Error> {
        let sources = self.items.sources(item);
        if sources
            .iter()
            .any(|source| self.items.alpha(*source).is_some())
        {
            return Err(Error::Unsupported("overlay with opacity".to_owned()));
        }
        let data = self.items.data(item)?;
        let mut fields = Fields::new(&data);
        let mut read = || {
            let size = if fields.number(2)? & 1 == 0 { 2 } else { 4 };
            let mut fill = || Some((fields.number(2)? >> 8) as u8);
            let color = [fill()?, fill()?, fill()?];
            fields.bytes(2 + 2 * size)?;
            let shift = 64 - 8 * size as u32;
            let mut offset = || Some(((fields.number(size)? << shift).cast_signed()) >> shift);
            let offsets: Option<Vec<_>> = sources
                .iter()
                .map(|_| Some((offset()?, offset()?)))
                .collect();
            Some((color, offsets?))
        };
        let (color, offsets) = read().ok_or_else(|| Error::Malformed("overlay".to_owned()))?;
        if depth == 0 {
            self.canvas.fill(color);
        }
        for (source, (x, y)) in sources.iter().zip(offsets) {
            self.paint(*source, (left + x, top + y), role, depth + 1)?;
        }
        Ok(())
    }

    /// Paints an item that has a crop or an orientation of its own on a canvas of its own.
    fn paint_turned(
        &mut self,
        item: Id,
        at: (i64, i64),
        role: Role,
        depth: u32,
    ) -> Result<(), Error> {
        let size = self.items.size(item).unwrap_or_default();
        let pixels = u64::from(size.0) * u64::from(size.1);
        if role == Role::Alpha || pixels > self.budget {
            return Err(Error::Unsupported("tile with an orientation".to_owned()));
        }
        let part = Canvas::new(size, self.canvas.layout);
        let whole = std::mem::replace(&mut self.canvas, part);
        let painted = self.paint_as_stored(item, (0, 0), role, depth);
        let mut part = std::mem::replace(&mut self.canvas, whole);
        painted?;
        let (mut turn, mut mirror) = (0, None);
        for property in self.items.properties(item) {
            match property {
                Property::Crop(crop) => part.crop(crop)?,
                Property::Turn(turns) => turn = turns,
                Property::Mirror(axis) => mirror = Some(axis),
                _ => {}
            }
        }
        let orientation = Orientation::from_heif(turn, mirror);
        let (width, height, data) = (part.width, part.height, part.data);
        part.data = match part.layout.samples() {
            1 => orientation.apply::<1>(data, width, height),
            2 => orientation.apply::<2>(data, width, height),
            3 => orientation.apply::<3>(data, width, height),
            _ => orientation.apply::<4>(data, width, height),
        };
        (part.width, part.height) = orientation.size((width, height));
        self.painted |= self.canvas.put(&part, at);
        Ok(())
    }
}
