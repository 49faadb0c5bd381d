"""A log's whole record in one file, and its ledger inside a PDF, which anybody can check without us (static/verifier/verify_log.py).

Format: canonical JSON (RFC 8785) in UTF-8. `events`: each payload as the ledger holds it, its hash, and the words it
committed to with their salts. `evidence`: the words of each piece with its salt, and the SHA-256 of its file. Words that
were erased are missing from `texts`, and of an erased piece only `id` and `erased` are left: a later event says so. `note`: a
signed note of this site over where the log ends (C2SP; one leaf), and `key`: the key it was signed with. Everything in it
hangs on the signature: there is no byte that could be changed unseen.

The ledger in a PDF has the same shape without `evidence`, and of the words only the names of those who signed: a paper goes to
people whom reasons and accounts that are not printed on it do not concern.
"""

from collections.abc import Iterable
from typing import Any

from progress.canonical import canonical, utc_text
from progress.checkpoint import Leaf, note, signing_key, verifier_key
from progress.models import EventType, Evidence, LedgerEvent, LedgerText, ProgressLog

FORMAT = "countersign record, version 1"
LEDGER_FORMAT = "countersign ledger, version 1"
NAMES_ON_PAPER = ("signer_name", "assurer_name")


def bundle_of(log: ProgressLog) -> bytes:
    """Return the record of a log as it stands now. Raise CannotRun when this site has no key to sign with."""
    with log.writing():  # nothing is recorded between its first event and its last
        events = list(log.events.order_by("seq"))
        texts = LedgerText.objects.filter(event__log=log)
        record = {"format": FORMAT, **_chain(log, events, texts), "evidence": _evidence(log, events)}
    return canonical(record).encode()


def ledger_of(log: ProgressLog) -> bytes:
    """Return the ledger that goes into a PDF of a log, read inside `log.writing()`. Raise CannotRun as `bundle_of` does."""
    names = LedgerText.objects.filter(event__log=log, field__in=NAMES_ON_PAPER)
    return canonical({"format": LEDGER_FORMAT, **_chain(log, log.events.order_by("seq"), names)}).encode()


def _chain(log: ProgressLog, events: Iterable[LedgerEvent], texts: Iterable[LedgerText]) -> dict[str, Any]:
    key = signing_key()
    return {
        "log": {"id": str(log.pk), "installation": log.installation, **_edition(log)},
        "events": _events(events, texts),
        "note": note([Leaf(log.pk, log.head_seq, log.head_hash)], key),
        "key": verifier_key(key.public_key()),
    }


def _edition(log: ProgressLog) -> dict[str, str]:
    return {"framework": log.framework.key, "edition": log.framework.edition}


def _events(events: Iterable[LedgerEvent], texts: Iterable[LedgerText]) -> list[dict[str, Any]]:
    words: dict[int, dict[str, dict[str, str]]] = {}
    for text in texts:
        words.setdefault(text.event_id, {})[text.field] = {"salt": text.salt, "text": text.text}
    return [{"payload": event.payload, "hash": event.hash, "texts": words.get(event.pk, {})} for event in events]


def _evidence(log: ProgressLog, events: list[LedgerEvent]) -> list[dict[str, Any]]:
    """Return each piece with what its events committed to, and nothing more: early ones did not say when and by whom it was added."""
    told = "".join(event.payload for event in events if event.type == EventType.EVIDENCE_ADDED)
    return [_piece(piece, more=f'"added_at":"{utc_text(piece.added_at)}"' in told) for piece in Evidence.objects.filter(log=log)]


def _piece(piece: Evidence, *, more: bool) -> dict[str, Any]:
    if piece.erased_at:
        return {"id": str(piece.pk), "erased": utc_text(piece.erased_at)}
    return {
        "id": str(piece.pk),
        "kind": piece.kind,
        "title": piece.title,
        "text": piece.text,
        "seen_on": piece.seen_on.isoformat() if piece.seen_on else "",
        "kept_where": piece.kept_where,
        "salt": piece.salt,
        "sha256": piece.file_sha256,
        "witness": {name: getattr(piece, name) for name in ("witness_name", "witness_job", "witness_relation")},
        "added_by": str(piece.added_by_id) if more else "",
        "added_at": utc_text(piece.added_at) if more else "",
        "file": {"kind": piece.file_kind, "size": piece.file_size} if more else {"kind": "", "size": 0},
        **piece.origin,
    }
