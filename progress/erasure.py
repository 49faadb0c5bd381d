"""Erasing personal words for good, while every hash of the chain stays as it was (docs/decisions/0014).

An event says first what is erased, by whom and why; then the database lets the words go, and not before.
What signed a record keeps its name: a signature without a signer is none.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from uuid import UUID, uuid5

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.erasure import forget_account, is_erased
from people.models import Membership, Refused, User
from progress.models import (
    Draft,
    ErasedFile,
    EventType,
    Evidence,
    GroupSession,
    LedgerEvent,
    LedgerText,
    LogEntry,
    ProgressLog,
    WitnessRequest,
)
from progress.models.ledger import ERASURES
from progress.projection import after
from progress.written import answers_behind

# Whoever decided stands by it with her name.
NAMES_THAT_STAY = ("signer_name", "assurer_name")


class Reason(models.TextChoices):
    """Why words were erased: a code, so that the reason itself names nobody."""

    ASKED = "asked", gettext_lazy("the person asked for it")
    NAMES_SOMEBODY = "names_somebody", gettext_lazy("it names somebody who must not be named")
    KEPT_LONG_ENOUGH = "kept_long_enough", gettext_lazy("it was kept as long as it may be")
    ORDERED = "ordered", gettext_lazy("an authority ordered it")
    MISTAKE = "mistake", gettext_lazy("it was added by mistake")


def erase_text(log: ProgressLog, seq: int, field: str, *, by: User, reason: Reason, submission: UUID) -> LedgerEvent:
    """Erase one text of one event of a log. Raise Refused for a signer's name, or where there is no such text."""
    with log.writing():
        if done := log.recorded(submission, EventType.REDACTED, by=by):
            return done
        _only_an_operator(by)
        text = LedgerText.objects.filter(event__log=log, event__seq=seq, field=field).select_related("event").first()
        if text is None:
            raise Refused(_("There are no such words, or they are erased already."))
        if field in NAMES_THAT_STAY:
            raise Refused(_("The name of who decided stays: without it there is no signature."))
        return _erase(log, EventType.REDACTED, [text], [], by, reason, submission)


def erase_piece(piece: Evidence, *, by: User, reason: Reason, submission: UUID) -> LedgerEvent:
    """Erase all words of one piece of evidence, its file, and where its words came from. Raise Refused when that is done already."""
    with piece.log.writing():
        if done := piece.log.recorded(submission, EventType.REDACTED, by=by):
            return done
        _only_an_operator(by)
        piece.refresh_from_db()
        if piece.is_erased:
            raise Refused(_("There are no such words, or they are erased already."))
        for answer in answers_behind(piece):
            answer.delete()
        Draft.objects.filter(fields__submission=str(piece.pk)).delete()
        WitnessRequest.objects.filter(evidence=piece).delete()
        return _erase(piece.log, EventType.REDACTED, [], [piece], by, reason, submission)


def erase_person(person: User, *, by: User, reason: Reason, submission: UUID) -> list[LedgerEvent]:
    """Erase everything personal of somebody who left: words, evidence, files, answers, account. Return an event for each of her logs.

    Her name stays where others' records rest on it. Raise Refused while she still has a role, and for who runs the site.
    """
    _only_an_operator(by)
    logs = list(ProgressLog.objects.filter(learner=person).order_by("pk"))
    with transaction.atomic(), ExitStack() as held:
        for log in logs:
            held.enter_context(log.writing())
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if is_erased(person):
            return list(LedgerEvent.objects.filter(log__in=logs, type=EventType.ERASED).order_by("log"))
        _refuse_who_is_here(person)
        events = [_erase_log(log, by, reason, uuid5(submission, str(log.pk))) for log in logs]
        _forget_what_is_no_record(person)
        forget_account(person, keep_name=stands_on_others(person), by=by)
    return events


def stands_on_others(person: User) -> bool:
    """Return whether somebody else's record rests on this person's name: she decided, recorded or led there."""
    recorded = LedgerEvent.objects.filter(actor=person).exclude(log__learner=person)
    return recorded.exclude(type__in=[*ERASURES, EventType.DOCUMENT_ISSUED]).exists() or GroupSession.objects.filter(leader=person).exists()


def _only_an_operator(by: User) -> None:
    if not (by.is_active and by.is_superuser):
        raise Refused(_("Only somebody who runs this site erases words."))


def _refuse_who_is_here(person: User) -> None:
    if person.is_superuser:
        raise Refused(_("%(name)s runs this site. Take that away first.") % {"name": person.full_name})
    roles = Membership.objects.filter(Q(pk__in=Membership.objects.current()) | Q(pk__in=Membership.objects.to_come()), user=person)
    if role := roles.select_related("workplace").first():
        raise Refused(_("%(name)s still has a role at %(place)s. End it first.") % {"name": person.full_name, "place": role.workplace.name})


def _erase_log(log: ProgressLog, by: User, reason: Reason, submission: UUID) -> LedgerEvent:
    texts = (
        LedgerText.objects.filter(event__log=log).exclude(field__in=NAMES_THAT_STAY).select_related("event").order_by("event__seq", "field")
    )
    return _erase(log, EventType.ERASED, list(texts), list(log.evidence.filter(erased_at=None)), by, reason, submission)


def _erase(
    log: ProgressLog, type: EventType, texts: Sequence[LedgerText], pieces: Sequence[Evidence], by: User, reason: Reason, submission: UUID
) -> LedgerEvent:
    """Say so in the ledger, then let the words go. The log is held."""
    data = {
        "reason": reason.value,
        "texts": [{"seq": text.event.seq, "field": text.field} for text in texts],
        "evidence": [str(piece.pk) for piece in pieces],
    }
    beside = list(LogEntry.objects.filter(log=log, evidence_links__evidence__in=pieces).distinct())
    event = log.append(type, by=by, submission=submission, data=data)
    LedgerText.objects.filter(pk__in=[text.pk for text in texts]).delete()
    for piece in pieces:
        piece.forget_words(event.at)
    for entry in beside:  # so that nobody signs on the strength of a page that still showed the words
        entry.take(after(entry.as_state, type, event.seq, event.at, data))
    return event


def _forget_what_is_no_record(person: User) -> None:
    """Delete what a learner left beside her logs. Drafts, plans and rows of uploads go with the account."""
    for upload in person.uploads.all():
        ErasedFile.let_go("evidence", str(upload.file.name))
    for hers in (person.answers, person.places, person.attendances):
        hers.all().delete()
    WitnessRequest.objects.filter(log__learner=person).delete()
