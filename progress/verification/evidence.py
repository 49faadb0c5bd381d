"""Whether a piece of evidence is still what was recorded: its days, and its file."""

from collections.abc import Mapping
from hashlib import file_digest
from typing import Any

from progress.canonical import utc_text
from progress.models import Evidence
from progress.models.evidence import HOLDS_NOTHING
from progress.verification.rows import moment_text

ORIGIN = ("version", "replaces")  # of a piece that is a new version; a first one says neither


def says_the_same(held: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Return whether a piece is the one an event speaks of, of the version it speaks of.

    An erased one has no file any more, and only its commitment.
    """
    return all(held.get(name) == said.get(name) for name in {*said, *ORIGIN} if name != "file" or "file" in held)


def wrong_with_erasure(piece: Any, erased_at: str | None) -> str | None:
    """Say whether it is erased although no event says so, or there although one does; None where both agree."""
    if moment_text(piece.erased_text) != erased_at:
        is_gone = erased_at is None
        return (
            "The words of a piece of evidence are gone, and no event says so."
            if is_gone
            else "A piece of evidence that was erased is still there."
        )
    if erased_at is None:
        return "A piece of evidence is not what was recorded." if piece.erased_commitment else None
    is_empty = (
        all(getattr(piece, name) == nothing for name, nothing in HOLDS_NOTHING.items() if name != "seen_on") and piece.seen_text is None
    )
    return None if is_empty else "A piece of evidence that was erased is still there."


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
