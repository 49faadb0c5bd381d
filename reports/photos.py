"""Photos of evidence, small enough for an index on paper, or large enough for a page of their own."""

import io

from PIL import Image

from progress.cleaning import LONGEST
from progress.models import Evidence
from progress.models.upload import FileKind

SIDE = 320  # dots: 18 mm at 450 dots an inch, so that faces of things can be made out
QUALITY = 78
START_OF_SCAN = b"\xff\xda"  # of a JPEG (ITU-T T.81, B.1.1.3): what we keep has one, a bomb thousands, each the work of a whole picture
PAGE = (1004, 1330)  # dots: 170 by 225 mm at 150 dots an inch, what a page has room for
QUALITY_OF_A_PAGE = 82


def small_photo(piece: Evidence) -> bytes:
    """Return the photo of a piece as a small JPEG; nothing for a piece without one, and for one that cannot be drawn."""
    return _drawable(piece, (SIDE, SIDE), QUALITY)


def large_photo(piece: Evidence) -> bytes:
    """Return the photo of a piece as a JPEG that fills a page; nothing as above."""
    return _drawable(piece, PAGE, QUALITY_OF_A_PAGE)


def _drawable(piece: Evidence, most: tuple[int, int], quality: int) -> bytes:
    """Return a photo within so many dots, or nothing.

    What is kept was made safe before (progress/cleaning.py); a paper must come about even where a file is gone or harmed, or another one
    stands in its place: what cleaning cannot have made (larger, or drawn over and over) is not even opened.
    """
    if piece.file_kind != FileKind.PHOTO or not piece.file:
        return b""
    try:
        return _smaller(piece, most, quality)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""


def _smaller(piece: Evidence, most: tuple[int, int], quality: int) -> bytes:
    with piece.file.open("rb") as file:
        content = file.read()
    if content.count(START_OF_SCAN) != 1:
        return b""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as photo:
        if max(photo.size) > LONGEST:
            return b""
        photo.draft("RGB", most)  # decodes only as much as is needed
        photo.thumbnail(most)
        # The dots are copied to a new picture: saving again keeps a comment.
        small, out = Image.new("RGB", photo.size), io.BytesIO()
        small.paste(photo.convert("RGB"))
    small.save(out, "JPEG", quality=quality)
    return out.getvalue()
