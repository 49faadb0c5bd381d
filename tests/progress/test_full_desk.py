"""A desk with more outcomes than a screen holds: twenty at a time, and each can be reached."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from courses.models import Framework
from people.models import User
from progress.models import ProgressLog
from tests.cast import add_account, declare, entry_of, make_framework


@pytest.fixture
def framework(db: None) -> Framework:
    return make_framework(26)


@pytest.fixture
def desk(client: Client, log: ProgressLog, grace: User) -> Client:
    """Grace at her desk, where 23 outcomes wait: 1.4 to 1.26."""
    for number in range(4, 27):
        add_account(entry_of(log, f"1.{number}"))
        declare(entry_of(log, f"1.{number}"))
    client.force_login(grace)
    return client


def shown(page: str) -> list[str]:
    return re.findall(r"Outcome 1\.(\d+)</span>Explain", page)


@pytest.mark.parametrize(("asked", "first", "last"), [("", 4, 23), ("?screen=2", 24, 26), ("?screen=x", 4, 23), ("?screen=0", 4, 23)])
def test_twenty_at_a_time_oldest_first(desk: Client, log: ProgressLog, asked: str, first: int, last: int) -> None:
    page = desk.get(f"/review/{log.pk}/{asked}").content.decode()
    assert shown(page) == [str(number) for number in range(first, last + 1)]
    assert ("see the next ones" in page) is (first == 4)


def test_what_is_decided_makes_room_for_what_waited(desk: Client, log: ProgressLog) -> None:
    form = {"submission": str(uuid4())}
    for number in range(4, 24):
        entry = entry_of(log, f"1.{number}")
        form |= {
            f"{entry.pk}-{name}": value
            for name, value in {"decision": "sign_off", "method": "observation", "seen": str(entry.version)}.items()
        }
    assert desk.post(f"/review/{log.pk}/decide/", form).status_code == 302
    page = desk.get(f"/review/{log.pk}/").content.decode()
    assert (shown(page), "see the next ones" in page) == (["24", "25", "26"], False)


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        (["sign_off", "sign_off"], "You signed off 2 outcomes"),
        (["return"], "You returned 1 outcome"),
        (["sign_off", "return", "return"], "You signed off 1 and returned 2"),
    ],
)
def test_the_desk_says_what_was_decided(desk: Client, log: ProgressLog, decisions: list[str], told: str) -> None:
    form = {"submission": str(uuid4())}
    for number, decision in enumerate(decisions, start=4):
        entry = entry_of(log, f"1.{number}")
        said = {"decision": decision, "method": "observation", "reason": "Say more.", "seen": str(entry.version)}
        form |= {f"{entry.pk}-{name}": value for name, value in said.items()}
    page = desk.post(f"/review/{log.pk}/decide/", form, follow=True).content.decode()
    assert told in page
