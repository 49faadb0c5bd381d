"""How fast an untouched ledger is verified: 100,000 events in logs of 60 outcomes, made as the product makes them."""

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.management import call_command
from django.utils import timezone

from courses.models import Area, Framework, Outcome
from people.models import Employer, Membership, User, Workplace
from people.permissions import Role
from people.proof import Proof
from progress.canonical import birth_hash, canonical, fresh_salt, link_hash, utc_text
from progress.models import EventType, LedgerEvent, LedgerText, LogEntry, ProgressLog
from progress.projection import EntryState, after
from progress.snapshots import decision_snapshot, outcome_snapshot, proof_snapshot, workplace_snapshot
from progress.verification import Finding, verify

BUDGET = 20_000  # events a second
OUTCOMES = 60


@dataclass(frozen=True)
class Row:
    """One line of the bench's table."""

    what: str
    figure: str
    budget: str
    holds: bool


def measure_ledger(events: int = 100_000) -> list[Row]:
    """Make a ledger of about `events` events in this (scratch) database, verify it, and return what that took."""
    made = _Maker().make(events)
    began = time.perf_counter()
    done = verify(processes=os.cpu_count() or 1)
    speed = made / (time.perf_counter() - began)
    if done.findings or done.events < made:
        raise AssertionError(f"An untouched ledger had findings: {_first(done.findings)}")
    return [Row(f"verify_ledger on {made:,} events", f"{speed:,.0f} events/s", f"≥ {BUDGET:,}", speed >= BUDGET)]


def _first(findings: list[Finding]) -> str:
    return "; ".join(str(finding) for finding in findings[:3]) or "events are missing"


class _Maker:
    """A home, a supervisor, a framework, and as many learners with logs as it takes."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        owner = Employer.objects.create(name=f"Bench {uuid4()}")
        self.home = Workplace.objects.create(employer=owner, name="Bench House")
        self.signer = User.objects.create_user(f"signer-{uuid4().hex[:8]}", full_name="Grace Bench")
        Membership.objects.create(user=self.signer, workplace=self.home, role=Role.SUPERVISOR)
        self.framework = Framework.objects.create(key=f"bench-{uuid4().hex[:8]}", title="Bench", edition="1", wording="own")
        area = Area.objects.create(framework=self.framework, code="1", title="Bench", position=1)
        self.outcomes = Outcome.objects.bulk_create(
            Outcome(framework=self.framework, area=area, code=f"1.{n}", text=f"Outcome {n}", kind="both", position=n)
            for n in range(1, OUTCOMES + 1)
        )

    def make(self, events: int) -> int:
        """Make logs until there are at least this many events; return how many there are."""
        made = 0
        while made < events:
            made += self._log()
        return made

    def _log(self) -> int:
        learner = User(username=f"learner-{uuid4().hex}", full_name="Amina Bench")
        learner.set_unusable_password()
        learner.save()
        log = ProgressLog(learner=learner, framework=self.framework, workplace=self.home)
        log.head_hash = birth_hash(str(log.pk), self.framework.key, self.framework.edition, log.installation)
        log.save()
        entries = [LogEntry(log=log, learner=learner, outcome=outcome) for outcome in self.outcomes]
        chain = _Chain(log)
        chain.add(EventType.OPENED, learner, None, {"workplace": workplace_snapshot(self.home)})
        LogEntry.objects.bulk_create(entries)
        decision = decision_snapshot(entries[0], self.signer) | {"proof": proof_snapshot(Proof("password", timezone.now()))}
        for entry in entries:
            said = {"outcome": outcome_snapshot(entry.outcome), "evidence": [], "statement": "I am ready for this to be signed off."}
            decided = decision | {"outcome": outcome_snapshot(entry.outcome)}
            state = EntryState()
            for kind, who, data in (
                (EventType.DECLARED, learner, said),
                (EventType.DECLARATION_WITHDRAWN, learner, {}),
                (EventType.DECLARED, learner, said),
                (EventType.RETURNED, self.signer, decided),
            ):
                event = chain.add(kind, who, entry, data)
                state = after(state, kind, event.seq, event.at, data)
            for name, value in state._asdict().items():
                setattr(entry, name, value)
        LogEntry.objects.bulk_update(entries, EntryState._fields)
        return chain.write()


class _Chain:
    """One log's events, made in memory and written at once."""

    def __init__(self, log: ProgressLog) -> None:
        self.log = log
        self.at: datetime = timezone.now() - timedelta(days=30)
        self.seq, self.head = 0, log.head_hash
        self.events: list[LedgerEvent] = []
        self.texts: list[LedgerText] = []

    def add(self, kind: EventType, by: User, entry: LogEntry | None, data: object) -> LedgerEvent:
        """Append an event as ProgressLog.append would write it."""
        self.seq += 1
        self.at += timedelta(seconds=61)
        text = LedgerText(field="reason", salt=fresh_salt(), text="Say what she answered.") if kind == EventType.RETURNED else None
        event_id = uuid4()
        payload = canonical(
            {
                "v": 1,
                "stream": str(self.log.pk),
                "seq": self.seq,
                "event_id": str(event_id),
                "type": str(kind),
                "at": utc_text(self.at),
                "actor": str(by.pk),
                "entry": str(entry.pk) if entry else None,
                "data": data,
                "texts": {text.field: text.commitment} if text else {},
            }
        )
        link = link_hash(self.head, payload)
        event = LedgerEvent(
            log=self.log,
            seq=self.seq,
            event_id=event_id,
            type=kind,
            entry=entry,
            actor=by,
            at=self.at,
            payload=payload,
            prev_hash=self.head,
            hash=link,
        )
        self.head = link
        self.events.append(event)
        if text:
            text.event = event
            self.texts.append(text)
        return event

    def write(self) -> int:
        """Write everything and return how many events there were."""
        LedgerEvent.objects.bulk_create(self.events)
        for text in self.texts:
            text.event_id = text.event.pk
        LedgerText.objects.bulk_create(self.texts)
        ProgressLog.objects.filter(pk=self.log.pk).update(head_seq=self.seq, head_hash=self.head, opened_at=self.events[0].at)
        return len(self.events)
