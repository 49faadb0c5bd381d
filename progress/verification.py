"""Whether the records are still what was recorded. Reads everything, changes nothing.

Each log's chain is read once, in order: canonical form, places, links, hashes, columns
against payload, and what the events say against what the rows say. Logs come in batches,
so memory stays the same however many there are.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from people.permissions import May, roles_that
from progress import guards
from progress.canonical import birth_hash, commitment, link_hash, utc_text
from progress.checkpoint import Leaf
from progress.models import EventType, Evidence, EvidenceLink, LedgerEvent, LedgerText, LogEntry, ProgressLog, SignOff
from progress.projection import EntryState, after

BATCH = 100  # logs held in memory at once
SIGNERS = frozenset(roles_that(May.SIGN_OFF))
DECISIONS = frozenset({EventType.SIGNED_OFF.value, EventType.RETURNED.value, EventType.SIGNOFF_WITHDRAWN.value})
STATE = [column.name for column in fields(EntryState)]
NOTHING: Mapping[str, Any] = {}


def _refuse_number(text: str) -> None:
    raise ValueError(f"{text} is not a whole number")


# The same text as progress.canonical.canonical, written and read by one C function each.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_read = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number).decode


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded: in which log, at which event (0: the log as a whole), and what."""

    log: str
    seq: int
    says: str

    def __str__(self) -> str:
        place = f"log {self.log}" if self.log else "ledger"
        return f"{place}{f', event {self.seq}' if self.seq else ''}: {self.says}"


@dataclass
class Verification:
    """How much was read, and what was found."""

    logs: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)


class Event(NamedTuple):
    """A row of the ledger, its columns in the order they are asked for."""

    log_id: UUID
    seq: int
    event_id: UUID
    type: str
    entry_id: UUID | None
    actor_id: UUID
    at: datetime
    payload: str
    prev_hash: str
    hash: str
    pk: int


def verify(log: UUID | None = None, checkpoint: Iterable[Leaf] = ()) -> Verification:
    """Check one log, or everything, against itself and against the leaves of an older checkpoint."""
    done = Verification(findings=[Finding("", 0, f"The guard {name} is missing.") for name in guards.missing()])
    leaves = {leaf.log: leaf for leaf in checkpoint if log in (None, leaf.log)}
    for logs in _batches(log):
        done.logs += len(logs)
        done.findings += _Batch(logs, leaves, done).findings()
    done.findings += [Finding(str(leaf.log), 0, "The checkpoint knows this log, and it is gone.") for leaf in leaves.values()]
    if log is None:
        strays = LedgerEvent.objects.exclude(Exists(ProgressLog.objects.filter(pk=OuterRef("log_id"))))
        done.findings += [Finding(str(event.log_id), event.seq, "This event belongs to no log.") for event in strays]
    return done


def _batches(only: UUID | None) -> Iterator[list[ProgressLog]]:
    """Yield the logs, some at a time."""
    logs = ProgressLog.objects.select_related("framework").order_by("pk")
    batch = list(logs.filter(pk=only) if only else logs[:BATCH])
    while batch:
        yield batch
        batch = [] if only else list(logs.filter(pk__gt=batch[-1].pk)[:BATCH])


class _Batch:
    """Some logs, with every row their events speak of."""

    def __init__(self, logs: list[ProgressLog], leaves: dict[UUID, Leaf], done: Verification) -> None:
        self.done = done
        ids = [log.pk for log in logs]
        self.evidence = {str(piece.pk): piece.commitment for piece in Evidence.objects.filter(log__in=ids)}
        self.texts: dict[int, dict[str, str]] = defaultdict(dict)
        texts = LedgerText.objects.filter(event__log__in=ids).values_list("event_id", "field", "salt", "text")
        for event_id, name, salt, text in texts.iterator(chunk_size=2000):
            self.texts[event_id][name] = commitment(salt, text)
        self.streams = {log.pk: _Stream(log, leaves.pop(log.pk, None), self) for log in logs}
        entries = LogEntry.objects.filter(log__in=ids).order_by("outcome__position").values_list("log_id", "pk", "outcome__code", *STATE)
        for log_id, pk, code, *state in entries.iterator(chunk_size=2000):
            self.streams[log_id].entries[pk] = (code, EntryState(*state))
        for link in EvidenceLink.objects.filter(entry__log__in=ids).select_related("entry"):
            self.streams[link.entry.log_id].links.add((link.entry_id, str(link.evidence_id)))
        for row in SignOff.objects.filter(entry__log__in=ids).select_related("entry"):
            self.streams[row.entry.log_id].signatures[row.event_id] = row

    def findings(self) -> Iterator[Finding]:
        """Read the chains and yield what is wrong."""
        rows = LedgerEvent.objects.filter(log__in=list(self.streams)).order_by("log_id", "seq").values_list(*Event._fields)
        for row in rows.iterator(chunk_size=5000):
            self.done.events += 1
            yield from self.streams[row[0]].take(Event._make(row))
        for stream in self.streams.values():
            yield from stream.finish()


class _Stream:
    """One log while its chain is read: where the chain stands, and what it has said so far."""

    def __init__(self, log: ProgressLog, leaf: Leaf | None, batch: _Batch) -> None:
        self.log, self.leaf, self.batch = log, leaf, batch
        self.name = str(log.pk)
        self.seq, self.head = 0, birth_hash(self.name, log.framework.key, log.framework.edition, log.installation)
        # What the rows say
        self.entries: dict[UUID, tuple[str, EntryState]] = {}
        self.links: set[tuple[UUID, str]] = set()
        self.signatures: dict[int, SignOff] = {}
        # What the events say
        self.states: dict[UUID, EntryState] = {}
        self.shown: set[tuple[UUID, str]] = set()
        self.signed: set[int] = set()
        self.standing: dict[UUID, int] = {}

    def found(self, says: str, seq: int = 0) -> Finding:
        """Return a finding about this log."""
        return Finding(self.name, seq, says)

    def take(self, event: Event) -> Iterator[Finding]:
        """Check the next event of the chain, and follow what it says."""
        yield from self._link(event)
        try:
            payload = _read(event.payload)
            is_canonical = _write(payload) == event.payload
        except ValueError:
            yield self.found("Its payload cannot be read.", event.seq)
            return
        if not is_canonical:
            yield self.found("Its payload is not in canonical form.", event.seq)
        yield from self._columns(event, payload)
        if self.batch.texts.get(event.pk, NOTHING) != payload.get("texts"):
            yield self.found("The words that belong to it are not the ones that were recorded.", event.seq)
        if event.entry_id:
            try:
                yield from self._follow(event, event.entry_id, payload["data"])
            except (KeyError, TypeError):
                yield self.found("Its payload lacks what such an event must hold.", event.seq)

    def _link(self, event: Event) -> Iterator[Finding]:
        """Check its place in the chain, its link back, its hash, and the checkpoint's word for it."""
        if event.seq != self.seq + 1:
            yield self.found(f"Event {self.seq + 1} is missing before it.", event.seq)
        if event.prev_hash != self.head:
            yield self.found("It is not linked to the event before it.", event.seq)
        if event.hash != link_hash(event.prev_hash, event.payload):
            yield self.found("Its payload is not what was recorded.", event.seq)
        if self.leaf and self.leaf.seq == event.seq and self.leaf.hash != event.hash:
            yield self.found("The checkpoint holds another hash for it: the log was written anew.", event.seq)
        self.seq, self.head = event.seq, event.hash

    def _columns(self, event: Event, payload: Mapping[str, Any]) -> Iterator[Finding]:
        """Compare each index column with the payload."""
        ours = {
            "stream": self.name,
            "seq": event.seq,
            "event_id": str(event.event_id),
            "type": event.type,
            "entry": str(event.entry_id) if event.entry_id else None,
            "actor": str(event.actor_id),
            "at": utc_text(event.at),
        }
        if wrong := [name for name, value in ours.items() if payload.get(name) != value]:
            yield self.found(f"The column {', '.join(wrong)} does not say what the payload says.", event.seq)

    def _follow(self, event: Event, entry: UUID, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Follow one entry's state, its evidence and its signatures."""
        self.states[entry] = after(self.states.get(entry, EntryState()), event.type, event.seq, event.at, data)
        if event.type == EventType.EVIDENCE_ADDED:
            piece = data["evidence"]
            self.shown.add((entry, piece["id"]))
            if self.batch.evidence.get(piece["id"]) != piece["commitment"]:
                yield self.found("The evidence it speaks of is not the evidence that was recorded.", event.seq)
        elif event.type == EventType.DECLARED and event.actor_id != self.log.learner_id:
            yield self.found("Somebody else declared it for the learner.", event.seq)
        elif event.type in DECISIONS:
            yield from self._decision(event, entry, data)

    def _decision(self, event: Event, entry: UUID, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Check who decided, and that the signature on the record is the one in the event."""
        if event.actor_id == self.log.learner_id:
            yield self.found("The learner decided on her own log.", event.seq)
        if (data["signer"]["id"], data["learner"]) != (str(event.actor_id), str(self.log.learner_id)) or data["signer"][
            "role"
        ] not in SIGNERS:
            yield self.found("It was not decided by somebody who supervised this learner.", event.seq)
        if event.type == EventType.SIGNED_OFF:
            self.signed.add(event.pk)
            self.standing[entry] = event.pk
            row = self.signatures.get(event.pk)
            if row is None or not _is_signature_of(row, event, data):
                yield self.found("The signature on the record is not the one that was signed.", event.seq)
        elif event.type == EventType.SIGNOFF_WITHDRAWN:
            self.standing.pop(entry, None)

    def finish(self) -> Iterator[Finding]:
        """Compare what the whole chain said with what the rows say."""
        if (self.log.head_seq, self.log.head_hash) != (self.seq, self.head):
            yield self.found(f"The log says that it ends at event {self.log.head_seq}; its chain ends at {self.seq}.")
        if self.leaf and self.leaf.seq > self.seq:
            yield self.found(f"The checkpoint knows {self.leaf.seq} events; those after event {self.seq} were cut off.")
        for pk, (code, state) in self.entries.items():
            if state != self.states.get(pk, EntryState()):
                yield self.found(f"The state of outcome {code} is not what its events say.")
        if not self.states.keys() <= self.entries.keys():
            yield self.found("An outcome that events speak of is gone from the log.")
        if self.links != self.shown:
            yield self.found("The evidence beside its outcomes is not what its events say.")
        if self.signatures.keys() - self.signed:
            yield self.found("There is a signature that no event made.")
        if {row.entry_id: pk for pk, row in self.signatures.items() if row.withdrawn_at is None} != self.standing:
            yield self.found("The signatures that stand are not the ones its events left standing.")


def _is_signature_of(row: SignOff, event: Event, data: Mapping[str, Any]) -> bool:
    """Return whether a signature's row says exactly what its event recorded."""
    signer, place = data["signer"], data["workplace"]
    columns = {
        "entry_id": event.entry_id,
        "signer_id": event.actor_id,
        "signed_at": event.at,
        "role": signer["role"],
        "job_title": signer["job_title"],
        "workplace_name": place["name"],
        "employer_name": place["employer"],
        "outcome_text": data["outcome"]["text"],
        "method": data["method"],
    }
    return str(row.learner_id) == data["learner"] and all(getattr(row, name) == value for name, value in columns.items())
