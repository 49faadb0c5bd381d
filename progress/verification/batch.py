"""Some logs at a time, with every row that their events speak of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from progress.canonical import commitment
from progress.checkpoint import Leaf
from progress.models import Evidence, EvidenceLink, LedgerEvent, LedgerText, LogEntry, ProgressLog, Sample, SignOff
from progress.projection import EntryState
from progress.verification.evidence import wrong_with_days, wrong_with_erasure, wrong_with_file
from progress.verification.findings import Finding, Verification
from progress.verification.rows import COLUMNS, Event, id_text, moment_text
from progress.verification.stream import Stream

DAYS = {"seen_text": "seen_on", "added_text": "added_at", "erased_text": "erased_at"}


class Batch:
    """Some logs, with every row their events speak of."""

    def __init__(self, logs: list[ProgressLog], leaves: Mapping[UUID, Leaf], done: Verification) -> None:
        self.done = done
        ids = [log.pk for log in logs]
        days = {name: Cast(column, TextField()) for name, column in DAYS.items()}
        pieces = list(Evidence.objects.filter(log__in=ids).annotate(**days))
        self.evidence = {piece.pk.hex: piece.as_snapshot for piece in pieces}
        self.pieces = pieces
        self.texts: dict[int, dict[str, str]] = defaultdict(dict)
        self.names: dict[int, str] = {}
        texts = LedgerText.objects.filter(event__log__in=ids).values_list("event_id", "field", "salt", "text")
        for event_id, name, salt, text in texts.iterator(chunk_size=2000):
            self.texts[event_id][name] = commitment(salt, text)
            if name == "signer_name":
                self.names[event_id] = text
        self.streams = {log.pk.hex: Stream(log, leaves.get(log.pk), self) for log in logs}
        entries = LogEntry.objects.filter(log__in=ids).order_by("outcome__position")
        rows = entries.values_list(
            id_text("log_id"),
            id_text("pk"),
            id_text("learner_id"),
            "outcome__code",
            "state",
            "version",
            *(Cast(column, TextField()) for column in EntryState._fields[2:]),
        )
        for log, pk, learner, code, state, version, *moments in rows.iterator(chunk_size=2000):
            self.streams[log].entries[pk] = (code, EntryState(state, version, *map(moment_text, moments)))
            self.streams[log].learners.add(learner)
        columns = [id_text(column) for column in ("entry__log_id", "entry_id", "evidence_id", "replaces_id")]
        for log, *link in EvidenceLink.objects.filter(entry__log__in=ids).values_list(*columns).iterator(chunk_size=2000):
            self.streams[log].links.add(tuple(link))
        signatures = SignOff.objects.filter(entry__log__in=ids)
        moments = {"signed_text": Cast("signed_at", TextField()), "withdrawn_text": Cast("withdrawn_at", TextField())}
        for row in signatures.annotate(log=id_text("entry__log_id"), **moments).iterator(chunk_size=2000):
            self.streams[row.log].signatures[row.event_id] = row
        samples = Sample.objects.filter(sign_off__entry__log__in=ids).select_related("sign_off")
        moments = {"sampled_text": Cast("sampled_at", TextField()), "decided_text": Cast("decided_at", TextField())}
        for sample in samples.annotate(log=id_text("sign_off__entry__log_id"), **moments).iterator(chunk_size=2000):
            self.streams[sample.log].assurance.rows[sample.event_id] = sample

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
            if (
                wrong := wrong_with_erasure(piece, stream.erasures.pieces.get(piece.pk.hex))
                or wrong_with_days(piece)
                or wrong_with_file(piece)
            ):
                yield stream.found(wrong)
