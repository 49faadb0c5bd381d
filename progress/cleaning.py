"""Make a file safe to keep, in a process of its own that may take only so much memory and time.

Decoders are the softest part of a site that takes files from anybody: small files that
unpack to gigabytes, crashes, loops (trust.md). So this runs apart from the site, knows
nothing of it, and gets the file's bytes and nothing else:

    python -I progress/cleaning.py photo < what was chosen > what is kept
    python -I progress/cleaning.py cover 8 6 "1-2 4-8" < a photo that was kept > the same, with squares painted over

Ends with 0 and the bytes to keep, a photo's width and height last on the error stream, where a
decoder may have warned before; or with 3 and one word there: `broken`, `large`, `locked` or `active`.
"""

import io
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

ADDRESSES = 600 * 1024 * 1024  # bytes
MEMORY = 280 * 1024 * 1024  # bytes of its own that it may ask for; what its libraries need comes to less than 20 MB more (measured)
SECONDS = 10  # of a processor
# Width times height. Each opens within 300 MB (measured): a JPEG is made smaller while it is read, others are not.
MOST_DOTS = {"JPEG": 40_000_000, "HEIF": 36_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LONGEST = 2400  # pixels of the longer side that are kept: a page of handwriting stays readable
COVER = (27, 26, 24)  # the colour of a covered square, as static/css/tokens.css has it
MOST_PARTS = 200_000  # objects of one PDF
MOST_DOTS_OF_A_SCAN = 150_000_000  # of a picture in a PDF; an A3 page scanned at 600 dots an inch has 70 million

# What a page does not need: programs, other files, films (ISO 32000-1, 7.11.4, 12.6.4, 13).
ACTIVE = frozenset(
    [
        "/JS",
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/GoToR",
        "/AA",
        "/EmbeddedFiles",
        "/EmbeddedFile",
        "/FileAttachment",
        "/RichMedia",
        "/Movie",
        "/Sound",
        "/Screen",
        "/Rendition",
        "/3D",
        "/XFA",
    ]
)


# What a reader that guesses would take for a page or a program, where it looks first.
PAGES = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php", b"<?xml", b"<body", b"<iframe")
GUESSED_FROM = 1024  # bytes
ADDRESSES_TO_FOLLOW = ("http://", "https://", "mailto:", "tel:")


class Unfit(Exception):
    """A file that cannot be kept; its argument is the word that says why."""


class Made(NamedTuple):
    """What is kept, and what is told of it: a photo's width and height."""

    content: bytes
    told: str = ""


def photo(data: bytes) -> Made:
    """Return a JPEG of the same picture, upright and made smaller, with nothing in it but its dots.

    The dots are copied to a new picture: saving again keeps comments, places and the camera's number.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 – only the process that opens pictures loads this
    from pillow_heif import register_heif_opener  # noqa: PLC0415

    register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    with Image.open(io.BytesIO(data), formats=list(MOST_DOTS)) as opened:
        if opened.width * opened.height > MOST_DOTS[str(opened.format)]:
            raise Unfit("large")
        opened.thumbnail((LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(opened)
    clean = Image.new("RGB", upright.size, "white")
    if "A" in upright.getbands() or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        clean.paste(upright, mask=upright.getchannel("A"))
    else:
        clean.paste(upright.convert("RGB"))
    return _as_jpeg(clean, quality=85)


def cover(data: bytes, across: str, down: str, squares: str) -> Made:
    """Return a photo with squares of a grid painted over, each named by row and column from 1. What was under them is gone.

    A square is painted a little larger than it is, so that nothing shines through where two meet.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415

    with Image.open(io.BytesIO(data), formats=["JPEG"]) as opened:
        picture = opened.convert("RGB")
    paint, wide, high = ImageDraw.Draw(picture), picture.width / int(across), picture.height / int(down)
    for square in squares.split():
        row, column = (int(number) for number in square.split("-"))
        paint.rectangle(((column - 1) * wide - 1, (row - 1) * high - 1, column * wide + 1, row * high + 1), COVER)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return _as_jpeg(clean, quality=90)


def _as_jpeg(picture: "Image", quality: int) -> Made:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return Made(kept.getvalue(), f"{picture.width} {picture.height}")


def document(data: bytes) -> Made:
    """Return a PDF as it is, once it is seen to be pages and nothing else."""
    import pikepdf  # noqa: PLC0415 – only the process that opens documents loads this

    if b"%%EOF" not in data:
        raise Unfit("broken")
    if _is_two_things(data):
        raise Unfit("active")
    try:
        opened = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Unfit("locked") from error
    with opened:
        if not len(opened.pages):
            raise Unfit("broken")
        for number, part in enumerate(opened.objects):
            if number > MOST_PARTS:
                raise Unfit("large")
            if isinstance(part, pikepdf.Stream) and int(part.get("/Width", 0)) * int(part.get("/Height", 0)) > MOST_DOTS_OF_A_SCAN:
                raise Unfit("large")
            for name in _names(part):
                if name in ACTIVE:
                    raise Unfit("active")
    return Made(data)


def _is_two_things(data: bytes) -> bool:
    """Return whether the bytes are something else as well: a page, an archive, another PDF, or anything behind the end."""
    if any(page in data[:GUESSED_FROM].lower() for page in PAGES) or zipfile.is_zipfile(io.BytesIO(data)) or data.count(b"%PDF-") > 1:
        return True
    return bool(data.rpartition(b"%%EOF")[2].strip(b"\0 \t\r\n\x0c"))


def _names(part: object) -> Iterator[str]:
    """Yield the keys of an object and of what stands inside it, and each name that says what it is or does."""
    import pikepdf  # noqa: PLC0415

    inside = [part]
    while inside:
        found = inside.pop()
        if isinstance(found, pikepdf.Array):
            inside += [item for item in found if isinstance(item, pikepdf.Object) and not item.is_indirect]
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            for key, value in found.items():
                yield str(key)
                if isinstance(value, pikepdf.Name) and key in {"/S", "/Subtype", "/Type"}:
                    yield str(value)
                elif key == "/URI" and isinstance(value, pikepdf.String):
                    yield "/URI" if str(value).strip().lower().startswith(ADDRESSES_TO_FOLLOW) else "/JavaScript"
                elif isinstance(value, pikepdf.Object) and not value.is_indirect:
                    inside.append(value)


ACTS: dict[str, Callable[..., Made]] = {"photo": photo, "cover": cover, "document": document}


def main(act: str, *more: str) -> int:
    """Read, clean, write."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        made = ACTS[act](sys.stdin.buffer.read(), *more)
        sys.stdout.buffer.write(made.content)
        sys.stderr.write(made.told)
    except Unfit as unfit:
        sys.stderr.write(str(unfit))
        return 3
    except Exception:
        sys.stderr.write("broken")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
