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
    encode(&picture, transform.format, transform.quality)
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
