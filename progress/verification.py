"""Whether the records are still what was recorded. Reads everything, changes nothing.

Each log's chain is read once, in order: canonical form, places, links, hashes, columns
against payload, and what the events say against what the rows say. Logs come in batches,
so memory stays the same however many there are; each batch is read as of one moment, so
that what is recorded meanwhile is no finding; and batches may be shared among processes.
"""

import json
import multiprocessing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, connections
from django.db.models import Exists, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast, Replace

from courses.needs import EvidenceKind
from people.permissions import May, roles_that
from progress import guards
from progress.canonical import birth_hash, commitment, link_hash, utc_text
from progress.checkpoint import Leaf
from progress.models import EventType, Evidence, EvidenceLink, LedgerEvent, LedgerText, LogEntry, ProgressLog, SignOff
from progress.projection import EntryState, after
from progress.rules import IN_HER_HANDS

Batch = tuple[list[UUID], dict[UUID, Leaf]]  # ids of logs, and the checkpoint's leaves for them
BATCH = 50  # logs held in memory at once, in each process
SIGNERS = frozenset(roles_that(May.SIGN_OFF))
DECISIONS = frozenset({EventType.SIGNED_OFF.value, EventType.RETURNED.value, EventType.SIGNOFF_WITHDRAWN.value})
ORIGIN = ("version", "replaces")  # of a piece that is a new version; a first one says neither
UNREADABLE = (ValueError, TypeError, AttributeError)  # what a column's own reader raises when it holds something that it cannot hold
NOTHING: Mapping[str, Any] = {}
UNTOUCHED = EntryState()


def _refuse_number(text: str) -> None:
    raise ValueError(f"{text} is not a whole number")


# The same text as progress.canonical.canonical, written and read by one C function each.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_read = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number).decode


# Ids and moments are asked for as text and compared as text: making objects of them takes longer than all the checks.
def _id(column: str) -> Replace:
    """Ask the database for an id as 32 hexadecimal digits."""
    return Replace(Cast(column, TextField()), Value("-"), Value(""), output_field=TextField())


def _moment(stored: str | None) -> str | None:
    """Return a moment in the ledger's form, from the form either database has: `2026-11-23 08:15:00.5+00`, the end optional."""
    if stored is None:
        return None
    day, _space, time = stored.removesuffix("+00").partition(" ")
    whole, _dot, fraction = time.partition(".")
    return f"{day}T{whole}.{fraction:0<6}Z"  # what neither database writes becomes no moment of the ledger's


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

    def add(self, part: "Verification") -> None:
        """Add what another part of the ledger came to."""
        self.logs, self.events = self.logs + part.logs, self.events + part.events
        self.findings += part.findings


class Event(NamedTuple):
    """A row of the ledger. Ids are 32 hexadecimal digits, `at` is the database's own text."""

    log: str
    event: str
    entry: str | None
    actor: str
    at: str
    pk: int
    seq: int
    type: str
    payload: str
    prev_hash: str
    hash: str


COLUMNS: list[str | Func] = [
    *(_id(column) for column in ("log_id", "event_id", "entry_id", "actor_id")),
    Cast("at", TextField()),
    *Event._fields[5:],
]


NAMES = ("stream", "seq", "event_id", "type", "entry", "actor", "at")  # the columns that repeat what the payload says


def verify(log: UUID | None = None, checkpoint: Iterable[Leaf] = (), processes: int = 1) -> Verification:
    """Check one log, or everything, against itself and against the leaves of an older checkpoint."""
    done = Verification(findings=[Finding("", 0, f"The guard {name} is missing.") for name in guards.missing()])
    try:
        _verify(done, log, checkpoint, processes)
    except UNREADABLE as error:  # the id of a log, by which everything else is looked up
        done.findings.append(Finding("", 0, f"A row cannot be read: {error}"))
    return done


def _verify(done: Verification, log: UUID | None, checkpoint: Iterable[Leaf], processes: int) -> None:
    leaves = {leaf.log: leaf for leaf in checkpoint if log in (None, leaf.log)}
    for part in _parts(_batches(log, leaves), processes):
        done.add(part)
    if leaves:
        gone = leaves.keys() - set(ProgressLog.objects.values_list("pk", flat=True))
        done.findings += [Finding(str(pk), 0, "The checkpoint knows this log, and it is gone.") for pk in sorted(gone)]
    if log is None:
        strays = LedgerEvent.objects.exclude(Exists(ProgressLog.objects.filter(pk=OuterRef("log_id"))))
        done.findings += [Finding(str(event.log_id), event.seq, "This event belongs to no log.") for event in strays]


def _batches(only: UUID | None, leaves: Mapping[UUID, Leaf]) -> Iterator[Batch]:
    """Yield the ids of the logs, some at a time, with the checkpoint's leaves for them."""
    ids = ProgressLog.objects.order_by("pk").values_list("pk", flat=True)
    batch = list(ids.filter(pk=only) if only else ids[:BATCH])
    while batch:
        yield batch, {pk: leaves[pk] for pk in batch if pk in leaves}
        batch = [] if only else list(ids.filter(pk__gt=batch[-1])[:BATCH])


def _parts(batches: Iterable[Batch], processes: int) -> Iterator[Verification]:
    """Check each batch, here or in several processes of this machine."""
    if processes == 1:
        yield from map(_verify_batch, batches)
        return
    batches = list(batches)
    connections.close_all()  # a connection must not be shared with a child; each opens its own
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_verify_batch, batches)


def _verify_batch(batch: Batch) -> Verification:
    """Check some logs. One with a row that cannot even be read is told by itself, and hides none of the others."""
    ids, leaves = batch
    try:
        return _verified(ids, leaves)
    except UNREADABLE as error:
        if len(ids) == 1:
            return Verification(logs=1, findings=[Finding(str(ids[0]), 0, f"A row of it cannot be read: {error}")])
    done = Verification()
    for pk in ids:
        done.add(_verify_batch(([pk], leaves)))
    return done


def _verified(ids: list[UUID], leaves: Mapping[UUID, Leaf]) -> Verification:
    with _one_moment():
        logs = list(ProgressLog.objects.filter(pk__in=ids).select_related("framework").annotate(opened_text=Cast("opened_at", TextField())))
        done = Verification(logs=len(logs))
        gone = sorted(set(ids) - {log.pk for log in logs})
        done.findings += [Finding(str(pk), 0, "The framework that this log is about is gone.") for pk in gone]
        done.findings += _Batch(logs, leaves, done).findings()
    return done


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything inside as it stands now, whatever others record meanwhile. Takes no lock."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" if connection.vendor == "postgresql" else "BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class _Batch:
    """Some logs, with every row their events speak of."""

    def __init__(self, logs: list[ProgressLog], leaves: Mapping[UUID, Leaf], done: Verification) -> None:
        self.done = done
        ids = [log.pk for log in logs]
        pieces = list(
            Evidence.objects.filter(log__in=ids).annotate(seen_text=Cast("seen_on", TextField()), added_text=Cast("added_at", TextField()))
        )
        self.evidence = {piece.pk.hex: piece.as_snapshot for piece in pieces}
        self.pieces = pieces
        self.texts: dict[int, dict[str, str]] = defaultdict(dict)
        self.names: dict[int, str] = {}
        texts = LedgerText.objects.filter(event__log__in=ids).values_list("event_id", "field", "salt", "text")
        for event_id, name, salt, text in texts.iterator(chunk_size=2000):
            self.texts[event_id][name] = commitment(salt, text)
            if name == "signer_name":
                self.names[event_id] = text
        self.streams = {log.pk.hex: _Stream(log, leaves.get(log.pk), self) for log in logs}
        entries = LogEntry.objects.filter(log__in=ids).order_by("outcome__position")
        rows = entries.values_list(
            _id("log_id"),
            _id("pk"),
            _id("learner_id"),
            "outcome__code",
            "state",
            "version",
            *(Cast(column, TextField()) for column in EntryState._fields[2:]),
        )
        for log, pk, learner, code, state, version, *moments in rows.iterator(chunk_size=2000):
            self.streams[log].entries[pk] = (code, EntryState(state, version, *map(_moment, moments)))
            self.streams[log].learners.add(learner)
        columns = [_id(column) for column in ("entry__log_id", "entry_id", "evidence_id", "replaces_id")]
        for log, *link in EvidenceLink.objects.filter(entry__log__in=ids).values_list(*columns).iterator(chunk_size=2000):
            self.streams[log].links.add(tuple(link))
        signatures = SignOff.objects.filter(entry__log__in=ids)
        moments = {"signed_text": Cast("signed_at", TextField()), "withdrawn_text": Cast("withdrawn_at", TextField())}
        for row in signatures.annotate(log=_id("entry__log_id"), **moments).iterator(chunk_size=2000):
            self.streams[row.log].signatures[row.event_id] = row

    def findings(self) -> Iterator[Finding]:
        """Read the chains and yield what is wrong."""
        rows = LedgerEvent.objects.filter(log__in=list(self.streams)).order_by("log_id", "seq").values_list(*COLUMNS)
        for row in rows.iterator(chunk_size=5000):
            self.done.events += 1
            yield from self.streams[row[0]].take(Event._make(row))
        for stream in self.streams.values():
            yield from stream.finish()
        for piece in self.pieces:
            stream = self.streams[piece.log_id.hex]
            if piece.pk.hex not in stream.spoken_of:
                yield stream.found("There is a piece of evidence that no event speaks of.")
            if wrong := _wrong_with_days(piece) or _wrong_with_file(piece):
                yield stream.found(wrong)


def _wrong_with_days(piece: Any) -> str | None:
    """Say whether its days are not written as days: SQLite keeps any text there, and what is no day reads as none."""
    held = (piece.seen_text, _moment(piece.added_text))
    as_written = (piece.seen_on.isoformat() if piece.seen_on else None, utc_text(piece.added_at))
    return None if held == as_written else "A day of a piece of evidence cannot be read."


def _wrong_with_file(piece: Evidence) -> str | None:
    """Read a piece's file and say what is wrong with it, or None."""
    if not piece.file:
        return None
    try:
        with piece.file.open("rb") as kept:
            is_as_recorded = file_digest(kept, "sha256").hexdigest() == piece.file_sha256
    except OSError:
        return "The file of a piece of evidence is gone."
    return None if is_as_recorded else "The file of a piece of evidence is not the one that was recorded."


class _Stream:
    """One log while its chain is read: where the chain stands, and what it has said so far."""

    def __init__(self, log: Any, leaf: Leaf | None, batch: _Batch) -> None:  # a ProgressLog, and when it was opened as text
        self.log, self.leaf, self.batch = log, leaf, batch
        self.name, self.learner = str(log.pk), log.learner_id.hex
        self.opened_at = _moment(log.opened_text)
        self.seq, self.head = 0, birth_hash(self.name, log.framework.key, log.framework.edition, log.installation)
        # What the rows say
        self.entries: dict[str, tuple[str, EntryState]] = {}
        self.links: set[tuple[str | None, ...]] = set()  # entry, piece, and the piece whose place it took
        self.signatures: dict[int, Any] = {}  # rows of SignOff, with their moments as the database wrote them
        self.learners: set[str] = set()
        # What the events say
        self.states: dict[str, EntryState] = {}
        self.shown: set[tuple[str | None, ...]] = set()
        self.beside: dict[str, list[str]] = defaultdict(list)  # by entry: the pieces that stand there
        self.signed: set[int] = set()
        self.standing: dict[str, int] = {}
        self.withdrawn: dict[int, tuple[int, str | None]] = {}
        self.spoken_of: set[str] = set()
        self.opened: tuple[Any, Any, Any] | None = None

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
        try:
            if event.entry:
                yield from self._follow(event, event.entry, payload)
            elif payload["type"] == EventType.OPENED:
                self.opened = (event.actor, payload["data"]["workplace"]["id"], payload["at"])
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
        held = (self.name, event.seq, event.event, event.type, event.entry, event.actor, _moment(event.at))
        number, entry, actor = _digits(payload.get("event_id")), _digits(payload.get("entry")), _digits(payload.get("actor"))
        said = (payload.get("stream"), payload.get("seq"), number, payload.get("type"), entry, actor, payload.get("at"))
        if held != said:
            wrong = [name for name, ours, theirs in zip(NAMES, held, said, strict=True) if ours != theirs]
            yield self.found(f"The column {', '.join(wrong)} does not say what the payload says.", event.seq)

    def _follow(self, event: Event, entry: str, payload: Mapping[str, Any]) -> Iterator[Finding]:
        """Follow one entry's state, its evidence and its signatures."""
        data = payload["data"]
        before = self.states.get(entry, UNTOUCHED)
        self.states[entry] = after(before, event.type, event.seq, payload["at"], data)
        if event.type == EventType.EVIDENCE_ADDED:
            yield from self._evidence(event, entry, data, before)
        elif "evidence" in data and sorted(_digits(piece["id"]) for piece in data["evidence"]) != sorted(self.beside[entry]):
            yield self.found("It rests on other evidence than stood beside the outcome.", event.seq)
        if event.type == EventType.EVIDENCE_ADDED:
            return
        if event.type == EventType.DECLARED and event.actor != self.learner:
            yield self.found("Somebody else declared it for the learner.", event.seq)
        elif event.type in DECISIONS:
            yield from self._decision(event, entry, data)

    def _evidence(self, event: Event, entry: str, data: Mapping[str, Any], state: EntryState) -> Iterator[Finding]:
        """Check a piece against what was recorded, and take it beside its outcome, in the place of an earlier version if it says so."""
        piece, number, replaces = data["evidence"], _digits(data["evidence"]["id"]), _digits(data.get("replaces"))
        self.shown.add((entry, number, replaces))
        self.spoken_of.add(number)
        held = self.batch.evidence.get(number)
        if held is None or any(held.get(name) != piece.get(name) for name in {*piece, *ORIGIN}):
            yield self.found("The evidence it speaks of is not the evidence that was recorded.", event.seq)
        if replaces is not None:
            if replaces not in self.beside[entry] or state.state not in IN_HER_HANDS:
                yield self.found("A new version took a place that was not free for it.", event.seq)
            older = self.batch.evidence.get(replaces, NOTHING)
            if held and (older.get("added_by"), older.get("kind")) != (held["added_by"], held["kind"]):
                yield self.found("Somebody replaced what another recorded.", event.seq)
            self.beside[entry] = [other for other in self.beside[entry] if other != replaces]
        self.beside[entry].append(number)

    def _decision(self, event: Event, entry: str, data: Mapping[str, Any]) -> Iterator[Finding]:
        """Check who decided, and that the signature on the record is the one in the event."""
        if event.actor == self.learner:
            yield self.found("The learner decided on her own log.", event.seq)
        signer = data["signer"]
        if (_digits(signer["id"]), _digits(data["learner"])) != (event.actor, self.learner) or signer["role"] not in SIGNERS:
            yield self.found("It was not decided by somebody who supervised this learner.", event.seq)
        if event.type == EventType.SIGNED_OFF:
            if "seen_where_kept" in data and sorted(data["seen_where_kept"]) != self._kept_elsewhere(data):
                yield self.found("It was signed without the signer’s word for what is kept at the workplace.", event.seq)
            self.signed.add(event.pk)
            self.standing[entry] = event.pk
            row = self.signatures.get(event.pk)
            if row is None or row.signer_name != self.batch.names.get(event.pk) or not _is_signature_of(row, event, data):
                yield self.found("The signature on the record is not the one that was signed.", event.seq)
        elif event.type == EventType.SIGNOFF_WITHDRAWN and (signed := self.standing.pop(entry, None)) is not None:
            self.withdrawn[signed] = (event.pk, _moment(event.at))

    def _kept_elsewhere(self, data: Mapping[str, Any]) -> list[str]:
        """Return the pieces a decision rests on that stay at the workplace. Sign-offs before 2026-11-27 do not say that they were seen."""
        kinds = {piece["id"]: self.batch.evidence.get(_digits(piece["id"]), NOTHING).get("kind") for piece in data["evidence"]}
        return sorted(pk for pk, kind in kinds.items() if kind == EvidenceKind.SEEN_IN_WORKPLACE)

    def finish(self) -> Iterator[Finding]:
        """Compare what the whole chain said with what the rows say."""
        if (self.log.head_seq, self.log.head_hash) != (self.seq, self.head):
            yield self.found(f"The log says that it ends at event {self.log.head_seq}; its chain ends at {self.seq}.")
        if self.opened and self.opened != (self.learner, str(self.log.workplace_id), self.opened_at):
            yield self.found("Whose log it is, where and since when is not what was recorded when it was opened.")
        if self.learners - {self.learner}:
            yield self.found("One of its outcomes is said to be of another learner.")
        if self.leaf and self.leaf.seq > self.seq:
            yield self.found(f"The checkpoint knows {self.leaf.seq} events; those after event {self.seq} were cut off.")
        for pk, (code, state) in self.entries.items():
            if state != self.states.get(pk, UNTOUCHED):
                yield self.found(f"The state of outcome {code} is not what its events say.")
        if not self.states.keys() <= self.entries.keys():
            yield self.found("An outcome that events speak of is gone from the log.")
        if self.links != self.shown:
            yield self.found("The evidence beside its outcomes is not what its events say.")
        if self.signatures.keys() - self.signed:
            yield self.found("There is a signature that no event made.")
        if {row.entry_id.hex: pk for pk, row in self.signatures.items() if row.withdrawn_text is None} != self.standing:
            yield self.found("The signatures that stand are not the ones its events left standing.")
        ends = {pk: (row.withdrawn_by_id, _moment(row.withdrawn_text)) for pk, row in self.signatures.items()}
        if any(end != self.withdrawn.get(pk, (None, None)) for pk, end in ends.items()):
            yield self.found("A signature was taken back by another event than the record says.")


def _digits(written: Any) -> Any:
    """Return an id as the database holds it: without its hyphens. What is no id comes back as it is, and matches none."""
    return written.replace("-", "") if isinstance(written, str) else written


def _is_signature_of(row: Any, event: Event, data: Mapping[str, Any]) -> bool:
    """Return whether a signature's row says exactly what its event recorded."""
    signer, place = data["signer"], data["workplace"]
    columns = {
        "role": signer["role"],
        "job_title": signer["job_title"],
        "workplace_name": place["name"],
        "employer_name": place["employer"],
        "outcome_text": data["outcome"]["text"],
        "method": data["method"],
    }
    people = (row.entry_id.hex, row.signer_id.hex, row.learner_id.hex) == (event.entry, event.actor, _digits(data["learner"]))
    return people and _moment(row.signed_text) == _moment(event.at) and all(getattr(row, name) == value for name, value in columns.items())
