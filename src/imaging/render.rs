//! Renditions on demand.

use super::{
    Error, Limits, Rendition,
    cost::output_bytes,
    derive::open,
    encode::{encode, max_side, pad},
    geometry::Plan,
    orient::Orientation,
    picture::Picture,
    svg,
};
use crate::media::{Colours, Fit, Kind, Transform};

pub(super) fn render(
    bytes: &[u8],
    kind: &Kind,
    transform: &Transform,
    limits: &Limits,
) -> Result<Rendition, Error> {
    let (source, plan) = if *kind == Kind::Svg {
        svg::draw_for(bytes, transform, limits)?
    } else {
        let (source, _) = open(bytes, kind, limits, |size| plan_for(transform, size))?;
        check_region(transform, source.size())?;
        let plan = plan_for(transform, source.size());
        (source, plan)
    };
    if output_bytes(&plan, transform.format) > limits.max_memory_bytes {
        return Err(Error::OverLimit("rendition too large".to_owned()));
    }
    let picture = source.reduce(&plan)?;
    let picture = match plan.canvas {
        Some(canvas) if canvas != picture.size() => {
            Picture::Frame(pad(&picture.into_frame()?, canvas))
        }
        _ => picture,
    };
    let turn = Orientation::new(transform.mirror, transform.turns);
    let mut picture = picture.oriented(turn)?;
    match transform.colours {
        Colours::All => {}
        Colours::Grey => picture = picture.grey(),
        Colours::Bitonal => picture = Picture::Frame(picture.into_frame()?.bitonal()),
    }
    if let Some(background) = transform.background {
        picture = picture.on(background);
    }
    encode(
        &picture,
        transform.format,
        transform.quality,
        limits.threads,
    )
}

/// How many times more pixels than needed a copy must have each way. From there on what its own encoding lost costs a rendition of the
/// same quality 0.001 to 0.005 of SSIM in photographs, and saves 1 to 5 % of its bytes.
const COPY_MARGIN: f64 = 1.5;

pub(super) fn for_copy(
    transform: &Transform,
    original: (u32, u32),
    copy: (u32, u32),
) -> Option<Transform> {
    let plan = plan_for(transform, original);
    let (_, _, across, down) = plan.region(original);
    let is_enough = |length: f64, original: u32, copy: u32, scaled: u32| {
        let there = length * f64::from(copy) / f64::from(original);
        // The copy's own size was rounded.
        there + 1.0 >= COPY_MARGIN * f64::from(scaled)
    };
    let is_enough = transform.region.is_none()
        && is_enough(across, original.0, copy.0, plan.scaled.0)
        && is_enough(down, original.1, copy.1, plan.scaled.1);
    // By its sides alone the result might be a pixel larger or smaller.
    let exact = Transform {
        width: Some(plan.scaled.0),
        height: Some(plan.scaled.1),
        fit: Fit::Fill,
        ..*transform
    };
    let keeps_all = plan.crop.is_none() && plan.canvas.is_none();
    is_enough.then_some(if keeps_all { exact } else { *transform })
}

/// Whether the picture has anything of the region.
pub(super) fn check_region(
    transform: &Transform,
    (width, height): (u32, u32),
) -> Result<(), Error> {
    match transform.region {
        Some(region) if region.left >= width || region.top >= height => Err(Error::Outside),
        _ => Ok(()),
    }
}

/// The plan for a picture of that size; one that the format cannot hold is made to fit.
pub(super) fn plan_for(transform: &Transform, size: (u32, u32)) -> Plan {
    let plan = Plan::new(transform, size);
    let most = max_side(transform.format);
    if plan.scaled.0.max(plan.scaled.1) <= most {
        return plan;
    }
    let fitting = Transform {
        width: Some(most),
        height: Some(most),
        fit: Fit::Inside,
        ..*transform
    };
    let scaled = Plan::new(&fitting, plan.scaled).scaled;
    Plan { scaled, ..plan }
}
