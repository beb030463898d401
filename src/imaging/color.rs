//! Colour: whatever a profile says, as sRGB. A profile that cannot be used is as good as none.

use moxcms::{ColorProfile, DataColorSpace, Layout as IccLayout, ToneReprCurve, TransformOptions};

use super::{
    Error,
    frame::{Frame, Layout, to_8_bits},
};

/// Profiles over this are not looked at; the largest real ones, for presses, take about 4 MiB.
const MAX_PROFILE_BYTES: usize = 16 << 20;
/// Levels by which a profile may move a colour and still count as sRGB.
const SAME_LEVELS: u8 = 2;

/// A frame's own colours.
#[derive(Debug, Default)]
pub(super) struct Profile(Option<Box<ColorProfile>>);

impl Profile {
    /// An embedded profile; rubbish is none, and so is what amounts to sRGB.
    pub(super) fn parse(icc: Option<&[u8]>) -> Self {
        let usable = icc.filter(|icc| icc.len() <= MAX_PROFILE_BYTES);
        let profile = usable.and_then(|icc| ColorProfile::new_from_slice(icc).ok());
        Self(profile.filter(|profile| !is_srgb(profile)).map(Box::new))
    }

    /// By `ColourPrimaries` and `TransferCharacteristics` of ITU-T H.273. BT.709's own curve is taken for sRGB's, as by all
    /// viewers; what is as sRGB is none.
    pub(super) fn coded(primaries: u16, transfer: u16) -> Self {
        let curve = match transfer {
            4 => Some(ToneReprCurve::Parametric(vec![2.2])),
            5 => Some(ToneReprCurve::Parametric(vec![2.8])),
            8 => Some(ToneReprCurve::Parametric(vec![1.0])),
            _ => None,
        };
        let mut profile = match primaries {
            9 => ColorProfile::new_bt2020(),
            11 | 12 => ColorProfile::new_display_p3(),
            _ if curve.is_none() => return Self::default(),
            _ => ColorProfile::new_srgb(),
        };
        let curve = curve.or(ColorProfile::new_srgb().red_trc);
        profile.red_trc.clone_from(&curve);
        profile.green_trc.clone_from(&curve);
        profile.blue_trc = curve;
        profile.cicp = None;
        Self(Some(Box::new(profile)))
    }

    /// Whether there is nothing to convert.
    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Whether RGB in it is sRGB already: no profile, or one of another colour space.
    pub(super) fn is_srgb(&self) -> bool {
        self.of(DataColorSpace::Rgb).is_none()
    }

    fn of(&self, space: DataColorSpace) -> Option<&ColorProfile> {
        self.0
            .as_deref()
            .filter(|profile| profile.color_space == space)
    }
}

/// The frame as sRGB, with or without alpha.
pub(super) fn to_srgb(frame: Frame, profile: &Profile) -> Result<Frame, Error> {
    let layout = if frame.layout.has_alpha() {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let Frame {
        width,
        height,
        layout: from,
        data,
    } = frame;
    let data = match from {
        Layout::Grey | Layout::GreyAlpha => grey_to_srgb(&data, from, profile),
        Layout::Cmyk => cmyk_to_srgb(&data, profile),
        Layout::Rgb | Layout::Rgba => rgb_to_srgb(data, from, profile),
    };
    Frame::new(width, height, layout, data)
}

/// Sixteen-bit samples as eight, in sRGB already when the profile is not: steep tone curves need the bits.
/// Returns whether the colours were converted.
pub(super) fn narrow(samples: &[u16], layout: Layout, profile: &Profile) -> (Vec<u8>, bool) {
    let (space, icc_layout) = match layout {
        Layout::Grey => (DataColorSpace::Gray, IccLayout::Gray),
        Layout::GreyAlpha => (DataColorSpace::Gray, IccLayout::GrayAlpha),
        Layout::Rgb => (DataColorSpace::Rgb, IccLayout::Rgb),
        Layout::Rgba => (DataColorSpace::Rgb, IccLayout::Rgba),
        Layout::Cmyk => return (to_8_bits(samples), false),
    };
    let converted = profile.of(space).and_then(|profile| {
        let target = match space {
            DataColorSpace::Gray => grey_with_srgb_curve(),
            _ => ColorProfile::new_srgb(),
        };
        let transform = profile
            .create_transform_16bit(icc_layout, &target, icc_layout, TransformOptions::default())
            .ok()?;
        let mut out = vec![0; samples.len()];
        transform.transform(samples, &mut out).ok()?;
        Some(to_8_bits(&out))
    });
    match converted {
        Some(data) => (data, true),
        None => (to_8_bits(samples), false),
    }
}

fn grey_with_srgb_curve() -> ColorProfile {
    let mut grey = ColorProfile::new_gray_with_gamma(2.2);
    grey.gray_trc = ColorProfile::new_srgb().red_trc;
    grey
}

fn rgb_to_srgb(data: Vec<u8>, layout: Layout, profile: &Profile) -> Vec<u8> {
    let icc_layout = if layout == Layout::Rgba {
        IccLayout::Rgba
    } else {
        IccLayout::Rgb
    };
    profile
        .of(DataColorSpace::Rgb)
        .and_then(|profile| convert(profile, &data, icc_layout, icc_layout))
        .unwrap_or(data)
}

fn grey_to_srgb(data: &[u8], layout: Layout, profile: &Profile) -> Vec<u8> {
    let alpha = layout == Layout::GreyAlpha;
    let (from, to) = if alpha {
        (IccLayout::GrayAlpha, IccLayout::Rgba)
    } else {
        (IccLayout::Gray, IccLayout::Rgb)
    };
    let converted = profile
        .of(DataColorSpace::Gray)
        .and_then(|profile| convert(profile, data, from, to));
    converted.unwrap_or_else(|| {
        let expanded = if alpha {
            let (pixels, _) = data.as_chunks::<2>();
            pixels
                .iter()
                .flat_map(|[grey, alpha]| [*grey, *grey, *grey, *alpha])
                .collect()
        } else {
            data.iter().flat_map(|grey| [*grey; 3]).collect()
        };
        rgb_to_srgb(
            expanded,
            if alpha { Layout::Rgba } else { Layout::Rgb },
            profile,
        )
    })
}

fn cmyk_to_srgb(data: &[u8], profile: &Profile) -> Vec<u8> {
    profile
        .of(DataColorSpace::Cmyk)
        .and_then(|profile| convert(profile, data, IccLayout::Rgba, IccLayout::Rgb))
        .unwrap_or_else(|| {
            let (pixels, _) = data.as_chunks::<4>();
            pixels
                .iter()
                .flat_map(|[cyan, magenta, yellow, black]| {
                    [cyan, magenta, yellow].map(|ink| {
                        let light = (255 - u32::from(*ink)) * (255 - u32::from(*black));
                        ((light + 127) / 255) as u8
                    })
                })
                .collect()
        })
}

fn convert(profile: &ColorProfile, data: &[u8], from: IccLayout, to: IccLayout) -> Option<Vec<u8>> {
    let options = TransformOptions::default();
    let transform = profile
        .create_transform_8bit(from, &ColorProfile::new_srgb(), to, options)
        .ok()?;
    let mut out = vec![0; data.len() / from.channels() * to.channels()];
    transform.transform(data, &mut out).ok()?;
    Some(out)
}

/// Whether a profile leaves a lattice of colours as they are. Says so of every sRGB profile, whoever wrote it.
fn is_srgb(profile: &ColorProfile) -> bool {
    if profile.color_space != DataColorSpace::Rgb {
        return false;
    }
    let levels = || (0..=255u8).step_by(51);
    let lattice: Vec<u8> = levels()
        .flat_map(|r| levels().flat_map(move |g| levels().flat_map(move |b| [r, g, b])))
        .chain((0..=255u8).step_by(5).flat_map(|grey| [grey; 3]))
        .collect();
    convert(profile, &lattice, IccLayout::Rgb, IccLayout::Rgb).is_some_and(|out| {
        lattice
            .iter()
            .zip(&out)
            .all(|(a, b)| a.abs_diff(*b) <= SAME_LEVELS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_is_left_alone_and_p3_is_not() {
        assert!(is_srgb(&ColorProfile::new_srgb()));
        assert!(!is_srgb(&ColorProfile::new_display_p3()));
        assert!(!is_srgb(&ColorProfile::new_adobe_rgb()));
        let red = Frame::new(1, 1, Layout::Rgb, vec![200, 30, 30]).unwrap();
        let p3 = Profile(Some(Box::new(ColorProfile::new_display_p3())));
        let out = to_srgb(red, &p3).unwrap();
        assert!(out.data[0] > 205 && out.data[1] < 30, "{:?}", out.data);
    }

    #[test]
    fn ink_without_a_profile() {
        let frame = Frame::new(
            3,
            1,
            Layout::Cmyk,
            vec![0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0],
        )
        .unwrap();
        let out = to_srgb(frame, &Profile::default()).unwrap();
        assert_eq!(out.data, [255, 255, 255, 0, 0, 0, 0, 255, 255]);
    }

    #[test]
    fn rubbish_profiles_are_none() {
        assert!(Profile::parse(Some(b"not a profile")).0.is_none());
    }
}
