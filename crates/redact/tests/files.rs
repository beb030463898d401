//! Every fixture, and every file of the corpus that `MANA_CORPUS` names: what exiftool still shows, and what decoders do.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use redact::Error;

/// Folders with files of all formats, each with its name.
fn folders() -> Vec<(&'static str, PathBuf)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut folders = vec![("fixtures", fixtures)];
    if let Some(corpus) = std::env::var_os("MANA_CORPUS") {
        folders.push(("corpus", corpus.into()));
    }
    folders
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder that can be read") {
            let path = entry.expect("a file that can be found").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    // Renditions of the corpus's own files.
    found.retain(|path| !path.starts_with(root.join("reference")));
    found.sort();
    found
}

fn redacted(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let patches = redact::plan(&mut Cursor::new(bytes))?;
    let mut redacted = bytes.to_vec();
    patches.apply(0, &mut redacted);
    Ok(redacted)
}

/// All that can be redacted, by path, written to a folder.
fn redact_all(root: &Path, to: &Path) -> BTreeMap<String, Result<(), Error>> {
    let redact_one = |path: PathBuf| {
        let name = path
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .expect("a file of the folder")
            .to_owned();
        let bytes = fs::read(&path).expect("a file that can be read");
        let result = redacted(&bytes).map(|redacted| {
            assert_eq!(redacted.len(), bytes.len());
            let to = to.join(&name);
            fs::create_dir_all(to.parent().expect("a folder above"))
                .expect("a folder that can be made");
            fs::write(to, redacted).expect("a file that can be written");
        });
        (name, result)
    };
    files(root).into_iter().map(redact_one).collect()
}

#[test]
#[ignore = "needs exiftool, Pillow and other decoders, which ./test installs"]
fn exiftool_shows_nothing_but_structure() {
    for (name, root) in folders() {
        let clean = tempfile::tempdir().unwrap();
        redact_all(&root, clean.path());
        let out = Command::new("exiftool")
            .args([
                "-G1",
                "-a",
                "-u",
                "-s",
                "-ee",
                "-r",
                "-x",
                "ICC_Profile:all",
                "-x",
                "System:all",
            ])
            .arg(clean.path())
            .output()
            .expect("exiftool is needed: Debian's libimage-exiftool-perl");
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
        assert!(tags > 1000, "exiftool read next to nothing of {name}");
        assert!(
            wrong.is_empty(),
            "{} tags:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        println!("{name}: {tags} tags, all of structure");
    }
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

#[test]
#[ignore = "needs exiftool, Pillow and other decoders, which ./test installs"]
fn decoders_show_the_same() {
    for (name, root) in folders() {
        let clean = tempfile::tempdir().unwrap();
        let results = redact_all(&root, clean.path());
        let done: Vec<&String> = results
            .iter()
            .filter_map(|(path, result)| result.is_ok().then_some(path))
            .collect();
        let mut script = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pixels.py"))
            .args([&root, clean.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed");
        let mut paths = script.stdin.take().unwrap();
        for path in &done {
            writeln!(paths, "{path}").unwrap();
        }
        drop(paths);
        let out = script.wait_with_output().unwrap();
        assert!(
            out.status.success(),
            "needed: Debian's python3-pil, libheif-examples, libjxl-tools and librsvg2-bin"
        );
        let mut count = BTreeMap::<String, usize>::new();
        let mut wrong = Vec::new();
        for line in String::from_utf8(out.stdout).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let result = line["result"].as_str().unwrap();
            *count.entry(result.to_owned()).or_default() += 1;
            if result == "differs" {
                wrong.push(format!("{} {}", line["path"], line["why"]));
            } else if result == "undecodable" {
                println!("{line}");
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(count["same"] > 50, "{count:?}");
        println!("{name}: {count:?}");
    }
}

#[test]
fn formats_that_cannot_be_redacted_are_refused() {
    let clean = tempfile::tempdir().unwrap();
    for (_, root) in folders() {
        for (path, result) in redact_all(&root, clean.path()) {
            let is_broken = [
                "broken/",
                "malformed/",
                "hostile/",
                "other/",
                "passthrough/",
            ]
            .iter()
            .any(|folder| path.starts_with(folder));
            let kind = path.rsplit('.').next().unwrap();
            let is_known = matches!(
                kind,
                "jpg"
                    | "jpeg"
                    | "mpo"
                    | "png"
                    | "gif"
                    | "webp"
                    | "tif"
                    | "tiff"
                    | "bmp"
                    | "heic"
                    | "heif"
                    | "hif"
                    | "avif"
                    | "jxl"
                    | "svg"
            );
            match result {
                Ok(()) => assert!(is_known || matches!(kind, "mp4" | "mov"), "{path}"),
                Err(Error::Unsupported(_)) => assert!(!is_known || is_broken, "{path}"),
                Err(error) => assert!(is_broken, "{path}: {error}"),
            }
        }
    }
}

/// A stream in pieces and a request by ranges give what the whole gives, and what is clean stays.
#[test]
fn any_range_is_a_part_of_the_whole() {
    for (_, root) in folders() {
        for path in files(&root) {
            let bytes = fs::read(&path).unwrap();
            let Ok(patches) = redact::plan(&mut Cursor::new(&bytes)) else {
                continue;
            };
            let mut end = 0;
            for (range, pattern) in patches.iter() {
                assert!(end <= range.start && range.start < range.end && !pattern.is_empty());
                end = range.end;
            }
            assert!(end <= bytes.len() as u64, "{}", path.display());
            let whole = redacted(&bytes).unwrap();
            assert!(
                redacted(&whole).unwrap() == whole,
                "{} is not clean yet",
                path.display()
            );
            for size in [1 << 20, 4096, 97, 1] {
                if bytes.len() / size > 200_000 {
                    continue;
                }
                let mut pieces = bytes.clone();
                for (index, piece) in pieces.chunks_mut(size).enumerate() {
                    patches.apply((index * size) as u64, piece);
                }
                assert!(pieces == whole, "{} by {size}", path.display());
            }
        }
    }
}
