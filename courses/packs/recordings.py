"""The films and sounds of a pack.

Beside `talk.mp4` lie its captions `talk.vtt`, its transcript `talk.txt` and, if there is one, the picture shown before it plays, `talk.webp`.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.text import slugify
from wagtailmedia.models import MediaType, get_media_model

from courses.recordings import TYPES, are_captions, is_a_recording

LARGEST_FILE = 20_000_000  # bytes; a pack is sent from hand to hand
LONGEST_TRANSCRIPT = 20_000


def recording_objection(path: Path) -> str | None:
    """Return why this file cannot be a recording of a course, or None."""
    if not path.is_file():
        return "There is no such recording."
    if path.stat().st_size > LARGEST_FILE:
        return f"The recording is larger than {LARGEST_FILE // 1_000_000} MB. Make it smaller."
    captions, transcript = path.with_suffix(".vtt"), path.with_suffix(".txt")
    lacking = [beside.name for beside in (captions, transcript) if not beside.is_file()]
    if lacking:
        return f"Beside it, {' and '.join(lacking)} is missing: captions (WebVTT) and transcript."
    if not 0 < len(transcript.read_text(encoding="utf-8", errors="replace").strip()) <= LONGEST_TRANSCRIPT:
        return f"{transcript.name} is empty, or longer than {LONGEST_TRANSCRIPT} characters."
    return _refused_by(is_a_recording, path) or _refused_by(are_captions, captions)


def _refused_by(check: Any, path: Path) -> str | None:
    with path.open("rb") as opened:
        try:
            check(File(opened, name=path.name))
        except ValidationError as error:
            return str(error.messages[0])
    return None


def recording_hash(path: Path) -> str:
    """Return what identifies a recording of a pack: its content, its captions and its words. 64 hexadecimal digits."""
    words = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    poster = path.with_suffix(".webp")
    return _hash(path.read_bytes(), path.with_suffix(".vtt").read_bytes(), poster.read_bytes() if poster.is_file() else b"", words)


def kept_recording_hash(recording: Any) -> str:
    """Return the same of a recording of the site."""
    return _hash(_bytes(recording.file), _bytes(recording.captions), _bytes(recording.thumbnail), recording.transcript.strip())


def _hash(content: bytes, captions: bytes, poster: bytes, words: str) -> str:
    parts = (hashlib.sha256(part).digest() for part in (content, captions, poster, words.encode()))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _bytes(file: Any) -> bytes:
    """Return what is in a file; nothing where there is none."""
    if not file:
        return b""
    with file.open("rb") as opened:
        return bytes(opened.read())


def keep_recording(path: Path) -> Any:
    """Return the site's recording with this content and these words, adding it if the site has none."""
    recordings, wanted = get_media_model().objects.filter(title=path.stem), recording_hash(path)
    known = next((recording for recording in recordings if kept_recording_hash(recording) == wanted), None)
    if known:
        return known
    is_video = TYPES[path.suffix].startswith("video/")
    recording = get_media_model()(title=path.stem, type=MediaType.VIDEO if is_video else MediaType.AUDIO)
    recording.transcript = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    for field, suffix in ((recording.file, path.suffix), (recording.captions, ".vtt"), (recording.thumbnail, ".webp")):
        if (beside := path.with_suffix(suffix)).is_file():
            field.save(beside.name, ContentFile(beside.read_bytes()), save=False)
    recording.save()
    return recording


def recording_name(recording: Any) -> str:
    """Return the name a recording has in a pack."""
    return f"media/{slugify(recording.title) or 'recording'}{Path(recording.file.name).suffix.lower()}"


def write_recording(recording: Any, path: Path) -> list[Path]:
    """Write a recording, its captions and its transcript, and return the files."""
    contents = {
        path: _bytes(recording.file),
        path.with_suffix(".vtt"): _bytes(recording.captions),
        path.with_suffix(".txt"): f"{recording.transcript.strip()}\n".encode(),
        path.with_suffix(".webp"): _bytes(recording.thumbnail),
    }
    written = {beside: content for beside, content in contents.items() if content}
    for beside, content in written.items():
        beside.write_bytes(content)
    return list(written)
