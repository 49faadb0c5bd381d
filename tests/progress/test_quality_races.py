"""Two assurers at once, and an assurer against a supervisor: one acts, the other hears who did and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from people.models import User, Workplace
from people.permissions import Role
from progress.models import LedgerEvent, LogEntry, Sample, SamplingPlan, SignOff
from tests.cast import employ, entry_of, person
from tests.progress.test_races import assert_the_ledger_is_whole

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def assurers(rosewood: Workplace) -> list[User]:
    made = [person(f"assurer{n}", f"Assurer Number {n}") for n in range(10)]
    for one in made:
        employ(one, rosewood, Role.QUALITY_ASSURER)
    return made


def at_once(presses: list[tuple[User, str, dict[str, str]]]) -> list[Any]:
    """Let everybody press at one moment, each over a connection of their own."""
    start = Barrier(len(presses))
    clients = [Client() for _press in presses]
    for client, (user, _address, _sent) in zip(clients, presses, strict=True):
        client.force_login(user)

    def send(client: Client, press: tuple[User, str, dict[str, str]]) -> Any:
        start.wait()
        try:
            return client.post(press[1], {**press[2], "submission": str(uuid4())})
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(send, clients, presses))


def agreeing(entry: LogEntry, by: User) -> tuple[User, str, dict[str, str]]:
    return by, f"/quality/sign-offs/{entry.sign_offs.get().pk}/", {"seen": str(entry.version), "agree": "1"}


def asking(entry: LogEntry, by: User) -> tuple[User, str, dict[str, str]]:
    return by, f"/quality/sign-offs/{entry.sign_offs.get().pk}/action/", {"seen": str(entry.version), "reason": "Say more."}


def withdrawing(entry: LogEntry, by: User) -> tuple[User, str, dict[str, str]]:
    return by, f"/review/{entry.log_id}/{entry.outcome.code}/withdraw/", {"seen": str(entry.version), "reason": "The wrong person."}


def iqa(entry: LogEntry) -> list[str]:
    return list(LedgerEvent.objects.filter(log=entry.log, type__startswith="iqa").order_by("seq").values_list("type", flat=True))


def test_of_ten_who_agree_or_ask_one_decides(signed: LogEntry, assurers: list[User]) -> None:
    answers = at_once([(agreeing, asking)[n % 2](signed, one) for n, one in enumerate(assurers)])
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [302]
    sample = Sample.objects.get()
    assert iqa(signed) == ["iqa_sampled", f"iqa_{sample.outcome}"]
    assert sample.sampled_by == sample.decided_by
    assert [sample.decided_by.full_name in answer.content.decode() for answer in answers if answer.status_code == 200] == [True] * 9  # type: ignore[union-attr]
    assert (entry_of(signed.log, "1.2").state == "returned") == (sample.outcome == "action")
    assert_the_ledger_is_whole(signed.log)


@pytest.mark.parametrize("act", [agreeing, asking])
def test_an_assurer_against_a_supervisor_who_takes_it_back(signed: LogEntry, assurers: list[User], grace: User, act: Any) -> None:
    first, second = at_once([act(signed, assurers[0]), withdrawing(signed, grace)])
    entry, withdrawn = entry_of(signed.log, "1.2"), SignOff.objects.get()
    assert (entry.state, withdrawn.withdrawn_at is None) in [("returned", False)]
    assert LedgerEvent.objects.filter(log=signed.log, sign_off=None, withdrew__isnull=False).count() == 1
    expected = {302} if act is agreeing and first.status_code == 302 else {200, 302}
    assert {first.status_code, second.status_code} == expected
    assert_the_ledger_is_whole(signed.log)


def test_of_two_plans_at_once_one_holds_and_both_stay(assurers: list[User], rosewood: Workplace) -> None:
    answers = at_once([(one, f"/quality/{rosewood.pk}/plan/", {"share": str(n)}) for n, one in enumerate(assurers)])
    assert [answer.status_code for answer in answers] == [302] * 10
    assert (SamplingPlan.objects.count(), SamplingPlan.objects.filter(ended_at=None).count()) == (10, 1)
