"""A supervisor's desk: one learner's declared outcomes, and the decisions made on them in one submit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from people.models import Membership, Refused, User
from people.permissions import May
from people.proof import Proof
from progress.came_back import CameBack
from progress.decision import Decision
from progress.forms.deciding import DecisionForm
from progress.models import EventType, LedgerEvent, LogEntry, ProgressLog
from progress.shown import Shown
from progress.snapshots import role_snapshot

ON_A_SCREEN = 20  # outcomes of one learner


@dataclass
class Item:
    """One declared outcome with the form that decides on it."""

    entry: LogEntry
    begun: Mapping[str, Any] = field(default_factory=dict)  # what the form begins with: a draft of it
    sent: QueryDict | None = None  # what came back from the browser
    shown: list[Shown] = field(default_factory=list)
    came_back: CameBack | None = None

    @cached_property
    def form(self) -> DecisionForm:
        """Return the form that decides on it. Making one takes longer than everything else about an item."""
        initial = {"seen": self.entry.version, **self.begun}
        return DecisionForm(self.sent, entry=self.entry, prefix=str(self.entry.pk), initial=initial)

    @property
    def is_untouched(self) -> bool:
        """Whether its form looks like that of any other outcome: nothing came back, nothing was begun, and there is no box to tick."""
        return self.sent is None and not any(self.begun.values()) and not self.entry.kept_elsewhere

    @property
    def decision(self) -> str:
        """Return what was chosen, once the form is valid."""
        return str(self.form.cleaned_data.get("decision", DecisionForm.LEAVE))

    @property
    def method_in_words(self) -> str:
        """Return how it was shown, in the words of the form."""
        choices = dict(self.form.fields["method"].choices)  # type: ignore[attr-defined]
        return str(choices.get(self.form.cleaned_data.get("method"), ""))


def desk(log: ProgressLog, only: str = "", begun: Mapping[str, str] | None = None, screen: int = 1) -> list[Item]:
    """Return what waits for a decision, oldest first: a screen of it and one more, which tells that there are more.

    What must be signed one by one comes only when asked for by its code.

    `begun`: what was typed here and not sent, by the names of the form's fields.
    """
    waiting = LogEntry.objects.with_evidence().declared().filter(log=log)
    chosen = waiting.filter(outcome__code=only) if only else waiting.filter(outcome__sign_individually=False)
    first = (screen - 1) * ON_A_SCREEN
    return [Item(entry, _begun(entry, begun) if begun else {}) for entry in _of(log, chosen[first : first + ON_A_SCREEN + 1])]


def action_asked_of(user: User) -> list[LogEntry]:
    """Return what a quality assurer sent back at this supervisor's workplaces, until it is sent for sign-off again; the oldest first."""
    asked = LogEntry.objects.with_action_asked().filter(log__in=ProgressLog.objects.for_desk_of(user))
    return list(asked.select_related("outcome", "log__learner", "log__framework"))


def _begun(entry: LogEntry, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what a decision begins with. Words come back; a choice only if the outcome is as it was when it was made."""
    choices = ["decision", "method", *(f"looked-{piece.pk}" for piece in entry.kept_elsewhere)]
    said = {name: typed.get(f"{entry.pk}-{name}", "") for name in (*choices, "reason", "seen")}
    is_as_it_was = said["seen"] == str(entry.version)
    chosen = {name: said[name] for name in choices if said[name] and is_as_it_was}
    return {**chosen, "reason": said["reason"]}


def sent_back_to_the_desk(log: ProgressLog, data: QueryDict) -> list[Item]:
    """Return the items a form decided on, whatever has become of them since: a second send must find the first."""
    named = [key.removesuffix("-decision") for key in data if key.endswith("-decision")]
    entries = LogEntry.objects.with_evidence().filter(log=log, pk__in=[name for name in named if _is_uuid(name)])
    as_sent = sorted(_of(log, entries), key=lambda entry: named.index(str(entry.pk)))
    return [Item(entry, sent=data) for entry in as_sent]


def one_by_one(log: ProgressLog) -> list[LogEntry]:
    """Return the high-risk outcomes that wait, which never go in a batch."""
    return _of(log, LogEntry.objects.select_related("outcome").declared().filter(log=log, outcome__sign_individually=True))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _of(log: ProgressLog, entries: QuerySet[LogEntry]) -> list[LogEntry]:
    found = list(entries)
    for entry in found:
        entry.log = log
    return found


def decide(items: list[Item], *, by: User, proof: Proof, statement: str, submission: UUID) -> list[LedgerEvent]:
    """Carry out every decision, or none of them: raise Refused when any is refused.

    Each decision's own number is derived from the submission's, so that a form sent
    twice decides once.
    """
    signed = [item for item in items if item.decision == DecisionForm.SIGN]
    alone = next((item.entry.outcome.code for item in signed if item.entry.outcome.sign_individually), None)
    if alone and len(items) > 1:
        raise Refused(_("Sign off %(code)s on its own page.") % {"code": alone})
    with transaction.atomic():
        return [event for item in items if (event := _carry_out(item, by, proof, statement, submission))]


def decisions(items: list[Item], *, by: User, statement: str, submission: UUID, seed: bytes) -> list[Decision]:
    """Return what `decide` would record now, for a passkey to approve. Evidence must be fetched: two queries for all of them."""
    deciding = [item for item in items if item.decision != DecisionForm.LEAVE]
    signer = role_snapshot(by, deciding[0].entry.log.workplace, May.SIGN_OFF) if deciding else None
    return [
        _decision(item, by=by, statement=statement, submission=uuid5(submission, str(item.entry.pk)), seed=seed, signer=signer)
        for item in deciding
    ]


def _decision(item: Item, *, statement: str, **whose: Any) -> Decision:
    said = item.form.cleaned_data
    if item.decision == DecisionForm.SIGN:
        return Decision.signing(item.entry, method=said["method"], statement=statement, **whose)
    return Decision.with_reason(EventType.RETURNED, item.entry, reason=said["reason"], **whose)


def _carry_out(item: Item, by: User, proof: Proof, statement: str, submission: UUID) -> LedgerEvent | None:
    said = item.form.cleaned_data
    own = uuid5(submission, str(item.entry.pk))
    if item.decision == DecisionForm.SIGN:
        how = {"method": said["method"], "statement": statement, "looked_at": item.form.looked_at}
        return item.entry.sign_off(by=by, proof=proof, seen=said["seen"], submission=own, **how)
    if item.decision == DecisionForm.SEND_BACK:
        return item.entry.send_back(by=by, proof=proof, reason=said["reason"], seen=said["seen"], submission=own)
    return None


def role_at(by: User, log: ProgressLog) -> str:
    """Return the role and workplace somebody signs as, in words."""
    membership = Membership.objects.current().that(May.SIGN_OFF).filter(user=by, workplace=log.workplace).first()
    if membership is None:
        return ""
    return f"{membership.job_title or membership.get_role_display()}, {log.workplace.name}"


def decided(log: ProgressLog, submission: UUID) -> list[LedgerEvent]:
    """Return the decisions one submission made, in the order they were recorded."""
    ids = [uuid5(submission, str(pk)) for pk in LogEntry.objects.filter(log=log).values_list("pk", flat=True)]
    return list(LedgerEvent.objects.filter(log=log, event_id__in=ids).select_related("entry__outcome").order_by("seq"))


def is_decided(log: ProgressLog, submission: UUID, *, by: User) -> bool:
    """Return whether this person has sent this form before."""
    return any(event.actor_id == by.pk for event in decided(log, submission))
