"""The files of a pack, pictures and recordings, behind one door: what is wrong with one, what is in it, keeping and writing it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wagtail.images.blocks import ImageChooserBlock
from wagtailmedia.blocks import AbstractMediaChooserBlock, AudioChooserBlock, VideoChooserBlock
from wagtailmedia.models import get_media_model

from courses.packs.pictures import content_hash, keep_picture, pack_name, picture_objection, write_picture
from courses.packs.recordings import (
    keep_recording,
    kept_recording_hash,
    recording_hash,
    recording_name,
    recording_objection,
    write_recording,
)

# What an author chooses from a library, and a pack brings as a file.
FILE_BLOCKS = (ImageChooserBlock, AbstractMediaChooserBlock)
SUFFIXES = {ImageChooserBlock: "svg|png|jpg|jpeg|webp", VideoChooserBlock: "mp4|webm", AudioChooserBlock: "mp3|m4a|ogg"}


def file_pattern(block: Any) -> str:
    """Return the pattern of the names a pack may give a file of this kind."""
    kinds = next(kinds for kind, kinds in SUFFIXES.items() if isinstance(block, kind))
    return rf"^media/[A-Za-z0-9][A-Za-z0-9_-]*\.({kinds})$"


def _is_picture(path: Path) -> bool:
    return path.suffix.lstrip(".") in SUFFIXES[ImageChooserBlock].split("|")


def file_objection(path: Path) -> str | None:
    """Return why this cannot be a file of a course, or None."""
    return picture_objection(path) if _is_picture(path) else recording_objection(path)


def file_hash(path: Path) -> str:
    """Return what identifies the content of a file of a pack."""
    return content_hash(path) if _is_picture(path) else recording_hash(path)


def keep_file(path: Path) -> Any:
    """Return the site's picture or recording with this content, adding it if the site has none."""
    return keep_picture(path) if _is_picture(path) else keep_recording(path)


def _for(thing: Any, picture: Callable[..., Any], recording: Callable[..., Any]) -> Callable[..., Any]:
    return recording if isinstance(thing, get_media_model()) else picture


def kept_hash(thing: Any) -> str:
    """Return what identifies the content of a picture or recording of the site."""
    return str(_for(thing, lambda picture: picture.get_file_hash(), kept_recording_hash)(thing))


def name_in_pack(thing: Any) -> str:
    """Return the name a picture or recording of the site has in a pack."""
    return str(_for(thing, pack_name, recording_name)(thing))


def write_file(thing: Any, path: Path) -> list[Path]:
    """Write a picture or recording of the site into a pack, and return the files written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written: list[Path] = _for(thing, write_picture, write_recording)(thing, path)
    return written
