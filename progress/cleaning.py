"""Make a file safe to keep, in a process of its own that may take only so much memory and time.

Decoders are the softest part of a site that takes files from anybody: small files that
unpack to gigabytes, crashes, loops (trust.md). So this runs apart from the site, knows
nothing of it, and gets the file's bytes and nothing else:

    python -I progress/cleaning.py photo < what was chosen > what is kept

Ends with 0 and the bytes to keep, or with 3 and one word on the error stream: `broken`,
`large`, `locked` or `active`.
"""

import io
import resource
import sys
from collections.abc import Callable, Iterator

MEMORY = 600 * 1024 * 1024  # bytes of address space
SECONDS = 10  # of a processor
# Width times height. Each opens within 300 MB (measured): a JPEG is made smaller while it is read, others are not.
MOST_DOTS = {"JPEG": 40_000_000, "HEIF": 36_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LONGEST = 2400  # pixels of the longer side that are kept: a page of handwriting stays readable
MOST_PARTS = 200_000  # objects of one PDF

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


class Unfit(Exception):
    """A file that cannot be kept; its argument is the word that says why."""


def photo(data: bytes) -> bytes:
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
    kept = io.BytesIO()
    clean.save(kept, "JPEG", quality=85)
    return kept.getvalue()


def document(data: bytes) -> bytes:
    """Return a PDF as it is, once it is seen to be pages and nothing else."""
    import pikepdf  # noqa: PLC0415 – only the process that opens documents loads this

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
            for name in _names(part):
                if name in ACTIVE:
                    raise Unfit("active")
    return data


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
                elif isinstance(value, pikepdf.Object) and not value.is_indirect:
                    inside.append(value)


KINDS: dict[str, Callable[[bytes], bytes]] = {"photo": photo, "document": document}


def main(kind: str) -> int:
    """Read, clean, write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        sys.stdout.buffer.write(KINDS[kind](sys.stdin.buffer.read()))
    except Unfit as unfit:
        sys.stderr.write(str(unfit))
        return 3
    except Exception:
        sys.stderr.write("broken")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
