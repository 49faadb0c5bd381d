"""Several workers at once, and people who act while letters are written: one letter each, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from people import letters
from people.letters import send_what_is_due
from people.models import Every, Kind, Letters, Notice, User, Workplace
from people.notices import notices_of, settle, tell
from tests.people.test_notices import LOG, about

WORKERS = 8
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(grace: User, priya: User, amina: User, rosewood: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people have news for a letter, whatever the hour."""
    monkeypatch.setattr(letters, "is_night", lambda _now: False)
    for user in (grace, priya):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
        tell([user], Kind.PDF_READY, about=about(amina, rosewood))
        Letters.to(user).choose(Every.HOUR, at_night=True)
    Notice.objects.update(made_at=timezone.now() - timedelta(hours=1))


def at_once(*jobs: object) -> None:
    """Run jobs at one moment, each over a connection of its own."""
    start = Barrier(len(jobs))

    def run(job: object) -> None:
        start.wait()
        try:
            job()  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(run, jobs))


@pytest.mark.usefixtures("waiting")
def test_eight_workers_send_one_letter_each() -> None:
    at_once(*[send_what_is_due] * WORKERS)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["grace@example.org", "priya@example.org"]


@pytest.mark.usefixtures("waiting")
def test_eight_workers_find_what_a_dead_one_left() -> None:
    Letters.objects.update(claim=uuid4())
    at_once(*[send_what_is_due] * WORKERS)
    assert len(mail.outbox) == 2


def test_an_act_that_holds_notices_holds_up_no_letter_and_no_reader(grace: User, amina: User, rosewood: Workplace) -> None:
    """Neither waits for the other: what the act holds is left for the next time."""
    tell([grace], Kind.DECLARED, about=about(amina, rosewood, "1.1"), by=amina)
    tell([grace], Kind.PDF_READY, about=about(amina, rosewood))
    found: list[object] = []

    def read() -> None:
        try:
            found.append(notices_of(grace).mark_read())
        finally:
            connection.close()

    with transaction.atomic():
        settle([Kind.DECLARED], log=LOG, code="1.9")  # holds the row it looks at
        with ThreadPoolExecutor(1) as pool:
            pool.submit(read).result(timeout=20)
    assert (found, [str(notice.kind) for notice in notices_of(grace).unread()]) == ([1], ["declared"])
