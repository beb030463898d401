//! A picture on its way: as pixels or as planes, whichever its file holds and the work allows.

use super::{
    Error,
    frame::{Frame, Layout},
    geometry::Plan,
    orient::Orientation,
    planes::{Planes, Subsampling},
    resize::resize,
};

#[derive(Debug, Clone)]
pub(super) enum Picture {
    Frame(Frame),
    Planes(Planes),
}

impl Picture {
    pub(super) fn size(&self) -> (u32, u32) {
        match self {
            Self::Frame(frame) => frame.size(),
            Self::Planes(planes) => planes.size(),
        }
    }

    /// Whether every pixel is like the first: what is left of a picture that was cut off before its data.
    pub(super) fn is_uniform(&self) -> bool {
        match self {
            Self::Frame(frame) => frame.is_uniform(),
            Self::Planes(planes) => planes.is_uniform(),
        }
    }

    /// Resized by a plan that was made for its size. `None` when there is nothing to do.
    pub(super) fn resize(&self, plan: &Plan) -> Result<Option<Self>, Error> {
        Ok(match self {
            Self::Frame(frame) => resize(frame, plan)?.map(Self::Frame),
            Self::Planes(planes) => planes.resize(plan, Subsampling::Half)?.map(Self::Planes),
        })
    }

    /// A copy of it, resized, as RGB or RGBA.
    pub(super) fn thumbnail(&self, plan: &Plan) -> Result<Frame, Error> {
        match self.resize(plan)? {
            Some(small) => small.into_frame(),
            None => self.clone().into_frame(),
        }
    }

    /// Set upright; a frame has to be RGB or RGBA by now.
    pub(super) fn oriented(self, orientation: Orientation) -> Result<Self, Error> {
        Ok(match self {
            Self::Frame(frame) => {
                let (width, height) = orientation.size(frame.size());
                let data = match frame.layout {
                    Layout::Rgba => orientation.apply::<4>(frame.data, frame.width, frame.height),
                    _ => orientation.apply::<3>(frame.data, frame.width, frame.height),
                };
                Self::Frame(Frame::new(width, height, frame.layout, data)?)
            }
            Self::Planes(planes) => Self::Planes(planes.oriented(orientation)),
        })
    }

    /// Without colour; a frame has to be RGB or RGBA by now.
    pub(super) fn grey(self) -> Self {
        match self {
            Self::Frame(frame) => Self::Frame(frame.grey()),
            Self::Planes(planes) => Self::Planes(planes.grey()),
        }
    }

    /// On a ground of this colour: what was transparent is no more.
    pub(super) fn on(self, colour: [u8; 3]) -> Self {
        match self {
            Self::Frame(frame) if frame.layout == Layout::Rgba => Self::Frame(frame.on(colour)),
            opaque => opaque,
        }
    }

    /// As RGB or RGBA.
    pub(super) fn into_frame(self) -> Result<Frame, Error> {
        match self {
            Self::Frame(frame) => Ok(frame),
            Self::Planes(planes) => planes.to_rgb(),
        }
    }
}
