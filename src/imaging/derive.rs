//! The making of variants: one decode, then large → medium → thumb, each from the last.

use std::io::Cursor;

use super::{
    Derived, Error, Limits,
    color::{Profile, to_srgb},
    decode::{Decoded, decode},
    encode::encode,
    fingerprint::perceptual_hash,
    frame::Frame,
    geometry::Plan,
    orient::Orientation,
    picture::Picture,
    placeholder::placeholder,
    planes::Subsampling,
    probe,
    resize::resize,
    svg,
};
use crate::media::{Facts, Fit, Kind, Transform, Variant};

pub(super) fn derive(bytes: &[u8], kind: &Kind, limits: &Limits) -> Result<Derived, Error> {
    if *kind == Kind::Svg {
        let (frame, facts) = svg::draw_largest(bytes, limits)?;
        return cascade(Source::upright(frame), facts, limits.threads);
    }
    let (source, facts) = open(bytes, kind, limits, first_plan)?;
    cascade(source, facts, limits.threads)
}

/// Probes and decodes, no larger than the plan for the size as seen needs.
pub(super) fn open(
    bytes: &[u8],
    kind: &Kind,
    limits: &Limits,
    plan: impl Fn((u32, u32)) -> Plan,
) -> Result<(Source, Facts), Error> {
    let probed = probe::probe(&mut Cursor::new(bytes), kind, limits)?;
    if !kind.is_decodable() {
        return Err(Error::Unsupported(format!(
            "no decoder for {}",
            kind.mime()
        )));
    }
    let cost = &probed.probe.cost;
    let plan = plan(cost.size);
    let needed = cost.decode_bytes(&plan);
    if needed > limits.max_memory_bytes {
        return Err(Error::OverLimit(format!("decoding needs {needed} bytes")));
    }
    let reduction = cost.reduction(&plan);
    let Decoded {
        picture,
        profile,
        truncated,
    } = decode(bytes, kind, reduction, limits)?;
    let mut facts = probed.probe.facts;
    // The decoder has the last word on the size: the header of a sub-format may be of another frame.
    let (width, height) = if reduction == 1 {
        probed.orientation.size(picture.size())
    } else {
        cost.size
    };
    (facts.width, facts.height) = (Some(width), Some(height));
    if truncated {
        facts.warning = Some("truncated".to_owned());
    }
    Ok((
        Source {
            picture,
            size: (width, height),
            reduction,
            profile,
            orientation: probed.orientation,
        },
        facts,
    ))
}

/// Pixels that are not yet upright or sRGB: both are cheaper after the first reduction.
pub(super) struct Source {
    picture: Picture,
    /// Size as seen, before the decoder made it so many times smaller.
    size: (u32, u32),
    reduction: u32,
    profile: Profile,
    orientation: Orientation,
}

impl Source {
    /// An upright sRGB frame.
    pub(super) fn upright(frame: Frame) -> Self {
        Self {
            size: frame.size(),
            reduction: 1,
            picture: Picture::Frame(frame),
            profile: Profile::default(),
            orientation: Orientation::default(),
        }
    }

    /// Size as seen.
    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Scaled by a plan for the size as seen; upright and in sRGB.
    pub(super) fn reduce(self, plan: &Plan) -> Result<Picture, Error> {
        let seen = |side: u32| f64::from(side) / f64::from(self.reduction);
        let seen = (seen(self.size.0), seen(self.size.1));
        let plan = plan.reduced(self.size, self.reduction);
        let plan = plan.stored(self.orientation, seen);
        let picture = match self.picture {
            Picture::Planes(planes) if self.profile.is_srgb() => {
                Picture::Planes(planes.resize(&plan, Subsampling::Half)?.unwrap_or(planes))
            }
            Picture::Planes(planes) => {
                let planes = planes.resize(&plan, Subsampling::None)?.unwrap_or(planes);
                let frame = planes.to_rgb()?;
                Picture::Frame(to_srgb(frame, &self.profile)?)
            }
            Picture::Frame(frame) => {
                let frame = resize(&frame, &plan)?.unwrap_or(frame);
                Picture::Frame(to_srgb(frame, &self.profile)?)
            }
        };
        picture.oriented(self.orientation)
    }
}

/// What the pixels are brought to first: the largest variant, or a little more when a long and narrow picture would be too
/// narrow for its thumb. The thumb is cropped, so it cannot stand for the whole picture: without a larger variant, the
/// picture itself is kept.
pub(super) fn first_plan(size: (u32, u32)) -> Plan {
    let made = |variant: &Variant| variant.is_made_for(size.0, size.1);
    match Variant::ALL.into_iter().rev().find(made) {
        None | Some(Variant::Thumb) => Plan::whole(size),
        Some(larger) => {
            let larger = Plan::new(&larger.transform(), size);
            let around_thumb = Transform {
                fit: Fit::Outside,
                ..Variant::Thumb.transform()
            };
            let around_thumb = Plan::new(&around_thumb, size);
            if around_thumb.scaled.0 > larger.scaled.0 {
                around_thumb
            } else {
                larger
            }
        }
    }
}

fn cascade(source: Source, mut facts: Facts, threads: usize) -> Result<Derived, Error> {
    let (width, height) = source.size();
    let made: Vec<Variant> = Variant::ALL
        .into_iter()
        .rev()
        .filter(|variant| variant.is_made_for(width, height))
        .collect();
    let mut variants = Vec::with_capacity(made.len());
    let first = source.reduce(&first_plan((width, height)))?;
    let mut last = None;
    for variant in made {
        let transform = variant.transform();
        let current = last.as_ref().unwrap_or(&first);
        if variant == Variant::Thumb {
            let (hash, color) = placeholder(current)?;
            facts.placeholder = Some(hash);
            facts.dominant_color = Some(color);
            facts.perceptual_hash = Some(perceptual_hash(current)?);
        }
        let plan = |picture: &Picture| Plan::new(&transform, picture.size());
        // Of a long and narrow picture the last one may have too few rows left.
        let from = if plan(current).scaled == plan(&first).scaled {
            current
        } else {
            &first
        };
        let smaller = from.resize(&plan(from))?;
        let picture = smaller.as_ref().unwrap_or(from);
        let encoded = encode(picture, transform.format, transform.quality, threads)?;
        variants.push((variant, encoded));
        last = smaller.or(last);
    }
    variants.reverse();
    Ok(Derived { variants, facts })
}
