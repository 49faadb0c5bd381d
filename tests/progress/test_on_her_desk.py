"""What is on a supervisor's desk is asked in SQL of its own: exactly the logs that Django's words give her, and as many as wait."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from courses.models import Framework
from people.models import Membership, User, Workplace
from people.permissions import Role
from progress.models import LogEntry, ProgressLog
from progress.on_her_desk import logs_on_desk_of, logs_waiting_for
from tests.cast import add_account, declare, employ, entry_of, sign

Change = Callable[[LogEntry, User], object]
TODAY = timezone.localdate


def roles_of(user: User) -> "QuerySet[Membership]":
    return Membership.objects.filter(user=user)


CHANGES: dict[str, tuple[Change, int]] = {
    "nothing": (lambda _entry, _grace: None, 1),
    "signed off": (sign, 0),
    "called back": (lambda entry, _grace: entry.call_back(by=entry.learner, submission=uuid4()), 0),
    "her role ended": (lambda _entry, grace: roles_of(grace).update(ended_on=TODAY()), 0),
    "her role ends tomorrow": (lambda _entry, grace: roles_of(grace).update(ended_on=TODAY() + timedelta(days=1)), 1),
    "her role has not begun": (lambda _entry, grace: roles_of(grace).update(started_on=TODAY() + timedelta(days=1)), 0),
    "she signs no more": (lambda _entry, grace: roles_of(grace).update(role=Role.MANAGER), 0),
    "the learner has left": (lambda entry, _grace: roles_of(entry.learner).update(ended_on=TODAY()), 0),
    "two roles": (lambda entry, grace: employ(grace, entry.log.workplace, Role.MANAGER), 1),
}


GONE = {"her role ended", "her role has not begun", "she signs no more", "the learner has left"}


@pytest.mark.parametrize("change", CHANGES)
def test_it_counts_what_she_may_decide_on(declared: LogEntry, grace: User, change: str) -> None:
    act, expected = CHANGES[change]
    act(declared, grace)
    assert (logs_waiting_for(grace), ProgressLog.objects.waiting_for(grace).count()) == (expected, expected)
    assert list(logs_on_desk_of(grace)) == list(ProgressLog.objects.for_desk_of(grace)) == ([] if change in GONE else [declared.log])


def test_her_own_log_and_other_homes_do_not_count(
    declared: LogEntry, grace: User, framework: Framework, rosewood: Workplace, birch: Workplace, yusuf: User
) -> None:
    for learner, home in ((grace, rosewood), (yusuf, birch)):
        log = ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())
        add_account(entry_of(log, "1.2"))
        declare(entry_of(log, "1.2"))
    assert (logs_waiting_for(grace), ProgressLog.objects.waiting_for(grace).count()) == (1, 1)
    assert list(logs_on_desk_of(grace)) == list(ProgressLog.objects.for_desk_of(grace)) == [declared.log]


def test_several_outcomes_of_one_log_are_one(declared: LogEntry, grace: User) -> None:
    add_account(entry_of(declared.log, "1.1"))
    declare(entry_of(declared.log, "1.1"))
    assert (logs_waiting_for(grace), ProgressLog.objects.waiting_for(grace).count()) == (1, 1)
