//! Renditions on demand.

use super::{
    Error, Limits, Rendition,
    derive::open,
    encode::{encode, max_side, pad},
    geometry::Plan,
    svg,
};
use crate::media::{Fit, Kind, OutputFormat, Transform};

/// Bytes for each pixel of a rendition: two copies, the encoder's planes and its output.
fn bytes_per_pixel(format: OutputFormat) -> u64 {
    match format {
        OutputFormat::Avif => 40,
        OutputFormat::WebP | OutputFormat::Jpeg | OutputFormat::Png | OutputFormat::Auto => 14,
    }
}

/// What a rendition of a picture of that size takes beside its decoding.
pub(super) fn output_bytes(transform: &Transform, size: (u32, u32)) -> u64 {
    let plan = plan_for(transform, size);
    let (width, height) = plan.canvas.unwrap_or(plan.scaled);
    u64::from(width) * u64::from(height) * bytes_per_pixel(transform.format)
}

pub(super) fn render(
    bytes: &[u8],
    kind: &Kind,
    transform: &Transform,
    limits: &Limits,
) -> Result<Rendition, Error> {
    let (source, plan) = if *kind == Kind::Svg {
        svg::draw_for(bytes, transform, limits)?
    } else {
        let (source, _) = open(bytes, kind, limits)?;
        let plan = plan_for(transform, source.size());
        (source, plan)
    };
    let (width, height) = plan.canvas.unwrap_or(plan.scaled);
    let output_bytes = u64::from(width) * u64::from(height) * bytes_per_pixel(transform.format);
    if output_bytes > limits.max_memory_bytes {
        return Err(Error::OverLimit("rendition too large".to_owned()));
    }
    let frame = source.reduce(&plan)?;
    let frame = match plan.canvas {
        Some(canvas) if canvas != frame.size() => pad(&frame, canvas),
        _ => frame,
    };
    encode(&frame, transform.format, transform.quality)
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
