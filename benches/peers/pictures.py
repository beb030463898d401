"""Makes the pictures that both sides work on, and the references that renditions are judged by."""

import io
import pathlib

import numpy
import pillow_heif
from PIL import Image, ImageCms, ImageOps

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None

# What a phone's JPEG of 12 megapixels weighs.
PHONE_BYTES = 3_300_000


def make(folder: pathlib.Path, corpus: pathlib.Path | None) -> dict[str, pathlib.Path]:
    """Every picture by its name. What is there already, from the same source, is kept."""
    photo_file = corpus / "formats/jpeg/photo_12mp.jpg" if corpus else None
    iphone_file = corpus / "exif/iphone15pro_offset.heic" if corpus else None
    folder.mkdir(parents=True, exist_ok=True)
    names = ["phone.jpg", "untagged.jpg", "untagged24.jpg", "large.png", "small.png", "small.jpg", "made.heic"]
    files = {name: folder / name for name in names}
    if not all(file.exists() for file in files.values()):
        photo = open_srgb(photo_file) if photo_file else drawn(3024, 4032)
        second = open_srgb(iphone_file) if iphone_file else photo.transpose(Image.Transpose.ROTATE_180)
        write(files, photo, second)
    if iphone_file:
        files["iphone.heic"] = iphone_file
    return files


def write(files: dict[str, pathlib.Path], photo: Image.Image, second: Image.Image) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = phone_exif()
    phone, quality = jpeg_of_size(photo, PHONE_BYTES, icc_profile=srgb, exif=exif)
    files["phone.jpg"].write_bytes(phone)
    files["untagged.jpg"].write_bytes(jpeg(photo, quality, exif=exif))
    # Two pictures side by side at their own sharpness; an enlarged one would be too easy.
    wide = Image.new("RGB", (6000, 4000))
    wide.paste(photo.crop((0, 0, 3000, 4000)), (0, 0))
    wide.paste(upright(second).crop((0, 0, 3000, 4000)), (3000, 0))
    files["untagged24.jpg"].write_bytes(jpeg(wide, quality, exif=exif))
    Image.open(io.BytesIO(phone)).convert("RGB").save(files["large.png"])
    ImageOps.fit(photo, (1024, 1024), Image.Resampling.LANCZOS).save(files["small.png"])
    small = ImageOps.fit(photo, (600, 400), Image.Resampling.LANCZOS, centering=(0.5, 0.2))
    small.save(files["small.jpg"], quality=85)
    pillow_heif.from_pillow(photo).save(files["made.heic"], quality=70, icc_profile=srgb, exif=exif)


def upright(picture: Image.Image) -> Image.Image:
    return picture if picture.height >= picture.width else picture.transpose(Image.Transpose.ROTATE_90)


def jpeg(picture: Image.Image, quality: int, **metadata: bytes) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling="4:2:0", **metadata)
    return out.getvalue()


def jpeg_of_size(picture: Image.Image, size: int, **metadata: bytes) -> tuple[bytes, int]:
    """The quality that comes nearest to a size in bytes."""
    low, high = 75, 99
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(jpeg(picture, middle, **metadata)) <= size else (low, middle)
    made = ((jpeg(picture, quality, **metadata), quality) for quality in (low, high))
    return min(made, key=lambda pair: abs(len(pair[0]) - size))


def phone_exif() -> bytes:
    exif = Image.Exif()
    exif.update({0x010F: "Apple", 0x0110: "iPhone 13", 0x0112: 1, 0x0131: "17.4.1", 0x0132: "2024:05:04 10:11:12"})
    exif.get_ifd(0x8769).update(
        {
            0x829A: 1 / 120,
            0x829D: 1.6,
            0x8827: 50,
            0x9003: "2024:05:04 10:11:12",
            0x9011: "+02:00",
            0x920A: 5.1,
            0xA405: 26,
            0xA434: "iPhone 13 back dual wide camera 5.1mm f/1.6",
        }
    )
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (47.0, 39.0, 41.4), 3: "E", 4: (9.0, 10.0, 33.6), 5: b"\x00", 6: 403.5}
    )
    return exif.tobytes()


def drawn(width: int, height: int) -> Image.Image:
    """Hills, edges and grain in about the proportions of a photograph, for want of one."""
    random = numpy.random.default_rng(1)
    picture = numpy.zeros((height, width, 3), numpy.float32)
    for cells, weight in ((4, 60), (16, 40), (64, 25), (256, 14), (1024, 8)):
        rows = max(2, cells * height // width)
        noise = random.normal(0, weight / 2, (rows, cells, 3)).astype(numpy.float32)
        noise += noise.mean(axis=2, keepdims=True)
        for channel in range(3):
            layer = Image.fromarray(noise[:, :, channel]).resize((width, height), Image.Resampling.BICUBIC)
            picture[:, :, channel] += numpy.asarray(layer)
    # Where the hills cross a level, the picture has edges.
    picture += 30 * numpy.sign(numpy.sin(picture[:, :, :1] / 9))
    picture += random.normal(120, 3, picture.shape)
    return Image.fromarray(picture.clip(0, 255).astype(numpy.uint8))


def open_srgb(file: pathlib.Path) -> Image.Image:
    """A picture as seen: upright, in sRGB, without alpha."""
    picture = Image.open(file)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), intent)
    picture.info = {}
    return picture


def references(file: pathlib.Path, size: tuple[int, int], is_cover: bool) -> list[Image.Image]:
    """Lanczos downscales of the full decode. A crop to cover may lie half a pixel to either side, by how its scaler
    rounds: several are made, and the one that a rendition is nearest to tells how good it is."""
    picture = open_srgb(file)
    if not is_cover:
        return [picture.resize(size, Image.Resampling.LANCZOS)]
    scale = min(picture.width / size[0], picture.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    spare = (picture.width - width, picture.height - height)
    steps = range(-4, 5) if max(spare) > scale else [0]
    made = []
    for step in steps:
        left, top = (min(max(s / 2 + step / 8 * scale, 0), s) for s in spare)
        box = (left, top, min(left + width, picture.width), min(top + height, picture.height))
        made.append(picture.resize(size, Image.Resampling.LANCZOS, box=box))
    return made


def decode(file: str, out: str) -> None:
    """A rendition as a PNG, so that both sides' are decoded by the same hands."""
    Image.open(file).convert("RGB").save(out, compress_level=1)
