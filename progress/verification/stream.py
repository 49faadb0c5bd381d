"""One log's chain, read in order: its links, its hashes, and what its events say against what the rows say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from courses.needs import EvidenceKind
from people.permissions import May, roles_that
from progress.canonical import birth_hash, link_hash
from progress.checkpoint import Leaf
from progress.models import EventType
from progress.models.ledger import ERASURES
from progress.projection import EntryState, after
from progress.rules import IN_HER_HANDS
from progress.verification.assurance import ASSURANCE, Assurance
from progress.verification.erasures import Erasures
from progress.verification.evidence import says_the_same
from progress.verification.findings import Finding
from progress.verification.passkeys import Passkeys
from progress.verification.people import is_signature_of
from progress.verification.rows import NAMES, Event, digits, moment_text, read, write

if TYPE_CHECKING:
    from progress.verification.batch import Batch

SIGNERS = frozenset(roles_that(May.SIGN_OFF))
DECISIONS = frozenset({EventType.SIGNED_OFF.value, EventType.RETURNED.value, EventType.SIGNOFF_WITHDRAWN.value})
NOTHING: Mapping[str, Any] = {}
UNTOUCHED = EntryState()


class Stream:
    """One log while its chain is read: where the chain stands, and what it has said so far."""

    def __init__(self, log: Any, leaf: Leaf | None, batch: "Batch") -> None:  # a ProgressLog, and when it was opened as text
        self.log, self.leaf, self.batch = log, leaf, batch
        self.name, self.learner = str(log.pk), log.learner_id.hex
        self.opened_at = moment_text(log.opened_text)
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
        self.erasures = Erasures()
        self.passkeys = Passkeys()
        self.assurance = Assurance()
        self.opened: tuple[Any, Any, Any] | None = None

    def found(self, says: str, seq: int = 0) -> Finding:
        """Return a finding about this log."""
        return Finding(self.name, seq, says)

    def take(self, event: Event) -> Iterator[Finding]:
        """Check the next event of the chain, and follow what it says."""
        yield from self._link(event)
        try:
            payload = read(event.payload)
            is_canonical = write(payload) == event.payload
        except ValueError:
            yield self.found("Its payload cannot be read.", event.seq)
            return
        if not is_canonical:
            yield self.found("Its payload is not in canonical form.", event.seq)
        yield from self._columns(event, payload)
        if not self.erasures.allow(event.seq, self.batch.texts.get(event.pk, NOTHING), payload.get("texts")):
            yield self.found("The words that belong to it are not the ones that were recorded.", event.seq)
        try:
            if event.entry:
                yield from self._follow(event, event.entry, payload)
            elif payload["type"] == EventType.OPENED:
                self.opened = (event.actor, payload["data"]["workplace"]["id"], payload["at"])
            elif event.type in ERASURES:
                yield from self._erasure(event, payload)
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
        held = (self.name, event.seq, event.event, event.type, event.entry, event.actor, moment_text(event.at))
        number, entry, actor = digits(payload.get("event_id")), digits(payload.get("entry")), digits(payload.get("actor"))
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
        elif "evidence" in data and sorted(digits(piece["id"]) for piece in data["evidence"]) != sorted(self.beside[entry]):
            yield self.found("It rests on other evidence than stood beside the outcome.", event.seq)
        if event.type == EventType.DECLARED and event.actor != self.learner:
            yield self.found("Somebody else declared it for the learner.", event.seq)
        elif event.type in DECISIONS:
            yield from self._decision(event, entry, payload)
        elif event.type in ASSURANCE:
            yield from self._assurance(event, entry, payload)

    def _evidence(self, event: Event, entry: str, data: Mapping[str, Any], state: EntryState) -> Iterator[Finding]:
        """Check a piece against what was recorded, and take it beside its outcome, in the place of an earlier version if it says so."""
        piece, number, replaces = data["evidence"], digits(data["evidence"]["id"]), digits(data.get("replaces"))
        self.shown.add((entry, number, replaces))
        self.spoken_of.add(number)
        held = self.batch.evidence.get(number)
        if held is None or not says_the_same(held, piece):
            yield self.found("The evidence it speaks of is not the evidence that was recorded.", event.seq)
        if replaces is not None:
            if replaces not in self.beside[entry] or state.state not in IN_HER_HANDS:
                yield self.found("A new version took a place that was not free for it.", event.seq)
            older = self.batch.evidence.get(replaces, NOTHING)
            if held and (older.get("added_by"), older.get("kind")) != (held["added_by"], held["kind"]):
                yield self.found("Somebody replaced what another recorded.", event.seq)
            self.beside[entry] = [other for other in self.beside[entry] if other != replaces]
        self.beside[entry].append(number)

    def _erasure(self, event: Event, payload: Mapping[str, Any]) -> Iterator[Finding]:
        """Note what is erased; each outcome beside which it stood is another version since."""
        data = payload["data"]
        if not self.erasures.note(event.seq, payload["at"], data, self.spoken_of):
            yield self.found("It erases words that were not there.", event.seq)
        gone = {digits(piece) for piece in data["evidence"]}
        for entry in {str(entry) for entry, piece, _replaced in self.shown if piece in gone}:
            self.states[entry] = after(self.states.get(entry, UNTOUCHED), event.type, event.seq, payload["at"], data)

    def _decision(self, event: Event, entry: str, payload: Mapping[str, Any]) -> Iterator[Finding]:
        """Check who decided, and that the signature on the record is the one in the event."""
        data = payload["data"]
        if event.actor == self.learner:
            yield self.found("The learner decided on her own log.", event.seq)
        signer = data["signer"]
        if (digits(signer["id"]), digits(data["learner"])) != (event.actor, self.learner) or signer["role"] not in SIGNERS:
            yield self.found("It was not decided by somebody who supervised this learner.", event.seq)
        for wrong in self.passkeys.findings(event.actor, payload):
            yield self.found(wrong, event.seq)
        if event.type == EventType.SIGNED_OFF:
            if "seen_where_kept" in data and sorted(data["seen_where_kept"]) != self._kept_elsewhere(data):
                yield self.found("It was signed without the signer’s word for what is kept at the workplace.", event.seq)
            self.signed.add(event.pk)
            self.standing[entry] = event.pk
            self.assurance.note_sign_off(event)
            row = self.signatures.get(event.pk)
            if row is None or row.signer_name != self.batch.names.get(event.pk) or not is_signature_of(row, event, data):
                yield self.found("The signature on the record is not the one that was signed.", event.seq)
        elif event.type == EventType.SIGNOFF_WITHDRAWN and (signed := self.standing.pop(entry, None)) is not None:
            self.withdrawn[signed] = (event.pk, moment_text(event.at))

    def _kept_elsewhere(self, data: Mapping[str, Any]) -> list[str]:
        """Return the pieces a decision rests on that stay at the workplace. Sign-offs before 2026-11-27 do not say that they were seen."""
        kinds = {piece["id"]: self.batch.evidence.get(digits(piece["id"]), NOTHING).get("kind") for piece in data["evidence"]}
        return sorted(pk for pk, kind in kinds.items() if kind == EvidenceKind.SEEN_IN_WORKPLACE)

    def _assurance(self, event: Event, entry: str, payload: Mapping[str, Any]) -> Iterator[Finding]:
        """Check what a quality assurer did; action takes the sign-off back."""
        signed = self.standing.get(entry, 0)
        wrong = [*self.assurance.follow(event, payload["data"], signed, self.learner), *self.passkeys.findings(event.actor, payload)]
        yield from (self.found(says, event.seq) for says in wrong)
        if event.type == EventType.IQA_ACTION and self.standing.pop(entry, None) is not None:
            self.withdrawn[signed] = (event.pk, moment_text(event.at))

    def finish(self) -> Iterator[Finding]:
        """Compare what the whole chain said with what the rows say."""
        if (self.log.head_seq, self.log.head_hash) != (self.seq, self.head):
            yield self.found(f"The log says that it ends at event {self.log.head_seq}; its chain ends at {self.seq}.")
        for seq in self.erasures.lost:
            yield self.found("The words that belong to it are not the ones that were recorded.", seq)
        for seq in self.erasures.still_there:
            yield self.found("Words of it that were erased are still there.", seq)
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
        ends = {pk: (row.withdrawn_by_id, moment_text(row.withdrawn_text)) for pk, row in self.signatures.items()}
        if any(end != self.withdrawn.get(pk, (None, None)) for pk, end in ends.items()):
            yield self.found("A signature was taken back by another event than the record says.")
        if not self.assurance.is_as_its_rows_say:
            yield self.found("What came of a sample is not what its events say.")
