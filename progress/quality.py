"""A quality assurer's desk: what is known of the sign-offs of her workplaces, which of them to look at, and her decisions.

The same six questions to the database, however many workplaces, supervisors and sign-offs there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from people.models import Membership, User, Workplace
from people.permissions import May
from people.proof import Proof
from progress.decision import Decision as Decided
from progress.models import EventType, EvidenceLink, LedgerEvent, LogEntry, ProgressLog, Sample, SamplingPlan, SignOff
from progress.projection import SIGNED_OFF
from progress.risks import CHARACTERS_A_SECOND, SECONDS_A_FILE, WHOLE, Decision, Read, Reason, Why, reasons_to_sample

LOOKS_BACK = timedelta(days=365)
TOLD = {
    EventType.DECLARED: _("Sent for sign-off"),
    EventType.DECLARATION_WITHDRAWN: _("Called back"),
    EventType.RETURNED: _("Returned"),
    EventType.SIGNED_OFF: _("Signed off"),
    EventType.SIGNOFF_WITHDRAWN: _("Sign-off taken back"),
    EventType.IQA_SAMPLED: _("Sampled"),
    EventType.IQA_AGREED: _("Agreed"),
    EventType.IQA_ACTION: _("Action asked for"),
}


def drawn(sign_off: UUID) -> int:
    """Return a sign-off's number below 10,000: always the same, and known to nobody without the site's own secret."""
    return int.from_bytes(salted_hmac("progress.quality", sign_off.hex, algorithm="sha256").digest()[:8]) % WHOLE


def assured_by(user: User) -> QuerySet[SignOff]:
    """Return the sign-offs somebody may look at as a quality assurer: of people at her workplaces today, and none of her own."""
    where = Workplace.objects.where(user, May.ASSURE)
    logs = ProgressLog.objects.visible_to(user).filter(workplace__in=where)
    return SignOff.objects.filter(entry__log__in=logs).exclude(signer=user).exclude(learner=user)


@dataclass
class Overview:
    """One workplace as its quality assurer sees it: of the last year."""

    workplace: Workplace
    plan: SamplingPlan
    reasons: dict[UUID, list[Reason]] = field(default_factory=dict)
    to_sample: list[UUID] = field(default_factory=list)
    waiting: list[UUID] = field(default_factory=list)
    signed: int = 0
    sampled: int = 0

    @property
    def percent(self) -> int:
        """Return how many in a hundred sign-offs were sampled."""
        return round(100 * self.sampled / self.signed) if self.signed else 0


@dataclass(frozen=True)
class Row:
    """A sign-off as it comes from the database, without its words."""

    pk: UUID
    signer: UUID
    learner: UUID
    entry: UUID
    workplace: UUID
    at: datetime
    sent_at: datetime | None
    withdrawn_at: datetime | None
    sampled_at: datetime | None
    outcome: str | None
    is_here: bool

    def may_be_looked_at_by(self, user: User) -> bool:
        """Whether the learner still works there, and the sign-off is in no way the assurer's own."""
        return self.is_here and user.pk not in {self.signer, self.learner}


def overviews(workplaces: Sequence[Workplace], *, by: User) -> list[Overview]:
    """Return what `by` needs to know of each workplace: what waits, what to sample, the riskiest first, then the oldest."""
    since = timezone.now() - LOOKS_BACK
    plans = SamplingPlan.current_of(workplaces)
    signed = _signed(workplaces, since)
    decisions = _decisions(workplaces, since, signed)
    found = [Overview(workplace, plans[workplace.pk]) for workplace in workplaces]
    for one in found:
        rows = [row for row in signed if row.workplace == one.workplace.pk]
        _look(one, rows, decisions[one.workplace.pk], by)
    return found


def _look(one: Overview, rows: Sequence[Row], decisions: Sequence[Decision], by: User) -> None:
    plan = one.plan
    one.reasons = reasons_to_sample(decisions, share=plan.share, risks=plan.risks, draw=drawn, now=timezone.now())
    hers = [row for row in rows if row.may_be_looked_at_by(by)]
    due = [row for row in hers if row.pk in one.reasons]
    one.to_sample = [row.pk for row in sorted(due, key=lambda row: (-len(one.reasons[row.pk]), row.at))]
    one.waiting = [row.pk for row in hers if row.outcome == Sample.Outcome.WAITING and row.withdrawn_at is None]
    one.signed, one.sampled = len(rows), sum(row.sampled_at is not None for row in rows)


def _signed(workplaces: Sequence[Workplace], since: datetime) -> list[Row]:
    here = Membership.objects.current().filter(workplace=OuterRef("entry__log__workplace"), user=OuterRef("learner"))
    rows = SignOff.objects.filter(entry__log__workplace__in=workplaces, signed_at__gte=since).annotate(is_here=Exists(here))
    names = ("pk", "signer_id", "learner_id", "entry_id", "entry__log__workplace_id", "signed_at", "entry__declared_at", "withdrawn_at")
    return [Row(*row) for row in rows.order_by("signed_at").values_list(*names, "sample__sampled_at", "sample__outcome", "is_here")]


def _decisions(workplaces: Sequence[Workplace], since: datetime, signed: Sequence[Row]) -> dict[UUID, list[Decision]]:
    """Return every sign-off and return of each workplace, with the evidence that stands beside it."""
    pieces, number = _pieces(workplaces), _numbers(workplaces, since)
    made: dict[UUID, list[Decision]] = defaultdict(list)
    for row in signed:
        number[row.workplace, row.signer] += 1
        made[row.workplace].append(
            Decision(
                signer=row.signer,
                entry=row.entry,
                at=row.at,
                sign_off=row.pk,
                number=number[row.workplace, row.signer],
                sent_at=row.sent_at,
                stands=row.withdrawn_at is None,
                sampled_at=row.sampled_at,
                pieces=pieces.get(row.entry, ()),
            )
        )
    returned = LedgerEvent.objects.filter(log__workplace__in=workplaces, type=EventType.RETURNED, at__gte=since)
    for workplace, signer, entry, at in returned.values_list("log__workplace_id", "actor_id", "entry_id", "at"):
        made[workplace].append(Decision(signer=signer, entry=entry, at=at, pieces=pieces.get(entry, ())))
    return made


def _pieces(workplaces: Sequence[Workplace]) -> dict[UUID, tuple[Read, ...]]:
    """Return what stands beside each signed outcome, by how long it takes to read."""
    links = EvidenceLink.objects.filter(entry__log__workplace__in=workplaces, entry__state=SIGNED_OFF).order_by()
    found: dict[UUID, tuple[Read, ...]] = defaultdict(tuple)
    names = ("entry_id", "evidence_id", "evidence__added_by_id", "evidence__added_at", "evidence__file_size")
    for entry, piece, added_by, added_at, size, length in links.values_list(*names, Length("evidence__text")):
        seconds = length // CHARACTERS_A_SECOND + (SECONDS_A_FILE if size else 0)
        found[entry] += (Read(piece, seconds, added_by, added_at),)
    return found


def _numbers(workplaces: Sequence[Workplace], since: datetime) -> dict[tuple[UUID, UUID], int]:
    """Return how often each supervisor signed at each workplace before."""
    earlier = SignOff.objects.filter(entry__log__workplace__in=workplaces, signed_at__lt=since).order_by()
    counted = earlier.values_list("entry__log__workplace_id", "signer_id").annotate(Count("pk"))
    return defaultdict(int, {(workplace, signer): count for workplace, signer, count in counted})


def reasons_for(sign_off: SignOff, *, by: User) -> list[Reason]:
    """Return why the plan chose a sign-off; for one that it did not choose, nothing."""
    (one,) = overviews([sign_off.entry.log.workplace], by=by)
    return one.reasons.get(sign_off.pk, [])


def decisions(
    sign_off: SignOff, why: Sequence[str], judged: EventType | None, *, by: User, submission: UUID, seed: bytes, reason: str = ""
) -> list[Decided]:
    """Return what `take`, `agree` or `ask_for_action` would record now, for a passkey to approve. `judged`: None to decide later."""
    entry, found = sign_off.entry, []
    if not sign_off.sampled:
        taken: dict[str, Any] = {"submission": uuid5(submission, "sampled"), "more": {"why": _why(why)}}
        found.append(Decided.assuring(EventType.IQA_SAMPLED, entry, sign_off, by=by, seed=seed, **taken))
    if judged:
        found.append(Decided.assuring(judged, entry, sign_off, by=by, submission=submission, seed=seed, more={}, reason=reason.strip()))
    return found


def _why(why: Sequence[str]) -> list[str]:
    return list(why) or [str(Why.OWN_CHOICE)]


def take(sign_off: SignOff, why: Sequence[str], *, by: User, proof: Proof, seen: int, submission: UUID) -> Sample:
    """Return the sample of a sign-off, taking it if nobody has. Raise Refused as `Sample.take` does."""
    act: dict[str, Any] = {"by": by, "proof": proof, "seen": seen, "submission": uuid5(submission, "sampled")}
    return sign_off.sampled or Sample.take(sign_off.entry, why=_why(why), **act)


def agree(sign_off: SignOff, why: Sequence[str], *, by: User, proof: Proof, seen: int, submission: UUID) -> LedgerEvent:
    """Sample a sign-off and agree with it, or neither."""
    with transaction.atomic():
        sample = take(sign_off, why, by=by, proof=proof, seen=seen, submission=submission)
        return sample.agree(by=by, proof=proof, seen=seen, submission=submission)


def ask_for_action(
    sign_off: SignOff, why: Sequence[str], *, by: User, proof: Proof, reason: str, seen: int, submission: UUID
) -> LedgerEvent:
    """Sample a sign-off and ask for action on it, or neither."""
    with transaction.atomic():
        sample = take(sign_off, why, by=by, proof=proof, seen=seen, submission=submission)
        return sample.ask_for_action(by=by, proof=proof, reason=reason, seen=seen, submission=submission)


@dataclass(frozen=True)
class Happened:
    """One line of what happened with an outcome: when, what and by whom, and the words that were said."""

    event: LedgerEvent
    what: str
    words: str


def history_of(entry: LogEntry) -> list[Happened]:
    """Return what happened with an outcome that matters to who looks at its sign-off, the oldest first. Two queries."""
    told = entry.events.filter(type__in=TOLD).select_related("actor").prefetch_related("texts").order_by("seq")
    return [Happened(event, str(TOLD[EventType(event.type)]), _words(event)) for event in told]


def _words(event: LedgerEvent) -> str:
    return next((text.text for text in event.texts.all() if text.field in {"reason", "note"}), "")
