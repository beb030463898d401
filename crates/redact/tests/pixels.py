#!/usr/bin/env python3
"""Tells whether files show the same before and after: pixels.py BEFORE AFTER, paths relative to both on standard input.

Prints a line of JSON for each: path, and "same", "differs" or, where no decoder reads the file as it was, "undecodable".
The decoders are others than the service's: Pillow, libheif, libjxl and librsvg. Orientation counts as a viewer sees it.
"""
import glob, hashlib, json, os, subprocess, sys, tempfile
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = 40_000_000
ImageFile.LOAD_TRUNCATED_IMAGES = True
PROGRAMS = [
    (b"ftyp", 4, ["heif-convert"]),
    (b"\xff\x0a", 0, ["djxl"]),
    (b"JXL ", 4, ["djxl"]),
    (b"<", 0, ["rsvg-convert", "-w", "200", "-o"]),
]


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


def of_program(path, command):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.png")
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
    with open(path, "rb") as file:
        head = file.read(16).lstrip()
    try:
        for sign, at, command in PROGRAMS:
            if head[at:].startswith(sign):
                try:
                    return of_program(path, command)
                except (subprocess.SubprocessError, AssertionError, UnidentifiedImageError):
                    break
        return of_picture(path)
    except FileNotFoundError:
        raise
    except Exception as error:
        return error


def are_bytes_same(one, other):
    with open(one, "rb") as one, open(other, "rb") as other:
        return one.read() == other.read()


before, after = sys.argv[1:]
for line in sys.stdin:
    path = line.rstrip("\n")
    old_path, new_path = os.path.join(before, path), os.path.join(after, path)
    if are_bytes_same(old_path, new_path):
        old = new = "as it was"
    else:
        old, new = look(old_path), look(new_path)
    if isinstance(old, Exception):
        result = "undecodable"
    else:
        result = "same" if old == new else "differs"
    print(json.dumps({"path": path, "result": result, "why": f"{old!r} {new!r}" if result != "same" else ""}), flush=True)
