"""Notices that come with a day: a task to try at work, a log to be finished soon, a log past its day. Each is told once."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from people.models import Membership, Notice
from people.notices import About, Kind, tell, those_who
from people.permissions import May
from progress.models import LogEntry, Plan, ProgressLog
from progress.news import about_log

SOON = timedelta(days=14)
# So far back a worker catches up that was away. Shorter than notices are kept: they are what shows that somebody was told.
LATE_BY = timedelta(days=30)
TRIED_BY = timedelta(days=3)


def remind() -> None:
    """Tell what today asks for."""
    for plan in _plans_of_today():
        once = f"plan {plan.pk} {plan.day}"
        about = About(learner=plan.learner, title=plan.task[:200], address=plan.get_absolute_url(), day=plan.day, once=once)
        tell([plan.learner], Kind.TRY_AT_WORK, about=about)
    today = timezone.localdate()
    for log in _untold(Kind.DUE_SOON).filter(due_on__gte=today, due_on__lte=today + SOON):
        tell([log.learner], Kind.DUE_SOON, about=about_log(log, once=f"soon {log.pk} {log.due_on}"))
    for log in _untold(Kind.OVERDUE).filter(due_on__lt=today, due_on__gt=today - LATE_BY):
        people = [log.learner, *those_who(May.MANAGE_PEOPLE, at=log.workplace)]
        tell(people, Kind.OVERDUE, about=about_log(log, once=f"overdue {log.pk} {log.due_on}"))


def _plans_of_today() -> Iterator[Plan]:
    """Return the tasks whose day is today, or was while nobody reminded; without those an author has taken away."""
    today = timezone.localdate()
    chosen = Plan.objects.filter(day__lte=today, day__gt=today - TRIED_BY, module__live=True)
    return (plan for plan in chosen.select_related("module", "learner") if plan.task)


def _untold(kind: Kind) -> QuerySet[ProgressLog]:
    """Return the logs that somebody still works on at their workplace, and of whose day nobody has been told in this way."""
    here = Membership.objects.current().filter(user=OuterRef("learner"), workplace=OuterRef("workplace"))
    left = LogEntry.objects.filter(log=OuterRef("pk")).exclude(state=LogEntry.State.SIGNED_OFF)
    told = Notice.objects.filter(log=OuterRef("pk"), kind=kind, day=OuterRef("due_on"))
    return ProgressLog.objects.filter(Exists(here), Exists(left), ~Exists(told)).select_related("learner", "framework", "workplace")
