//! The making of variants: one decode, then large → medium → thumb, each from the last.

use std::io::Cursor;

use super::{
    Derived, Error, Limits,
    color::{Profile, to_srgb},
    decode::{Decoded, decode},
    encode::encode,
    frame::{Frame, Layout},
    geometry::Plan,
    orient::Orientation,
    placeholder::placeholder,
    probe,
    resize::resize,
    svg,
};
use crate::media::{Facts, Kind, Variant};

pub(super) fn derive(bytes: &[u8], kind: &Kind, limits: &Limits) -> Result<Derived, Error> {
    if *kind == Kind::Svg {
        let (frame, facts) = svg::draw_largest(bytes, limits)?;
        return cascade(Source::upright(frame), facts);
    }
    let (source, facts) = open(bytes, kind, limits)?;
    cascade(source, facts)
}

/// Probes and decodes.
pub(super) fn open(bytes: &[u8], kind: &Kind, limits: &Limits) -> Result<(Source, Facts), Error> {
    let probed = probe::probe(&mut Cursor::new(bytes), kind, limits)?;
    if !kind.is_decodable() {
        return Err(Error::Unsupported(format!(
            "no decoder for {}",
            kind.mime()
        )));
    }
    if probed.probe.memory_bytes > limits.max_memory_bytes {
        return Err(Error::OverLimit("memory".to_owned()));
    }
    let Decoded {
        frame,
        profile,
        truncated,
    } = decode(bytes, kind, limits)?;
    let mut facts = probed.probe.facts;
    // The decoder has the last word on the size: the header of a sub-format may be of another frame.
    let (width, height) = probed.orientation.size(frame.size());
    (facts.width, facts.height) = (Some(width), Some(height));
    if truncated {
        facts.warning = Some("truncated".to_owned());
    }
    Ok((
        Source {
            frame,
            profile,
            orientation: probed.orientation,
        },
        facts,
    ))
}

/// Pixels that are not yet upright or sRGB: both are cheaper after the first reduction.
pub(super) struct Source {
    frame: Frame,
    profile: Profile,
    orientation: Orientation,
}

impl Source {
    /// An upright sRGB frame.
    pub(super) fn upright(frame: Frame) -> Self {
        Self {
            frame,
            profile: Profile::default(),
            orientation: Orientation::default(),
        }
    }

    /// Size as seen.
    pub(super) fn size(&self) -> (u32, u32) {
        self.orientation.size(self.frame.size())
    }

    /// Scaled by a plan for the size as seen; upright and in sRGB.
    pub(super) fn reduce(self, plan: &Plan) -> Result<Frame, Error> {
        let plan = if self.orientation.is_transposing() {
            plan.transposed()
        } else {
            *plan
        };
        let frame = resize(&self.frame, &plan)?.unwrap_or(self.frame);
        let frame = to_srgb(frame, &self.profile)?;
        let (width, height) = self.orientation.size(frame.size());
        let data = match frame.layout {
            Layout::Rgba => self
                .orientation
                .apply::<4>(frame.data, frame.width, frame.height),
            _ => self
                .orientation
                .apply::<3>(frame.data, frame.width, frame.height),
        };
        Frame::new(width, height, frame.layout, data)
    }
}

fn cascade(source: Source, mut facts: Facts) -> Result<Derived, Error> {
    let (width, height) = source.size();
    let made: Vec<Variant> = Variant::ALL
        .into_iter()
        .rev()
        .filter(|variant| variant.is_made_for(width, height))
        .collect();
    let mut variants = Vec::with_capacity(made.len());
    // The thumb is cropped, so it cannot stand for the whole picture: without a larger variant, the picture itself is kept.
    let first = made.first().filter(|variant| **variant != Variant::Thumb);
    let plan = |variant: Variant, size| Plan::new(&variant.transform(), size);
    let whole = Plan {
        scaled: (width, height),
        crop: None,
        canvas: None,
    };
    let mut current =
        source.reduce(&first.map_or(whole, |variant| plan(*variant, (width, height))))?;
    for variant in made {
        let transform = variant.transform();
        let next = resize(&current, &plan(variant, current.size()))?;
        if variant == Variant::Thumb {
            let (hash, color) = placeholder(&current)?;
            facts.placeholder = Some(hash);
            facts.dominant_color = Some(color);
        }
        current = next.unwrap_or(current);
        let encoded = encode(&current, transform.format, transform.quality)?;
        variants.push((variant, encoded));
    }
    variants.reverse();
    Ok(Derived { variants, facts })
}
