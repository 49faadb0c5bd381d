"""The pictures, films and sounds of the courses, streamed from wherever files are kept: a folder or a bucket."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from courses.recordings import TYPES as RECORDING_TYPES

TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}
RENDERED = "images"
AS_UPLOADED = "original_images"
RECORDED = "recordings"
POSTERS = "media_thumbnails"
A_YEAR = "public, max-age=31536000, immutable"
# A hostile SVG opened by itself runs nothing and fetches nothing.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'"
PIECE = 64 * 1024  # bytes read at a time
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Stream a file that anybody may see, or answer 404. A file never changes under its name.

    Of a film or a sound a player asks for one part at a time (RFC 9110, 14: byte ranges).
    """
    if not is_public(path):
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, SuspiciousOperation) as error:
        raise Http404 from error
    suffix = PurePosixPath(path).suffix.lower()
    response = _part(request, file) if suffix in RECORDING_TYPES else FileResponse(file)
    response["Content-Type"] = (TYPES | RECORDING_TYPES)[suffix]
    response["Cache-Control"] = A_YEAR
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


def _part(request: HttpRequest, file: File[bytes]) -> HttpResponseBase:
    """Return the part of a file that is asked for; all of it when nothing or something unclear is asked for."""
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        whole = FileResponse(file)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = _bounds(asked[1], asked[2], file.size)
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    read_part = getattr(default_storage, "read_part", None)  # a bucket sends the part alone; a file of it would be fetched whole
    pieces = read_part(file.name, first, last, PIECE) if read_part else _pieces(file, first, last)
    response = StreamingHttpResponse(pieces, status=206)
    response["Accept-Ranges"] = "bytes"
    response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte asked for; without a first one, the last so many."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _pieces(file: File[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def is_public(path: str) -> bool:
    """Say whether this is a picture as a page shows it, or a recording with its captions.

    What an author uploaded as a picture stays private, because a photo as the camera made it says where and when;
    a drawing (SVG) has no rendered copy, so pages show it as it is.
    """
    folder, _slash, name = path.partition("/")
    suffix = PurePosixPath(name).suffix.lower()
    if not name or any(sign in name for sign in "/\\\0"):
        return False
    shown = {RENDERED: TYPES.keys(), AS_UPLOADED: {".svg"}, RECORDED: RECORDING_TYPES.keys(), POSTERS: TYPES.keys() - {".svg"}}
    return suffix in shown.get(folder, set())
