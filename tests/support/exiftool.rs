//! What exiftool shows of files that must tell nothing but how a picture is coded.

use std::path::Path;
use std::process::Command;

/// How many tags exiftool shows of the files in a folder, those of the groups in `but` left out, and which of them are not of structure,
/// each with its file.
pub(crate) fn look(folder: &Path, but: &[&str]) -> (usize, Vec<String>) {
    let mut command = Command::new("exiftool");
    command.args(["-G1", "-a", "-u", "-s", "-ee", "-r", "-x", "System:all"]);
    for group in but {
        command.args(["-x", group]);
    }
    let out = command.arg(folder).output();
    let out = out.expect("exiftool is needed: Debian's libimage-exiftool-perl");
    let text = String::from_utf8_lossy(&out.stdout);
    let (mut file, mut wrong, mut tags) = ("", Vec::new(), 0);
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("======== ") {
            file = path;
        } else if let Some((group, rest)) =
            line.strip_prefix('[').and_then(|line| line.split_once(']'))
        {
            let (tag, value) = rest.split_once(':').unwrap_or((rest, ""));
            tags += 1;
            if !is_structure(group, tag.trim(), value.trim()) {
                wrong.push(format!("{file}: {group}:{} = {}", tag.trim(), value.trim()));
            }
        }
    }
    (tags, wrong)
}

/// By group, with its number left out, what exiftool may show: how the picture is coded, never what, when, where or by whom.
const STRUCTURE: &[(&str, &str)] = &[
    ("ExifTool", "ExifToolVersion"),
    ("Composite", "AvgBitrate ImageSize Megapixels Rotation"),
    (
        "File",
        "AlphaMask BMPVersion BitDepth BitsPerSample BlueMask ColorComponents ColorSpace Compression EncodingProcess \
         ExifByteOrder FileType FileTypeExtension GreenMask ImageHeight ImageLength ImageWidth MIMEType NumColors \
         NumImportantColors PixelsPerMeterX PixelsPerMeterY Planes ProfileDataOffset ProfileSize RedMask RenderingIntent \
         YCbCrSubSampling",
    ),
    (
        "Adobe",
        "APP14Flags0 APP14Flags1 ColorTransform DCTEncodeVersion",
    ),
    ("JFIF", "JFIFVersion ResolutionUnit XResolution YResolution"),
    (
        "GIF",
        "AnimationIterations BackgroundColor BitsPerPixel ColorResolutionDepth Duration FrameCount GIFVersion HasColorMap \
         ImageHeight ImageWidth TransparentColor",
    ),
    (
        // JPEG in TIFF is a preview for exiftool.
        "IFD",
        "BitsPerSample ColorMap Compression ExtraSamples FillOrder GrayResponseUnit HalftoneHints ImageHeight ImageWidth InkSet \
         JPEGACTables JPEGDCTables JPEGProc JPEGQTables JPEGRestartInterval JPEGTables Orientation OtherImage OtherImageLength \
         OtherImageStart PageNumber PhotometricInterpretation PlanarConfiguration Predictor PreviewImage PreviewImageLength \
         PreviewImageStart PrimaryChromaticities ReferenceBlackWhite ResolutionUnit RowsPerStrip SMaxSampleValue \
         SMinSampleValue SampleFormat SamplesPerPixel StripByteCounts StripOffsets SubfileType T4Options T6Options \
         TileByteCounts TileLength TileOffsets TileWidth WhitePoint XResolution YCbCrCoefficients YCbCrPositioning \
         YCbCrSubSampling YResolution",
    ),
    ("Jpeg", "CompatibleBrands MajorBrand MinorVersion"),
    (
        "Meta",
        "Free MetaImageSize PrimaryItemReference Unknown_grpl",
    ),
    (
        "PNG",
        "AnimationFrames AnimationPlays BackgroundColor BitDepth BlueX BlueY ColorType Compression Filter Gamma GreenX \
         GreenY ImageHeight ImageWidth Interlace Palette ProfileName RedX RedY SRGBRendering SignificantBits Transparency \
         WhitePointX WhitePointY",
    ),
    (
        "PNG-cICP",
        "ColorPrimaries MatrixCoefficients TransferCharacteristics VideoFullRangeFlag",
    ),
    ("PNG-pHYs", "PixelUnits PixelsPerUnitX PixelsPerUnitY"),
    (
        "QuickTime",
        "AV1ConfigurationVersion AuxiliaryImageType AverageFrameRate BitDepthChroma BitDepthLuma ChromaFormat \
         ChromaSamplePosition CleanAperture ColorPrimaries ColorProfiles CompatibleBrands ConstantFrameRate \
         ConstraintIndicatorFlags CurrentTime Duration Free GenProfileCompatibilityFlags GeneralLevelIDC GeneralProfileIDC \
         GeneralProfileSpace GeneralTierFlag HEVCConfigurationVersion HandlerType HighBitDepth ImagePixelDepth \
         ImageSpatialExtent InitialDelaySamples MajorBrand MatrixCoefficients MatrixStructure MediaData MediaDataOffset \
         MediaDataSize MinSpatialSegmentationIDC MinorVersion MovieHeaderVersion NextTrackID NumTemporalLayers \
         ParallelismType PixelAspectRatio PosterTime PreferredRate PreferredVolume PreviewDuration PreviewTime Rotation \
         SelectionDuration SelectionTime SeqLevelIdx0 SeqProfile SeqTier0 TemporalIDNested TimeScale \
         TransferCharacteristics TwelveBit Unknown_clli Unknown_free Unknown_imir Unknown_j2kH Unknown_vvcC \
         VideoFullRangeFlag",
    ),
    (
        "RIFF",
        "AlphaCompression AlphaFiltering AlphaPreprocessing AnimationLoopCount BackgroundColor Duration HorizontalScale \
         ImageHeight ImageWidth Unknown_none VP8Version VerticalScale WebP_Flags",
    ),
    (
        "SVG",
        "BaseProfile ID ImageHeight ImageWidth SVGVersion TagX TagY ViewBox Xmlns",
    ),
    (
        "Track",
        "AVCConfiguration AudioBitsPerSample AudioChannels AudioFormat AudioSampleRate Balance BitDepth ChunkOffset \
         CleanApertureDimensions CompositionTimeToSample CompressorID EncodedPixelsDimensions GraphicsMode HandlerClass \
         HandlerType ImageHeight ImageWidth MatrixStructure MediaDuration MediaHeaderVersion MediaLanguageCode MediaTimeScale \
         OpColor OtherFormat PixelAspectRatio ProductionApertureDimensions SampleGroupDescription SampleSizes SampleToChunk \
         SampleToGroup SourceImageHeight SourceImageWidth SyncSampleTable TimeToSampleTable TrackDuration TrackHeaderVersion \
         TrackID TrackLayer TrackVolume Unknown_alis Unknown_av1C Unknown_ccst Unknown_colr Unknown_edts Unknown_esds \
         VideoFrameRate XResolution YResolution",
    ),
];

/// What exiftool says of files that are damaged, or that now have segments without content.
const REMARKS: [&str; 7] = [
    "[minor] Unknown APP15 segment",
    "[minor] Skipped unknown ",
    "Truncated ",
    "File format error",
    "JPEG format error",
    "Error reading RIFF file",
    "RawConv PreviewImage",
];

fn is_structure(group: &str, tag: &str, value: &str) -> bool {
    let group = group.trim_end_matches(|letter: char| letter.is_ascii_digit());
    match (group, tag) {
        ("ExifTool", "Warning" | "Error") => REMARKS.iter().any(|remark| value.starts_with(remark)),
        (_, tag) if tag.ends_with("CreateDate") || tag.ends_with("ModifyDate") => {
            value == "0000:00:00 00:00:00"
        }
        // The picture itself, of a HEIF whose picture is a JPEG.
        ("File", "PreviewImage") => true,
        _ => STRUCTURE.iter().any(|(known, tags)| {
            *known == group && tags.split_ascii_whitespace().any(|each| each == tag)
        }),
    }
}
