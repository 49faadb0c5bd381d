"""Photos of evidence, small enough for an index on paper."""

import io

from PIL import Image

from progress.models import Evidence
from progress.models.upload import FileKind

SIDE = 320  # dots: 18 mm at 450 dots an inch, so that faces of things can be made out
QUALITY = 78


def small_photo(piece: Evidence) -> bytes:
    """Return the photo of a piece as a small JPEG; nothing for a piece without one, and for one that cannot be drawn.

    What is kept was made safe before (progress/cleaning.py); a paper must come about even where a file is gone or harmed.
    """
    if piece.file_kind != FileKind.PHOTO or not piece.file:
        return b""
    try:
        return _small(piece)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""


def _small(piece: Evidence) -> bytes:
    with piece.file.open("rb") as file, Image.open(file, formats=["JPEG"]) as photo:
        photo.draft("RGB", (SIDE, SIDE))  # decodes only as much as is needed
        photo.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        photo.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
