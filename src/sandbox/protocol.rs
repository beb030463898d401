//! What goes to a box and what comes back: lengths before bytes, JSON for what is said and raw bytes for what was encoded.
//! The box has met bytes that somebody else made and may say anything: nothing that it says is believed further than it was asked.

use std::io::{Error as IoError, ErrorKind, Read, Result, Write};

use serde::{Deserialize, Serialize};

use crate::imaging::{Derived, Error, Limits, MAX_SVG_BYTES, Rendition, SvgSize, header_size};
use crate::media::{Facts, Kind, OutputFormat, Transform, Variant};

/// Most bytes of JSON in either direction.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// Most bytes that a pixel takes in any format: PNG that cannot be packed, with opacity, and its filter.
const MAX_BYTES_PER_PIXEL: u64 = 5;
/// Longest text of an error that is kept, in characters.
const MAX_TEXT_CHARS: usize = 300;
/// Longest `ThumbHash`.
const MAX_PLACEHOLDER_BYTES: usize = 25;

/// What to do with one picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// The picture's media type.
    pub mime: String,
    /// What is wanted.
    pub work: Work,
    /// Bytes that the work may take, what it encodes included.
    pub memory_bytes: u64,
    /// Milliseconds that are left for it.
    pub time_ms: u64,
    /// Most pixels of a frame.
    pub max_pixels: u64,
    /// Most bytes that the work may be estimated to take.
    pub max_memory_bytes: u64,
    /// Whether SVG text may use the system's fonts.
    pub system_fonts: bool,
    /// Most threads to encode in.
    pub threads: usize,
}

/// What is wanted of a picture.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Work {
    /// The size of an SVG.
    Measure,
    /// Every variant.
    Derive,
    /// One rendition.
    Render(Transform),
}

/// What was made.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one of it at a time
pub enum Made {
    /// Of [`Work::Measure`].
    Size(SvgSize),
    /// Of [`Work::Derive`]; what its facts hold is only what the pixels tell.
    Variants(Derived),
    /// Of [`Work::Render`].
    Rendition(Rendition),
}

/// What stands before the encoded bytes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Head {
    size: Option<SvgSize>,
    facts: Option<Facts>,
    renditions: Vec<Outline>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Outline {
    variant: Option<Variant>,
    width: u32,
    height: u32,
    size_bytes: u64,
}

impl Work {
    /// Bytes of the picture that the work looks at. SVGs are small, and one byte more shows that one is not.
    #[must_use]
    pub fn most_input_bytes(&self) -> u64 {
        match self {
            Self::Measure => MAX_SVG_BYTES + 1,
            Self::Derive | Self::Render(_) => u64::MAX,
        }
    }
}

impl Order {
    /// An order that has still to be told its time.
    #[must_use]
    pub fn new(work: Work, kind: &Kind, memory_bytes: u64, limits: &Limits) -> Self {
        Self {
            mime: kind.mime().to_owned(),
            work,
            memory_bytes,
            time_ms: 0,
            max_pixels: limits.max_pixels,
            max_memory_bytes: limits.max_memory_bytes,
            system_fonts: limits.system_fonts,
            threads: limits.threads,
        }
    }

    /// The limits that it was given with, from now on.
    #[must_use]
    pub fn limits(&self, now: std::time::Instant) -> Limits {
        Limits {
            max_pixels: self.max_pixels,
            max_memory_bytes: self.max_memory_bytes,
            deadline: now.checked_add(std::time::Duration::from_millis(self.time_ms)),
            system_fonts: self.system_fonts,
            threads: self.threads,
        }
    }

    /// The order as it is sent.
    ///
    /// # Errors
    /// None that is known of.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        framed(self)
    }

    /// The order as it was sent.
    ///
    /// # Errors
    /// Reading's; `UnexpectedEof` when there is none.
    pub fn read(input: &mut impl Read) -> Result<Self> {
        read_head(input)
    }
}

/// Says what came of an order, in the box.
///
/// # Errors
/// Writing's.
pub(super) fn write_answer(
    output: &mut impl Write,
    answer: std::result::Result<Made, Error>,
) -> Result<()> {
    let mut head = Head::default();
    let made: Vec<(Option<Variant>, Rendition)> = match answer {
        Err(error) => return output.write_all(&framed(&Err::<Head, _>(error))?),
        Ok(Made::Size(size)) => {
            head.size = Some(size);
            vec![]
        }
        Ok(Made::Rendition(rendition)) => vec![(None, rendition)],
        Ok(Made::Variants(derived)) => {
            head.facts = Some(Facts {
                capture: None,
                ..derived.facts
            });
            let variants = derived.variants.into_iter();
            variants.map(|(name, made)| (Some(name), made)).collect()
        }
    };
    let outline = |(variant, made): &(Option<Variant>, Rendition)| Outline {
        variant: *variant,
        width: made.width,
        height: made.height,
        size_bytes: made.bytes.len() as u64,
    };
    head.renditions = made.iter().map(outline).collect();
    output.write_all(&framed(&Ok::<_, Error>(head))?)?;
    made.iter()
        .try_for_each(|(_, made)| output.write_all(&made.bytes))
}

/// Reads what a box says came of an order, and takes no more of it than can be right: never more bytes than the order's memory,
/// each rendition what its own header says it is, and of the facts only what pixels tell.
///
/// # Errors
/// Reading's; `InvalidData` for an answer that is none to this order.
pub(super) fn read_answer(
    input: &mut impl Read,
    order: &Order,
) -> Result<std::result::Result<Made, Error>> {
    let head: Head = match read_head::<std::result::Result<Head, Error>>(input)? {
        Ok(head) => head,
        Err(error) => return Ok(Err(error.abridged(MAX_TEXT_CHARS))),
    };
    let total = head.renditions.iter().try_fold(0_u64, |total, rendition| {
        total.checked_add(rendition.size_bytes)
    });
    if total.is_none_or(|total| total > order.memory_bytes) {
        return Err(wrong("more bytes than the work may take"));
    }
    Ok(Ok(match order.work {
        Work::Measure => Made::Size(head.size.ok_or_else(|| wrong("no size"))?),
        Work::Render(transform) => {
            let [outline] = head.renditions[..] else {
                return Err(wrong("not one rendition"));
            };
            Made::Rendition(read_rendition(input, outline, transform.format)?)
        }
        Work::Derive => {
            let facts = head.facts.and_then(of_pixels);
            Made::Variants(Derived {
                facts: facts.ok_or_else(|| wrong("facts that cannot be"))?,
                variants: read_variants(input, &head.renditions)?,
            })
        }
    }))
}

/// At least one, none twice, smallest first, each as small as its recipe makes it.
fn read_variants(input: &mut impl Read, outlines: &[Outline]) -> Result<Vec<(Variant, Rendition)>> {
    let names: Option<Vec<Variant>> = outlines.iter().map(|outline| outline.variant).collect();
    let names = names.ok_or_else(|| wrong("a variant without a name"))?;
    if names.is_empty() || !names.is_sorted_by(|one, next| one < next) {
        return Err(wrong("variants twice, or in no order"));
    }
    let variants = names.into_iter().zip(outlines);
    variants
        .map(|(name, outline)| {
            let most = name.transform();
            let fits = |side: u32, most: Option<u32>| most.is_none_or(|most| side <= most);
            if !fits(outline.width, most.width) || !fits(outline.height, most.height) {
                return Err(wrong("a variant larger than its recipe"));
            }
            Ok((name, read_rendition(input, *outline, most.format)?))
        })
        .collect()
}

fn read_rendition(
    input: &mut impl Read,
    outline: Outline,
    format: OutputFormat,
) -> Result<Rendition> {
    let pixels = u64::from(outline.width) * u64::from(outline.height);
    if outline.size_bytes > pixels * MAX_BYTES_PER_PIXEL + MAX_HEAD_BYTES as u64 {
        return Err(wrong("more bytes than the pixels can take"));
    }
    let mut bytes = Vec::new();
    input.take(outline.size_bytes).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != outline.size_bytes {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let kind = format.kind();
    if header_size(&bytes, &kind) != Some((outline.width, outline.height)) {
        return Err(wrong("a rendition that is not what it is said to be"));
    }
    Ok(Rendition {
        width: outline.width,
        height: outline.height,
        bytes,
    })
}

/// What only pixels tell, if it can be so.
fn of_pixels(facts: Facts) -> Option<Facts> {
    let is_color = |color: &str| {
        color.len() == 7
            && color.starts_with('#')
            && color[1..].bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    let can_be = facts.width.is_some_and(|width| width > 0)
        && facts.height.is_some_and(|height| height > 0)
        && (facts.placeholder.as_ref()).is_some_and(|hash| hash.len() <= MAX_PLACEHOLDER_BYTES)
        && facts.dominant_color.as_deref().is_some_and(is_color)
        && matches!(facts.warning.as_deref(), None | Some("truncated"));
    can_be.then(|| Facts {
        width: facts.width,
        height: facts.height,
        placeholder: facts.placeholder,
        dominant_color: facts.dominant_color,
        perceptual_hash: facts.perceptual_hash,
        warning: facts.warning,
        ..Facts::default()
    })
}

fn framed(head: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(head)?;
    let length = (json.len() as u32).to_le_bytes();
    Ok([&length[..], &json].concat())
}

fn read_head<T: for<'de> Deserialize<'de>>(input: &mut impl Read) -> Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_HEAD_BYTES {
        return Err(wrong("too much is said"));
    }
    let mut json = vec![0; length];
    input.read_exact(&mut json)?;
    serde_json::from_slice(&json).map_err(|error| wrong(&error.to_string()))
}

fn wrong(what: &str) -> IoError {
    IoError::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(work: Work) -> Order {
        Order {
            mime: "image/png".to_owned(),
            work,
            memory_bytes: 1 << 20,
            time_ms: 1000,
            max_pixels: 1 << 20,
            max_memory_bytes: 1 << 20,
            system_fonts: false,
            threads: 1,
        }
    }

    fn derived() -> Derived {
        let picture = std::fs::read("fixtures/formats/rgb8.png").unwrap_or_default();
        crate::imaging::derive(&picture, &Kind::Png, &Limits::default()).unwrap()
    }

    fn said(made: Made) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_answer(&mut bytes, Ok(made)).unwrap();
        bytes
    }

    fn heard(bytes: &[u8], work: Work) -> ErrorKind {
        let answer = read_answer(&mut &bytes[..], &order(work));
        answer.map_or_else(|error| error.kind(), |answer| panic!("taken: {answer:?}"))
    }

    #[test]
    fn variants_arrive_as_they_were_made() {
        let made = derived();
        let bytes = said(Made::Variants(made.clone()));
        let answer = read_answer(&mut &bytes[..], &order(Work::Derive)).unwrap();
        let Ok(Made::Variants(arrived)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(arrived.variants.len(), made.variants.len());
        assert_eq!(arrived.variants[0].1.bytes, made.variants[0].1.bytes);
        assert_eq!(arrived.facts.placeholder, made.facts.placeholder);
        for cut in 0..bytes.len() {
            assert_eq!(
                heard(&bytes[..cut], Work::Derive),
                ErrorKind::UnexpectedEof,
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn what_cannot_be_right_is_not_taken() {
        let wrong: [fn(&mut Derived); 9] = [
            |made| made.variants[0].1.width += 1,
            |made| made.variants[0].1.bytes = b"<html>".to_vec(),
            |made| made.variants[0].1.bytes = vec![0; 2 << 20],
            |made| made.variants.push(made.variants[0].clone()),
            |made| made.variants.clear(),
            |made| made.facts.width = None,
            |made| made.facts.placeholder = Some(vec![0; 26]),
            |made| made.facts.dominant_color = Some("#ääa".to_owned()),
            |made| made.facts.warning = Some("<script>".to_owned()),
        ];
        for (number, spoil) in wrong.into_iter().enumerate() {
            let mut made = derived();
            spoil(&mut made);
            let bytes = said(Made::Variants(made));
            assert_eq!(
                heard(&bytes, Work::Derive),
                ErrorKind::InvalidData,
                "{number}"
            );
        }
        assert_eq!(
            heard(&u32::MAX.to_le_bytes(), Work::Measure),
            ErrorKind::InvalidData
        );
    }

    #[test]
    fn what_a_camera_recorded_is_not_asked_of_a_box() {
        let mut made = derived();
        made.facts.capture = Some(crate::media::Capture::default());
        made.facts.encoding = Some("gzip".to_owned());
        let bytes = said(Made::Variants(made));
        let answer = read_answer(&mut &bytes[..], &order(Work::Derive)).unwrap();
        let Ok(Made::Variants(arrived)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(
            (arrived.facts.capture, arrived.facts.encoding),
            (None, None)
        );
    }
}
