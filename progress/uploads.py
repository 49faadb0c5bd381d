"""Files that a learner chooses: which are taken, and what is kept of them."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from people.models import Refused
from progress.grid import Grid, Square

LARGEST = 10 * 1024 * 1024  # bytes of one file
CLEANER = Path(__file__).with_name("cleaning.py")
PATIENCE = 30  # seconds for making one file safe
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf,audio/mpeg,audio/mp4,audio/x-m4a,audio/ogg,audio/wav"
HEAD = 4096  # bytes that show what a file is

PHOTO, DOCUMENT, SOUND = "photo", "document", "sound"
# What a file is, by its content: its kind, and the end of the name under which it is kept.
TAKEN = {
    "image/jpeg": (PHOTO, "jpg"),
    "image/png": (PHOTO, "jpg"),
    "image/webp": (PHOTO, "jpg"),
    "image/heic": (PHOTO, "jpg"),
    "application/pdf": (DOCUMENT, "pdf"),
    "audio/mpeg": (SOUND, "mp3"),
    "audio/mp4": (SOUND, "m4a"),
    "audio/x-m4a": (SOUND, "m4a"),
    "audio/ogg": (SOUND, "ogg"),
    "audio/x-wav": (SOUND, "wav"),
}


@dataclass(frozen=True)
class Kept:
    """What is kept of a file: its kind, the end of its name, its bytes, and a photo's size in dots."""

    kind: str
    suffix: str
    content: bytes
    width: int = 0
    height: int = 0


def made_safe(file: "UploadedFile[bytes]") -> Kept:
    """Return what is kept of a chosen file. Raise Refused, with what to do, for one that cannot be kept."""
    if not file.size:
        raise Refused(_("This file is empty. Choose another one."))
    if file.size > LARGEST:
        raise Refused(_("This file is larger than 10 MB. Choose a smaller one, or take a photo of it."))
    content = file.read()
    kind, suffix = TAKEN.get(filetype.guess_mime(content[:HEAD]) or "", ("", ""))
    if not kind:
        raise Refused(_("We cannot keep this kind of file. Choose a photo, a PDF or a sound."))
    return Kept(kind, suffix, content) if kind == SOUND else _cleaned(kind, suffix, content, kind)


def covered(content: bytes, grid: Grid, squares: Iterable[Square]) -> Kept:
    """Return a kept photo with some squares of its grid painted over. Raise Refused when it cannot be opened."""
    named = " ".join(f"{row}-{column}" for row, column in squares)
    return _cleaned(PHOTO, "jpg", content, "cover", str(grid.across), str(grid.down), named)


def _cleaned(kind: str, suffix: str, content: bytes, *act: str) -> Kept:
    """Return a photo or document as it comes back from a process of its own (progress.cleaning)."""
    command = [sys.executable, "-I", str(CLEANER), *act]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 – our own module
    except subprocess.TimeoutExpired as error:
        raise Refused(_why("broken", kind)) from error
    told = done.stderr.decode(errors="replace").split()
    if done.returncode or not done.stdout:
        raise Refused(_why(told[-1] if told else "", kind))
    width, height = (int(number) for number in told[-2:]) if kind == PHOTO else (0, 0)
    return Kept(kind, suffix, done.stdout, width, height)


def _why(word: str, kind: str) -> str:
    if word == "locked":
        return _("This PDF has a password. Save it without one, or take a photo of it.")
    if word == "active":
        return _("This PDF holds more than pages. Print it to a new PDF, or take a photo of it.")
    if word == "large":
        return _("This file is too large to open. Take the photo again with a smaller size.")
    if kind == PHOTO:
        return _("We cannot open this photo. Take it again, or choose another one.")
    return _("We cannot open this PDF. Save it again, or take a photo of it.")
