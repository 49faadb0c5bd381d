"""Whom an act in a log is told to. Called where the act is written down, inside its transaction."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from people.models import User
from people.notices import About, Kind, settle, tell, those_who
from people.permissions import May
from progress.models.ledger import EventType

if TYPE_CHECKING:
    from progress.models import LogEntry, ProgressLog

TO_THE_LEARNER = {
    EventType.RETURNED: Kind.RETURNED,
    EventType.SIGNED_OFF: Kind.SIGNED_OFF,
    EventType.SIGNOFF_WITHDRAWN: Kind.WITHDRAWN,
    EventType.EVIDENCE_ADDED: Kind.RECORDED,  # by a supervisor: nobody is told of what she did herself
}
# What each act makes untrue of what was told before.
SETTLES = {
    EventType.DECLARED: [Kind.RETURNED, Kind.WITHDRAWN, Kind.ACTION_ASKED],
    EventType.DECLARATION_WITHDRAWN: [Kind.DECLARED],
    EventType.SIGNED_OFF: [Kind.DECLARED, Kind.RECORDED, Kind.WITNESSED],
    EventType.RETURNED: [Kind.DECLARED],
    EventType.SIGNOFF_WITHDRAWN: [Kind.SIGNED_OFF],
    EventType.IQA_ACTION: [Kind.SIGNED_OFF],
}


def of(entry: "LogEntry", type: EventType, *, by: User) -> None:
    """Tell those who have to know what has just been done to an outcome: the learner, the supervisors at her workplace, or both."""
    if kinds := SETTLES.get(type):
        settle(kinds, log=entry.log_id, code=entry.outcome.code)
    if type == EventType.DECLARED:
        desk = reverse("progress:review_log", args=[entry.log_id])
        tell(those_who(May.SIGN_OFF, at=entry.log.workplace), Kind.DECLARED, about=about_outcome(entry, address=desk), by=by)
    elif type == EventType.IQA_ACTION:
        concerned = [entry.log.learner, *those_who(May.SIGN_OFF, at=entry.log.workplace)]
        tell(concerned, Kind.ACTION_ASKED, about=about_outcome(entry), by=by)
    elif kind := TO_THE_LEARNER.get(type):
        tell([entry.log.learner], kind, about=about_outcome(entry), by=by)


def of_witness(entries: Iterable["LogEntry"]) -> None:
    """Tell the learner that a witness has answered for these outcomes."""
    for entry in entries:
        tell([entry.log.learner], Kind.WITNESSED, about=about_outcome(entry))


def about_outcome(entry: "LogEntry", *, address: str = "") -> About:
    """Return what a notice about an outcome says. It leads to the outcome, of several to the log; or to `address`."""
    log = entry.log
    return About(
        learner=log.learner,
        title=log.framework.title,
        address=address or entry.get_absolute_url(),
        log_address=address or log.get_absolute_url(),
        workplace=log.workplace,
        log=log.pk,
        codes=(entry.outcome.code,),
    )


def about_log(log: "ProgressLog", *, address: str = "", once: str = "") -> About:
    """Return what a notice about a whole log says. It leads to the log, or to `address`."""
    return About(
        learner=log.learner,
        title=log.framework.title,
        address=address or log.get_absolute_url(),
        workplace=log.workplace,
        log=log.pk,
        day=log.due_on,
        once=once,
    )
