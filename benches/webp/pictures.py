"""Makes the pictures that encoders are compared on, as PPM: pictures.py CORPUS WALLPAPERS FOLDER"""

import io
import pathlib
import re
import sys

import pillow_heif
from PIL import Image, ImageCms, ImageOps

pillow_heif.register_heif_opener()
# What is hostile, refers to others, or shows what another picture shows already.
LEFT_OUT = re.compile(
    r"malformed/|passthrough/|reference/|dedup/|screenshot|iceland_srgb|seine_gainmap.jpg|landscape_[2-8]|portrait_[2-8]"
    r"|Elephants_|Sway_Wallpaper_Blue_(?!1366|768x1024_Portrait)"
)
DRAWN = re.compile(
    r"swapped_channels|hdr_p3|iptc2021|tcl_altitude|zero_date|/gif/|alpha_512|rainbow|large_4800|lossless|rot3mir1|backgrounds/(gnome|sway)"
    r"|mate/(abstract|desktop)|share/wallpapers/(?!Autumn|BytheWater|ColdRipple|ColorfulCups|DarkestHour|EveningGlow|FallenLeaf|Grey|Kite|OneStandsOut|Path|Shell|summer)"
)
# Photographs that are also made at the sizes of the service's renditions, to be timed.
TIMED = re.compile(r"photo_12mp|ferriswheel|elephants_gps")


def opened(path: pathlib.Path) -> Image.Image:
    """Upright, in sRGB, on white."""
    picture = Image.open(path)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture.convert("RGBA"))
        return white.convert("RGB")
    if profile and picture.mode == "RGB":
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB")


def main(corpus: str, wallpapers: str, folder: str) -> None:
    made = pathlib.Path(folder + ".new")
    made.mkdir(parents=True, exist_ok=True)
    seen = set()
    for path in sorted(path for root in (corpus, wallpapers) for path in pathlib.Path(root).rglob("*") if path.is_file()):
        if LEFT_OUT.search(str(path)):
            continue
        try:
            picture = opened(path)
        except Exception as error:  # Anything that this library does not read.
            print(f"without {path.name}: {error}", file=sys.stderr)
            continue
        kind = "drawing" if DRAWN.search(str(path)) else "photo"
        name = "-".join(path.parts[-4:]).replace(".", "_")
        if TIMED.search(str(path)):
            for size in ((1920, 1440), (800, 600), (200, 200)):
                ImageOps.fit(picture, size, Image.Resampling.LANCZOS).save(made / f"time-{size[0]}x{size[1]}-{path.stem}.ppm")
        picture.thumbnail((1024, 1024), Image.Resampling.LANCZOS)
        alike = picture.resize((16, 16)).tobytes()
        if min(picture.size) < 200 or alike in seen:
            continue
        seen.add(alike)
        picture.save(made / f"{kind}-{name}.ppm")
    made.rename(folder)


main(*sys.argv[1:])
