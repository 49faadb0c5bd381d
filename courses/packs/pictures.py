"""The pictures of a pack, known by what is in them and not by their names."""

import re
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.utils.file import hash_filelike
from willow.image import Image as Willow
from willow.image import UnrecognisedImageFormatError

LARGEST_FILE = 500_000  # bytes; a learner pays for each of them
LARGEST_PICTURE = 8_000_000  # pixels, before anything decodes them
# A drawing that runs, calls out or embeds a page. Browsers keep it still in <img>; a link to the file would not.
LIVELY = re.compile(
    rb"<script|<foreignObject|\son\w+\s*=|javascript:|href\s*=\s*[\"'](?!#)|<!ENTITY|@import|url\(\s*[\"']?(?!#)", re.IGNORECASE
)


def picture_objection(path: Path) -> str | None:
    """Return why this file cannot be a picture of a course, or None."""
    if not path.is_file():
        return "There is no such picture."
    if path.stat().st_size > LARGEST_FILE:
        return f"The picture is larger than {LARGEST_FILE // 1000} KB. Make it smaller."
    if path.suffix == ".svg" and LIVELY.search(path.read_bytes()):
        return "The drawing holds a script or calls something outside itself. Take that out."
    try:
        with path.open("rb") as file:
            width, height = Willow.open(file).get_size()
    except (UnrecognisedImageFormatError, ValueError, OSError, SyntaxError):
        return "This is not a picture that can be shown."
    return f"The picture has more than {LARGEST_PICTURE // 1_000_000} million pixels." if width * height > LARGEST_PICTURE else None


def content_hash(path: Path) -> str:
    """Return what identifies a picture's content, as Wagtail keeps it."""
    with path.open("rb") as file:
        return str(hash_filelike(file))


def keep_picture(path: Path) -> Any:
    """Return the site's picture with this content, adding it if the site has none."""
    known = get_image_model().objects.filter(file_hash=content_hash(path)).first()
    if known:
        return known
    with path.open("rb") as file:
        picture = get_image_model()(title=path.stem, file=ImageFile(file, name=path.name))
        picture.save()
    picture.get_file_hash()
    picture.get_file_size()
    return picture


def pack_name(picture: Any) -> str:
    """Return the name a picture has in a pack: `media/<title>.<kind>`."""
    return f"media/{slugify(picture.title) or 'picture'}{Path(picture.file.name).suffix.lower()}"


def write_picture(picture: Any, path: Path) -> list[Path]:
    """Write a picture, and return the file."""
    with picture.file.open("rb") as file:
        path.write_bytes(file.read())
    return [path]
