#!/usr/bin/env python3
"""Tells whether files show the same before and after: pixels.py BEFORE AFTER, paths relative to both on standard input.

Prints a line of JSON for each: path, and "same", "differs" or, where no decoder reads the file as it was, "undecodable".
The decoders are others than the service's: Pillow, libheif, libjxl and librsvg. Orientation counts as a viewer sees it.
"""
import glob, hashlib, json, os, subprocess, sys, tempfile
from PIL import Image, ImageFile, ImageOps, ImageSequence

Image.MAX_IMAGE_PIXELS = 40_000_000
ImageFile.LOAD_TRUNCATED_IMAGES = True
BY_PROGRAM = {
    **dict.fromkeys(["heic", "heif", "hif", "avif"], (["heif-convert"], ".png")),
    "jxl": (["djxl"], ".png"),
    "svg": (["rsvg-convert", "-w", "200", "-o"], ".png"),
}


def of_picture(path):
    shown = hashlib.sha256()
    with Image.open(path) as picture:
        # Only the first of a JPEG's pictures is the picture.
        frames = [picture] if picture.format in ("MPO", "JPEG") else ImageSequence.Iterator(picture)
        for frame in frames:
            upright = ImageOps.exif_transpose(frame)
            shown.update(repr((upright.mode, upright.size, picture.info.get("loop"), frame.info.get("duration"))).encode())
            shown.update(picture.info.get("icc_profile") or b"")
            shown.update(upright.convert("RGBA").tobytes() if upright.mode == "P" else upright.tobytes())
    return shown.hexdigest()


def of_program(path, command, suffix):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out" + suffix)
        arguments = [out, path] if command[-1] == "-o" else [path, out]
        subprocess.run(command + arguments, check=True, capture_output=True, timeout=60)
        made = sorted(glob.glob(os.path.join(folder, "out*")))
        assert made, "nothing was made"
        # EXIF that was copied along would turn it a second time.
        shown = hashlib.sha256()
        for each in made:
            with Image.open(each) as picture:
                shown.update(repr((picture.mode, picture.size)).encode() + picture.tobytes())
        return shown.hexdigest()


def look(path):
    command = BY_PROGRAM.get(path.rsplit(".", 1)[-1].lower())
    try:
        return of_program(path, *command) if command else of_picture(path)
    except FileNotFoundError:
        raise
    except Exception as error:
        return error


before, after = sys.argv[1:]
for line in sys.stdin:
    path = line.rstrip("\n")
    old, new = look(os.path.join(before, path)), look(os.path.join(after, path))
    if isinstance(old, Exception):
        result = "undecodable"
    else:
        result = "same" if old == new else "differs"
    print(json.dumps({"path": path, "result": result, "why": f"{old!r} {new!r}" if result != "same" else ""}), flush=True)
