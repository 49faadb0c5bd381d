"""Whether a piece of evidence is still what was recorded: its days, and its file."""

from hashlib import file_digest
from typing import Any

from progress.canonical import utc_text
from progress.models import Evidence
from progress.verification.rows import moment_text


def wrong_with_days(piece: Any) -> str | None:
    """Say whether its days are not written as days: SQLite keeps any text there, and what is no day reads as none."""
    held = (piece.seen_text, moment_text(piece.added_text))
    as_written = (piece.seen_on.isoformat() if piece.seen_on else None, utc_text(piece.added_at))
    return None if held == as_written else "A day of a piece of evidence cannot be read."


def wrong_with_file(piece: Evidence) -> str | None:
    """Read a piece's file and say what is wrong with it, or None."""
    if not piece.file:
        return None
    try:
        with piece.file.open("rb") as kept:
            is_as_recorded = file_digest(kept, "sha256").hexdigest() == piece.file_sha256
    except OSError:
        return "The file of a piece of evidence is gone."
    return None if is_as_recorded else "The file of a piece of evidence is not the one that was recorded."
