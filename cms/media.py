"""The pictures of the courses, streamed from wherever files are kept: a folder or a bucket."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}
RENDERED = "images"
AS_UPLOADED = "original_images"
A_YEAR = "public, max-age=31536000, immutable"
# A hostile SVG opened by itself runs nothing and fetches nothing.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'"


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Stream a picture that anybody may see, or answer 404. A rendered picture never changes under its name."""
    if not is_public(path):
        raise Http404
    try:
        picture = default_storage.open(path)
    except (OSError, SuspiciousOperation) as error:
        raise Http404 from error
    response = FileResponse(picture, content_type=TYPES[PurePosixPath(path).suffix.lower()])
    response["Cache-Control"] = A_YEAR
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


def is_public(path: str) -> bool:
    """Say whether this is a picture as a page shows it.

    What an author uploaded stays private, because a photo as the camera made it says where and when;
    a drawing (SVG) has no rendered copy, so pages show it as it is.
    """
    folder, _slash, name = path.partition("/")
    suffix = PurePosixPath(name).suffix.lower()
    if not name or any(sign in name for sign in "/\\\0"):
        return False
    return (folder == RENDERED and suffix in TYPES) or (folder == AS_UPLOADED and suffix == ".svg")
