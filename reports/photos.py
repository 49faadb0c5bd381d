"""Photos of evidence, small enough for an index on paper."""

import io

from PIL import Image

from progress.cleaning import LONGEST
from progress.models import Evidence
from progress.models.upload import FileKind

SIDE = 320  # dots: 18 mm at 450 dots an inch, so that faces of things can be made out
QUALITY = 78
START_OF_SCAN = b"\xff\xda"  # of a JPEG (ITU-T T.81, B.1.1.3): what we keep has one, a bomb thousands, each the work of a whole picture


def small_photo(piece: Evidence) -> bytes:
    """Return the photo of a piece as a small JPEG; nothing for a piece without one, and for one that cannot be drawn.

    What is kept was made safe before (progress/cleaning.py); a paper must come about even where a file is gone or harmed, or another one
    stands in its place: what cleaning cannot have made (larger, or drawn over and over) is not even opened.
    """
    if piece.file_kind != FileKind.PHOTO or not piece.file:
        return b""
    try:
        return _small(piece)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""


def _small(piece: Evidence) -> bytes:
    with piece.file.open("rb") as file:
        content = file.read()
    if content.count(START_OF_SCAN) != 1:
        return b""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as photo:
        if max(photo.size) > LONGEST:
            return b""
        photo.draft("RGB", (SIDE, SIDE))  # decodes only as much as is needed
        photo.thumbnail((SIDE, SIDE))
        # The dots are copied to a new picture: saving again keeps a comment.
        small, out = Image.new("RGB", photo.size), io.BytesIO()
        small.paste(photo.convert("RGB"))
    small.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
