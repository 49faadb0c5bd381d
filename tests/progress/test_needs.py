"""What an outcome asks for, and how the page says what is still missing."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses import needs
from people.models import Refused, User
from progress.models import Evidence, LogEntry, ProgressLog
from tests.cast import add_account, declare, entry_of


def ask(log: ProgressLog, code: str, **needs: object) -> None:
    outcome = entry_of(log, code).outcome
    for name, value in needs.items():
        setattr(outcome, name, value)
    outcome.save()


def watched(entry: LogEntry, by: User, days_ago: int = 0) -> Evidence:
    words = {"kind": "observation", "title": "Breakfast", "text": "She waited.", "seen_on": timezone.localdate() - timedelta(days=days_ago)}
    return Evidence.record(entry.log, [entry], by=by, submission=uuid4(), **words)


@pytest.mark.parametrize(
    ("accounts", "observations", "expected"),
    [
        (0, 0, "2 more are needed, and one must be an observation."),
        (1, 0, "One more is needed, and it must be an observation."),
        (2, 0, "One more is needed, and it must be an observation."),
        (0, 1, "Add one more piece of evidence from your work."),
        (1, 1, None),
    ],
)
def test_two_pieces_one_of_them_an_observation(
    log: ProgressLog, grace: User, accounts: int, observations: int, expected: str | None
) -> None:
    ask(log, "1.2", evidence_needed=2, evidence_kinds=["observation"])
    for _piece in range(accounts):
        add_account(entry_of(log, "1.2"))
    for _piece in range(observations):
        watched(entry_of(log, "1.2"), grace)
    assert entry_of(log, "1.2").missing == expected


def test_any_of_several_kinds_will_do(log: ProgressLog, grace: User) -> None:
    ask(log, "1.2", evidence_kinds=["observation", "witness_statement", "simulation"])
    assert entry_of(log, "1.2").missing == "One more is needed, and it must be an observation, a witness statement or a simulation."
    watched(entry_of(log, "1.2"), grace)
    assert entry_of(log, "1.2").missing is None


def test_what_is_too_old_does_not_count(log: ProgressLog, grace: User) -> None:
    ask(log, "1.2", evidence_needed=2, evidence_months=12)
    watched(entry_of(log, "1.2"), grace, days_ago=400)
    watched(entry_of(log, "1.2"), grace, days_ago=360)
    assert entry_of(log, "1.2").missing == (
        "Add one more piece of evidence from your work. 1 piece is older than 12 months and does not count."
    )


def test_what_a_supervisor_leaves_lying_does_not_grow_too_old(log: ProgressLog, grace: User) -> None:
    ask(log, "1.2", evidence_months=1)
    add_account(entry_of(log, "1.2"))
    declare(entry_of(log, "1.2"))
    LogEntry.objects.filter(pk=entry_of(log, "1.2").pk).update(declared_at=timezone.now() - timedelta(days=90))
    Evidence.objects.update(added_at=timezone.now() - timedelta(days=100))
    assert entry_of(log, "1.2").missing is None


def test_what_lacks_its_kind_is_not_sent(log: ProgressLog) -> None:
    ask(log, "1.2", evidence_kinds=["observation"])
    add_account(entry_of(log, "1.2"))
    with pytest.raises(Refused) as refused:
        declare(entry_of(log, "1.2"))
    assert refused.value.messages == ["One more is needed, and it must be an observation."]


@pytest.mark.parametrize(("kinds", "told"), [(["observation"], True), (["observation", "work_product"], False), ([], False)])
def test_the_learner_is_told_what_only_others_can_record(log: ProgressLog, client: Client, kinds: list[str], told: bool) -> None:
    ask(log, "1.2", evidence_kinds=kinds)
    client.force_login(log.learner)
    page = client.get(entry_of(log, "1.2").get_absolute_url()).content.decode()
    assert ("You cannot add it yourself" in page) is told
    assert "Needed: 1 piece of evidence." in page


def test_a_list_asks_no_more_for_more_evidence(log: ProgressLog, grace: User, django_assert_num_queries: Callable[[int], object]) -> None:
    ask(log, "1.2", evidence_needed=3, evidence_kinds=["observation"])
    for pieces in (1, 3):
        for _piece in range(pieces):
            add_account(entry_of(log, "1.2"))
        with django_assert_num_queries(2):  # type: ignore[attr-defined]
            assert all(entry.missing for entry in LogEntry.objects.in_a_list().filter(log=log))


@pytest.mark.parametrize(
    ("pieces", "kinds", "months", "expected"),
    [
        (1, [], 0, "1 piece of evidence."),
        (1, ["observation"], 12, "1 piece of evidence. It must be an observation. Not older than 12 months."),
        (3, ["observation", "simulation"], 1, "3 pieces of evidence. One must be an observation or a simulation. Not older than 1 month."),
    ],
)
def test_needs_in_words(pieces: int, kinds: list[str], months: int, expected: str) -> None:
    assert needs.in_words(pieces, kinds, months) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 12, 1), 24, date(2024, 12, 1)),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert needs.months_before(day, months) == expected
