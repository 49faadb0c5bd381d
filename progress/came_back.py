"""What an outcome came back with before it was sent again, and what has been added since: a second look begins there."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from progress.models import CAME_BACK, EventType, LedgerEvent, LogEntry


@dataclass(frozen=True)
class CameBack:
    """The last time an outcome came back to its learner: when, from whom, with which reason; and the evidence added after it."""

    at: datetime
    by: str
    by_assurer: bool
    reason: str
    added: frozenset[UUID]


def came_back(entries: Collection[LogEntry]) -> dict[UUID, CameBack]:
    """Return, by entry, the last time that it came back; nothing for one that never did, or whose last reason was erased.

    One query, and a second where anything came back.
    """
    back = LedgerEvent.objects.filter(entry__in=entries, type__in=CAME_BACK).order_by("seq")
    rows = back.values_list("entry_id", "seq", "at", "actor__full_name", "type", "texts__text")  # each has one text, or lost it
    newest: dict[UUID, Any] = {entry_id: said for entry_id, *said in rows}
    last = {entry_id: said for entry_id, said in newest.items() if said[-1]}
    if not last:
        return {}
    added = _added_after({entry_id: seq for entry_id, (seq, *_said) in last.items()})
    return {
        entry_id: CameBack(at, by, type == EventType.IQA_ACTION, reason, frozenset(added.get(entry_id, ())))
        for entry_id, (_seq, at, by, type, reason) in last.items()
    }


def _added_after(seqs: dict[UUID, int]) -> dict[UUID, set[UUID]]:
    """Return the ids of the evidence that was added to each entry after a place in its log."""
    added: dict[UUID, set[UUID]] = {}
    events = LedgerEvent.objects.filter(entry__in=seqs, type=EventType.EVIDENCE_ADDED)
    for entry_id, seq, payload in events.values_list("entry_id", "seq", "payload"):
        if seq > seqs[entry_id]:
            added.setdefault(entry_id, set()).add(UUID(json.loads(payload)["data"]["evidence"]["id"]))
    return added
