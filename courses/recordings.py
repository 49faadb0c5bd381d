"""Films and sounds: what may be one, and what their captions tell. Captions are WebVTT (W3C)."""

import re
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST_RECORDING = 100_000_000  # bytes; ten minutes of film for a phone are about 30 million
LARGEST_CAPTIONS = 200_000
TYPES = {".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".vtt": "text/vtt"}
KNOWN_BY_CONTENT = {"video/mp4", "video/webm", "video/x-matroska", "video/x-m4v", "audio/mpeg", "audio/mp4", "audio/ogg", "video/quicktime"}
CUE = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)\.\d{3} --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})", re.MULTILINE)


def is_a_recording(file: Any) -> None:
    """Raise ValidationError when this is too large, or no film and no sound by what is in it."""
    if file.size > LARGEST_RECORDING:
        raise ValidationError(
            _("The file is larger than %(most)d MB. Make it shorter or smaller.") % {"most": LARGEST_RECORDING // 1_000_000}
        )
    if filetype.guess_mime(_beginning(file)) not in KNOWN_BY_CONTENT:
        raise ValidationError(
            _("This is not a film or a sound that every phone plays. Use MP4 or WebM for a film, MP3, M4A or OGG for a sound.")
        )


def are_captions(file: Any) -> None:
    """Raise ValidationError when this is not WebVTT with at least one caption in it."""
    if file.size > LARGEST_CAPTIONS:
        raise ValidationError(_("The captions are larger than %(most)d KB.") % {"most": LARGEST_CAPTIONS // 1000})
    text = _text(file)
    if not text.startswith("WEBVTT") or not CUE.search(text):
        raise ValidationError(
            _("This is not a WebVTT file. Its first line is WEBVTT, and each caption has times such as 00:00:01.000 --> 00:00:04.000.")
        )


def last_second(captions: Any) -> int:
    """Return when the last caption ends, in whole seconds; 0 where there is none."""
    ends = [int(cue[3] or 0) * 3600 + int(cue[4]) * 60 + int(cue[5]) + (int(cue[6]) > 0) for cue in CUE.findall(_text(captions))]
    return max(ends, default=0)


def _beginning(file: Any, most: int = 4096) -> bytes:
    """Return the first bytes of a file. One that is being uploaded stays open and at its beginning: it has yet to be kept."""
    was_closed = file.closed
    file.open("rb")
    start: bytes = file.read(most)
    file.seek(0)
    if was_closed:
        file.close()
    return start


def _text(file: Any) -> str:
    return _beginning(file, LARGEST_CAPTIONS).decode("utf-8-sig", errors="replace")
