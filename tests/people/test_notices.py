"""The News page: what one person may see of what she was told, and how it is marked as read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import Kind, Membership, Notice, User, Workplace
from people.notices import About, forget_old, notices_of, roles_and_news_of, tell
from people.permissions import Role
from tests.cast import employ

LOG = uuid4()


def about(learner: User, at: Workplace | None, *codes: str, **more: Any) -> About:
    address = f"/learn/logs/{LOG}/"
    return About(learner=learner, title="Dementia care", address=address, workplace=at, log=LOG, codes=codes or ("1.2",), **more)


def lines(client: Client) -> list[str]:
    """Return the lines of the News page, without their markup."""
    page = client.get("/notices/").content.decode()
    return [
        part.split("</span>")[0].replace("<strong>", "").replace("</strong>", "").strip() for part in page.split('class="news-words">')[1:]
    ]


@pytest.fixture
def her(client: Client, grace: User) -> Client:
    client.force_login(grace)
    return client


@pytest.fixture
def sent(grace: User, amina: User, rosewood: Workplace) -> Notice:
    """Amina has sent 1.2: Grace was told."""
    tell([grace], Kind.DECLARED, about=about(amina, rosewood), by=amina)
    return Notice.objects.get()


def test_every_kind_has_its_line_for_the_page_and_for_the_letter() -> None:
    folder = settings.BASE_DIR / "templates" / "people" / "notices"
    for end in ("html", "txt"):
        names = {file.stem for file in folder.glob(f"*.{end}")}
        assert names - {"letter", "confirm_address"} == {str(kind) for kind in Kind}


EVERY_LINE = {
    Kind.DECLARED: "Amina Okafor sent outcome 1.2 of Dementia care for sign-off.",
    Kind.RETURNED: "Priya Shah asks for more work on outcome 1.2 of Dementia care.",
    Kind.SIGNED_OFF: "Priya Shah signed off outcome 1.2 of Dementia care.",
    Kind.WITHDRAWN: "Priya Shah took back the sign-off of outcome 1.2 of Dementia care.",
    Kind.ACTION_ASKED: "Priya Shah looked at the sign-off of outcome 1.2 of Amina Okafor, and asks for more work.",
    Kind.RECORDED: "Priya Shah recorded what they saw or heard. It is evidence now for outcome 1.2 of Dementia care.",
    Kind.WITNESSED: "Your witness has answered. It is evidence now for outcome 1.2 of Dementia care.",
    Kind.SUPERVISOR: "Priya Shah is your supervisor now at Dementia care.",
    Kind.TRY_AT_WORK: "You wanted to try this at work: Dementia care.",
    Kind.DUE_SOON: "Your progress log for Dementia care should be finished by 9 January 2031.",
    Kind.OVERDUE: "The progress log of Amina Okafor for Dementia care was to be finished by 9 January 2031.",
    Kind.PDF_READY: "The PDF of Amina Okafor’s progress log for Dementia care is ready.",
    Kind.PACK_READY: "The portfolio pack for Dementia care is ready.",
    Kind.EVERYTHING_READY: "Your file with everything that is yours is ready.",
    Kind.LOGS_READY: "The progress logs of Dementia care are ready in one file.",
}


@pytest.mark.parametrize("kind", Kind)
def test_what_each_kind_says(her: Client, grace: User, amina: User, priya: User, rosewood: Workplace, kind: Kind) -> None:
    day = timezone.localdate().replace(year=2031, month=1, day=9)
    tell([grace], kind, about=about(amina, rosewood, day=day), by=priya)
    assert lines(her) == [EVERY_LINE[kind]]


def test_a_learner_reads_of_her_own_log_and_not_of_somebody_by_her_name(
    client: Client, amina: User, priya: User, rosewood: Workplace
) -> None:
    tell([amina], Kind.ACTION_ASKED, about=about(amina, rosewood), by=priya)
    client.force_login(amina)
    assert lines(client) == ["Priya Shah looked at the sign-off of outcome 1.2 of Dementia care, and asks for more work."]


def test_several_outcomes_are_one_line(her: Client, grace: User, amina: User, rosewood: Workplace) -> None:
    for code in ("1.2", "1.10", "1.2"):
        tell([grace], Kind.DECLARED, about=about(amina, rosewood, code), by=amina)
    assert lines(her) == ["Amina Okafor sent 2 outcomes of Dementia care for sign-off: 1.2, 1.10."]


def test_nobody_is_told_of_what_she_did_herself_or_twice(grace: User, amina: User, rosewood: Workplace) -> None:
    tell([grace, grace, amina], Kind.DECLARED, about=about(amina, rosewood), by=amina)
    assert [notice.to for notice in Notice.objects.all()] == [grace]


def test_what_is_told_once_is_told_once(grace: User, amina: User, rosewood: Workplace) -> None:
    for _hour in range(2):
        tell([amina, grace], Kind.OVERDUE, about=about(amina, rosewood, once="overdue 1"))
    assert Notice.objects.count() == 2


# What is no longer hers to see. Each of these can leak: without it, Grace sees the line.

OUT_OF_SIGHT: dict[str, Callable[[User, User, Workplace], object]] = {
    "her role ended": lambda grace, _amina, _at: Membership.objects.filter(user=grace).update(ended_on=timezone.localdate()),
    "her role has not begun": lambda grace, _amina, _at: Membership.objects.filter(user=grace).update(
        started_on=timezone.localdate() + timedelta(days=1)
    ),
    "she may look at logs no more": lambda grace, _amina, _at: Membership.objects.filter(user=grace).update(role=Role.LEARNER),
    "she may sign off no more": lambda grace, _amina, _at: Membership.objects.filter(user=grace).update(role=Role.QUALITY_ASSURER),
    "the learner has left": lambda _grace, amina, _at: Membership.objects.filter(user=amina).update(ended_on=timezone.localdate()),
    "she works elsewhere": lambda grace, _amina, at: (
        Membership.objects.filter(user=grace).update(ended_on=timezone.localdate()),
        employ(grace, Workplace.objects.create(employer=at.employer, name="The other house"), Role.SUPERVISOR),
    ),
}


@pytest.mark.parametrize("what", OUT_OF_SIGHT)
def test_of_a_log_that_is_no_longer_hers_to_see_there_is_nothing(
    her: Client, sent: Notice, grace: User, amina: User, rosewood: Workplace, what: str
) -> None:
    assert (len(lines(her)), roles_and_news_of(grace)[1]) == (1, 1)
    OUT_OF_SIGHT[what](grace, amina, rosewood)
    assert (lines(her), roles_and_news_of(grace)[1], list(notices_of(grace))) == ([], 0, [])
    assert "Amina" not in her.get("/notices/").content.decode()
    assert her.post(f"/notices/{sent.pk}/open/").status_code == 404
    sent.refresh_from_db()
    assert sent.read_at is None


def test_a_learner_sees_what_she_was_told_wherever_she_works(client: Client, amina: User, grace: User, rosewood: Workplace) -> None:
    tell([amina], Kind.SIGNED_OFF, about=about(amina, rosewood), by=grace)
    Membership.objects.filter(user=amina).delete()
    client.force_login(amina)
    assert (lines(client), roles_and_news_of(amina)) == (["Grace Mwangi signed off outcome 1.2 of Dementia care."], ([], 1))


def test_an_assurer_keeps_what_is_not_for_a_desk(sent: Notice, grace: User) -> None:
    Membership.objects.filter(user=grace).update(role=Role.QUALITY_ASSURER)
    Notice.objects.update(kind=Kind.PDF_READY)
    assert (list(notices_of(grace)), roles_and_news_of(grace)[1]) == ([sent], 1)


def test_roles_of_today_come_with_the_number(grace: User, rosewood: Workplace, birch: Workplace, olu: User) -> None:
    employ(grace, birch, Role.LEARNER, ended_days_ago=1)
    assert [held.workplace for held in roles_and_news_of(grace)[0]] == [rosewood]
    assert roles_and_news_of(olu) == ([], 0)


# Reading


def test_opening_one_marks_it_and_leads_to_its_page(her: Client, sent: Notice) -> None:
    answer = her.post(f"/notices/{sent.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, f"/learn/logs/{LOG}/")
    assert her.post(f"/notices/{sent.pk}/open/")["Location"] == f"/learn/logs/{LOG}/"
    sent.refresh_from_db()
    assert sent.read_at is not None


def test_looking_marks_nothing(her: Client, sent: Notice) -> None:
    assert [her.get("/notices/").status_code, her.get(f"/notices/{sent.pk}/open/").status_code] == [200, 405]
    sent.refresh_from_db()
    assert sent.read_at is None


def test_anothers_notice_and_a_missing_one_are_not_there(client: Client, sent: Notice, amina: User) -> None:
    client.force_login(amina)
    assert [client.post(f"/notices/{pk}/open/").status_code for pk in (sent.pk, uuid4())] == [404, 404]


def test_unread_ones_come_first_and_are_marked_in_words(her: Client, grace: User, amina: User, rosewood: Workplace) -> None:
    for code in ("1.1", "1.2", "1.3"):
        tell([grace], Kind.DECLARED, about=about(amina, rosewood, code), by=amina)
        Notice.objects.filter(letter=None).update(letter=uuid4())
    newest = Notice.objects.order_by("made_at").last()
    assert newest
    her.post(f"/notices/{newest.pk}/open/")
    said = [f"Amina Okafor sent outcome {code} of Dementia care for sign-off." for code in ("1.2", "1.1", "1.3")]
    assert lines(her) == said
    page = her.get("/notices/").content.decode()
    assert (page.count("New</strong>"), 'class="count">2<' in page) == (2, True)


def test_marking_all_leaves_what_came_after_the_page(her: Client, sent: Notice, grace: User, amina: User, rosewood: Workplace) -> None:
    as_of = her.get("/notices/").context["as_of"]
    tell([grace], Kind.PDF_READY, about=about(amina, rosewood))
    assert her.post("/notices/read/", {"as_of": as_of}).status_code == 302
    assert [str(notice.kind) for notice in notices_of(grace).unread()] == ["pdf_ready"]


@pytest.mark.parametrize("as_of", ["", "yesterday", "2026-13-45T00:00", "2026-11-27T10:00"])
def test_what_no_page_of_ours_sends_marks_nothing(her: Client, sent: Notice, grace: User, as_of: str) -> None:
    assert (her.post("/notices/read/", {"as_of": as_of}).status_code, notices_of(grace).unread().count()) == (404, 1)


def test_a_long_list_has_pages(her: Client, grace: User, amina: User, rosewood: Workplace) -> None:
    for n in range(21):
        tell([grace], Kind.PDF_READY, about=about(amina, rosewood, once=f"pdf {n}"))
    assert (len(lines(her)), "Page 1 of 2" in her.get("/notices/").content.decode()) == (20, True)


def test_a_list_asks_as_many_questions_for_three_as_for_one(her: Client, grace: User, amina: User, rosewood: Workplace) -> None:
    found = []
    her.get("/notices/")  # what every page keeps for a while is there
    for rows in (1, 3):
        for n in range(rows):
            tell([grace], Kind.PDF_READY, about=about(amina, rosewood, once=f"pdf {rows} {n}"))
        with CaptureQueriesContext(connection) as queries:
            her.get("/notices/")
        found.append(len(queries))
    assert found == [6, 6]


def test_notices_are_forgotten_after_ninety_days(sent: Notice, grace: User, amina: User, rosewood: Workplace) -> None:
    tell([grace], Kind.PDF_READY, about=about(amina, rosewood))
    Notice.objects.filter(pk=sent.pk).update(made_at=timezone.now() - timedelta(days=90, minutes=1))
    assert (forget_old(), [str(notice.kind) for notice in Notice.objects.all()]) == (1, ["pdf_ready"])
