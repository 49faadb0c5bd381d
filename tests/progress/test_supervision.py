"""Workload on the page: a manager sees who has what and moves people; a supervisor sees her own people first, and may still sign for all."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Framework
from people.models import AuditEvent, Membership, Supervision, User, Workplace
from people.permissions import Role
from people.supervision import agree_limits
from progress.models import ProgressLog
from progress.supervision import desks_of, loads_on, workload_of
from progress.workload import Load
from tests.cast import add_account, add_file, declare, employ, entry_of, make_framework, person, sign


@pytest.fixture
def framework(db: None) -> Framework:
    return make_framework(12)


@pytest.fixture
def ruth(rosewood: Workplace) -> User:
    user = person("ruth", "Ruth Lane")
    employ(user, rosewood, Role.SUPERVISOR, "Team leader")
    return user


def give(learner: User, supervisor: User, at: Workplace) -> Supervision:
    by = User.objects.get(username="priya")
    (made,) = Supervision.assign([learner], supervisor, at=at, by=by)
    return made


def send(learner: User, home: Workplace, framework: Framework, *codes: str) -> ProgressLog:
    """Let a learner send outcomes, each with a short account beside it."""
    log = ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())
    for code in codes:
        add_account(entry_of(log, code))
        declare(entry_of(log, code))
    return log


def seen_by(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def shown(page: str) -> list[str]:
    """Return who stands on To review, in order."""
    return re.findall(r'<article class="card">\s*<h2>([^<]*)</h2>', page)


def piles(page: str) -> list[tuple[str, bool]]:
    """Return the ways to choose on To review, and which is chosen."""
    found = re.findall(r'<li><a href="\?people=\w+"( aria-current="page")?>([^<]*)</a>', page)
    return [(words, bool(current)) for current, words in found]


# What is read from the database


def test_the_numbers_are_those_of_the_evidence_and_of_this_home_alone(
    rosewood: Workplace, birch: Workplace, amina: User, lena: User, yusuf: User, grace: User, priya: User, framework: Framework
) -> None:
    log = send(amina, rosewood, framework, "1.1", "1.2", "1.3")
    add_file(entry_of(log, "1.3"))
    add_file(entry_of(log, "1.3"), "sound")
    send(yusuf, birch, framework, "1.2")
    add_account(entry_of(send(lena, rosewood, framework, "1.4"), "1.5"))  # not sent
    give(amina, grace, rosewood)
    work = workload_of(rosewood)
    (hers,) = work.supervisors
    # 1 of knowledge, 2 of practice, 3 signed one by one and 1 more for its files; 3 minutes each and 2 for each file
    assert [(one.name, one.load) for one in hers.people] == [("Amina Okafor", Load(3, 7, 13))]
    assert [(one.name, one.load) for one in work.without] == [("Lena Novak", Load(1, 2, 3))]
    assert (work.first_choice, hers.room, work.stuck) == (grace.pk, 13, [])


def test_only_those_who_learn_here_need_a_supervisor(
    rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User, idris: User, framework: Framework
) -> None:
    send(ruth, rosewood, framework)
    assert [one.name for one in workload_of(rosewood).without] == ["Amina Okafor", "Ruth Lane"]
    amina.memberships.get().end(by=priya)
    assert [one.name for one in workload_of(rosewood).without] == ["Ruth Lane"]


def test_what_waits_is_counted_in_three_queries_and_no_words_are_read(
    rosewood: Workplace, amina: User, lena: User, grace: User, priya: User, framework: Framework
) -> None:
    make_framework(100, "long")
    for learner in (amina, lena):
        send(learner, rosewood, Framework.objects.get(key="long"), *(f"1.{n}" for n in range(1, 101)))
        give(learner, grace, rosewood)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work = workload_of(rosewood)
    assert (work.supervisors[0].load.items, len(queries)) == (200, 3)
    assert [rosewood.pk.hex in query["sql"].replace("-", "") for query in queries] == [True] * 3  # no other home is asked about
    assert [text for query in queries for text in re.findall(r'(?<!LENGTH\()"progress_evidence"\."text"', query["sql"])] == []
    client = Client()
    client.force_login(priya)
    client.get(f"/team/{rosewood.pk}/workload/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/team/{rosewood.pk}/workload/")
    assert ("200" in page.content.decode(), len(queries)) == (True, 8)


# The manager's page


def test_a_manager_shares_out_the_work_press_by_press(
    client: Client, rosewood: Workplace, amina: User, lena: User, grace: User, ruth: User, priya: User, framework: Framework
) -> None:
    send(amina, rosewood, framework, *(f"1.{n}" for n in range(2, 8)))
    send(lena, rosewood, framework, *(f"1.{n}" for n in range(2, 8)))
    address = f"/team/{rosewood.pk}/workload/"
    page = seen_by(client, priya, address)
    assert [name in page for name in ("Amina Okafor has no supervisor", "Give Amina Okafor to Grace Mwangi")] == [True, True]
    both = {"learners": [str(amina.pk), str(lena.pk)], "supervisor": str(grace.pk)}
    for _press in range(2):
        assert client.post(f"{address}assign/", both)["Location"] == address
    page = client.get(address).content.decode()
    assert "Grace Mwangi now supervises 2 more people." in page
    assert ("26 of 20, 6 above the ceiling" in page, "Everybody has a supervisor." in page) == (True, True)
    assert ("More waits for Grace Mwangi than agreed" in page, "With Amina Okafor the weight would be 13 of 20." in page) == (True, True)
    (suggested,) = re.findall(r'name="supervision" value="([^"]*)"', page)
    for _press in range(2):
        assert client.post(f"{address}move/", {"supervision": suggested, "supervisor": str(ruth.pk)})["Location"] == address
    page = client.get(address).content.decode()
    assert "Ruth Lane now supervises Amina Okafor." in page
    assert (page.count("13 of 20, room for 7"), "What would help" in page) == (2, False)
    assert AuditEvent.objects.filter(actor=priya).count() == 3


def test_the_ceiling_and_the_minutes_are_agreed_there(client: Client, rosewood: Workplace, grace: User, priya: User) -> None:
    address, desk = f"/team/{rosewood.pk}/workload/", str(grace.memberships.get().pk)
    client.force_login(priya)
    assert client.post(f"{address}limits/", {"ceiling": "30", desk: "90"})["Location"] == address
    page = client.get(address).content.decode()
    assert ("0 of 30, room for 30" in page, "0 of 90 minutes a week" in page) == (True, True)
    for ceiling, minutes, says in [("", "90", "Enter a number."), ("201", "", "Enter 200 or fewer."), ("0", "", "Enter 1 or more.")]:
        page = client.post(f"{address}limits/", {"ceiling": ceiling, desk: minutes}).content.decode()
        assert (says in page, "<title>Error: Workload" in page) == (True, True)
    assert "Enter a whole number, such as 240." in client.post(f"{address}limits/", {"ceiling": "9", desk: "an hour"}).content.decode()
    rosewood.refresh_from_db()
    assert rosewood.review_ceiling == 30


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose who gets a supervisor."),
        ({"learners": "lena"}, "Choose a supervisor."),
        ({"learners": "yusuf", "supervisor": "grace"}, "Choose people from the list."),
        ({"learners": "lena", "supervisor": "tom"}, "Choose a supervisor from the list."),
        ({"learners": "lena", "supervisor": "priya"}, "Choose a supervisor from the list."),
        ({"learners": "grace", "supervisor": "grace"}, "Nobody supervises themselves. Choose somebody else."),
    ],
)
def test_what_cannot_be_chosen(
    client: Client,
    rosewood: Workplace,
    lena: User,
    yusuf: User,
    grace: User,
    tom: User,
    priya: User,
    sent: dict[str, str],
    says: str,
    request: pytest.FixtureRequest,
) -> None:
    client.force_login(priya)
    form = {name: str(request.getfixturevalue(who).pk) for name, who in sent.items()}
    page = client.post(f"/team/{rosewood.pk}/workload/assign/", form).content.decode()
    assert (says in page, "<title>Error: Workload" in page, Supervision.objects.count()) == (True, True, 0)


def test_a_move_that_is_too_late_says_so(client: Client, rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User) -> None:
    seen = give(amina, grace, rosewood)
    sam = person("sam", "Samuel Osei")
    employ(sam, rosewood, Role.SUPERVISOR)
    seen.move_to(ruth, by=priya)
    client.force_login(priya)
    page = client.post(f"/team/{rosewood.pk}/workload/move/", {"supervision": str(seen.pk), "supervisor": str(sam.pk)}).content.decode()
    assert "The supervisor of Amina Okafor has changed since you opened the page." in page
    page = client.post(f"/team/{rosewood.pk}/workload/move/", {"supervision": str(uuid4()), "supervisor": str(sam.pk)}).content.decode()
    assert "Choose who moves from the list." in page


def test_a_supervision_of_another_home_cannot_be_moved(
    client: Client, rosewood: Workplace, birch: Workplace, yusuf: User, tom: User, grace: User, priya: User
) -> None:
    boss = person("boss", "Bo Swift")
    employ(boss, birch, Role.MANAGER)
    (theirs,) = Supervision.assign([yusuf], tom, at=birch, by=boss)
    client.force_login(priya)
    form = {"supervision": str(theirs.pk), "supervisor": str(grace.pk)}
    assert "Choose who moves from the list." in client.post(f"/team/{rosewood.pk}/workload/move/", form).content.decode()
    assert client.post(f"/team/{birch.pk}/workload/move/", form).status_code == 404


def test_when_nobody_has_room_the_page_says_what_else_helps(
    client: Client, rosewood: Workplace, amina: User, grace: User, priya: User, framework: Framework
) -> None:
    send(amina, rosewood, framework, "1.2")
    give(amina, grace, rosewood)
    agree_limits(rosewood, 20, {grace.memberships.get().pk: 0}, by=priya)
    page = seen_by(client, priya, f"/team/{rosewood.pk}/workload/")
    assert ("No move would help." in page, "About 3 of 0 minutes a week, 3 too many" in page) == (True, True)
    employ(person("ruth", "Ruth Lane"), rosewood, Role.SUPERVISOR)
    page = client.get(f"/team/{rosewood.pk}/workload/").content.decode()
    assert ("No move would help." in page, "Move Amina Okafor to Ruth Lane" in page) == (False, True)
    assert "Grace Mwangi, room for 18, no time left</option>" in page


# A supervisor's own page


@pytest.fixture
def three(
    rosewood: Workplace, amina: User, lena: User, grace: User, ruth: User, priya: User, framework: Framework
) -> dict[str, ProgressLog]:
    """Lena is with Ruth and sent first, Amina is with Grace, Joe is with nobody; all of them wait."""
    joe = person("joe", "Joe Pike")
    employ(joe, rosewood, Role.LEARNER)
    logs = {user.username: send(user, rosewood, framework, "1.2") for user in (lena, amina, joe)}
    give(lena, ruth, rosewood)
    give(amina, grace, rosewood)
    return logs


@pytest.mark.parametrize(
    ("asked", "chosen", "names"),
    [
        ("", "Your people (1)", ["Amina Okafor"]),
        ("?people=yours", "Your people (1)", ["Amina Okafor"]),
        ("?people=everyone", "Everyone here (3)", ["Lena Novak", "Amina Okafor", "Joe Pike"]),
        ("?people=without", "Without a supervisor (1)", ["Joe Pike"]),
        ("?people=nonsense", "Your people (1)", ["Amina Okafor"]),
    ],
)
def test_she_sees_her_own_people_first_and_chooses(
    client: Client, three: dict[str, ProgressLog], grace: User, asked: str, chosen: str, names: list[str]
) -> None:
    page = seen_by(client, grace, f"/review/{asked}")
    choices = ["Your people (1)", "Everyone here (3)", "Without a supervisor (1)"]
    assert (shown(page), piles(page)) == (names, [(words, words == chosen) for words in choices])
    assert "Your people at Rosewood House: 1 outcome waits. About 3 minutes." in page


def test_any_supervisor_still_signs_for_everybody(client: Client, three: dict[str, ProgressLog], grace: User) -> None:
    sign(entry_of(three["lena"], "1.2"), grace)
    sign(entry_of(three["joe"], "1.2"), grace)
    page = seen_by(client, grace, "/review/")
    assert [words for words, _chosen in piles(page)] == ["Your people (1)", "Everyone here (1)", "Without a supervisor (0)"]


def test_when_nobody_of_hers_waits_she_sees_everyone(client: Client, three: dict[str, ProgressLog], grace: User) -> None:
    sign(entry_of(three["amina"], "1.2"), grace)
    page = seen_by(client, grace, "/review/")
    assert (shown(page), piles(page)[:2]) == (["Lena Novak", "Joe Pike"], [("Your people (0)", False), ("Everyone here (2)", True)])
    assert "supervised by Ruth Lane" in page
    assert "without a supervisor" in page
    page = client.get("/review/?people=yours").content.decode()
    assert ("Nobody is waiting in this part" in page, "Show everyone" in page) == (True, True)


def test_the_next_after_a_decision_is_one_of_hers(client: Client, three: dict[str, ProgressLog], grace: User) -> None:
    page = seen_by(client, grace, f"/review/{three['joe'].pk}/done/")
    assert ("Next: Amina Okafor" in page, "Next: Lena Novak" in page) == (True, False)


def test_a_role_that_ends_leaves_her_people_to_everyone_on_the_next_request(
    client: Client, three: dict[str, ProgressLog], grace: User, ruth: User, priya: User
) -> None:
    client.force_login(ruth)
    assert shown(client.get("/review/").content.decode()) == ["Lena Novak"]
    ruth.memberships.get().end(by=priya)
    assert client.get("/review/").status_code == 404
    page = seen_by(client, grace, "/review/?people=without")
    assert shown(page) == ["Lena Novak", "Joe Pike"]
    assert "Lena Novak" in seen_by(client, priya, f"/team/{three['lena'].workplace_id}/workload/").split("Without a supervisor")[1]


def test_who_covers_sees_all_that_waits_there_beside_her_own_people(
    client: Client, three: dict[str, ProgressLog], rosewood: Workplace, framework: Framework, priya: User
) -> None:
    cottage = Workplace.objects.create(employer=rosewood.employer, name="Rosewood Cottage")
    meg, zoe, kit = person("meg", "Megan Hughes"), person("zoe", "Zoe Marsh"), person("kit", "Kit Moss")
    for user, role in ((meg, Role.SUPERVISOR), (zoe, Role.LEARNER), (kit, Role.LEARNER), (priya, Role.MANAGER)):
        employ(user, cottage, role)
    for user in (zoe, kit):
        send(user, cottage, framework, "1.2")
    give(zoe, meg, cottage)
    today = timezone.localdate()
    Membership.lend(meg, rosewood, first=today, last=today + timedelta(days=6), by=priya)
    page = seen_by(client, meg, "/review/")
    assert shown(page) == ["Lena Novak", "Amina Okafor", "Joe Pike", "Zoe Marsh"]
    assert "You have nobody of your own at Rosewood House, so all who wait there are here too." in page
    assert piles(page) == [("Your people (4)", True), ("Everyone here (5)", False), ("Without a supervisor (2)", False)]
    hers = [(desk.name, load) for desk, load in loads_on(desks_of(meg), meg)]
    assert hers == [("Rosewood Cottage", Load(1, 2, 3))]


def test_where_nobody_has_a_supervisor_the_page_is_as_it_was(
    client: Client, rosewood: Workplace, amina: User, grace: User, framework: Framework
) -> None:
    send(amina, rosewood, framework, "1.2")
    page = seen_by(client, grace, "/review/")
    assert (shown(page), piles(page), "supervised by" in page, "Your people" in page) == (["Amina Okafor"], [], False, False)


def test_pages_of_a_pile_keep_the_choice(
    client: Client, rosewood: Workplace, amina: User, grace: User, priya: User, framework: Framework, monkeypatch: Any
) -> None:
    monkeypatch.setattr("progress.views.review.CARDS_ON_A_PAGE", 1)
    for number in range(3):
        one = person(f"one{number}", f"One {number}")
        employ(one, rosewood, Role.LEARNER)
        send(one, rosewood, framework, "1.2")
        if number:
            give(one, grace, rosewood)
    page = seen_by(client, grace, "/review/?people=yours&page=2")
    assert (shown(page), "?page=1&amp;people=yours" in page, "Page 2 of 2" in page) == (["One 2"], True, True)


def test_a_learner_is_told_who_sees_it_first(
    client: Client, amina: User, grace: User, priya: User, rosewood: Workplace, framework: Framework
) -> None:
    log = send(amina, rosewood, framework, "1.2")
    add_account(entry_of(log, "1.4"))
    client.force_login(amina)
    pages = [log.get_absolute_url(), f"/learn/logs/{log.pk}/1.4/declare/", f"/learn/logs/{log.pk}/1.2/sent/"]
    assert ["Grace Mwangi" in client.get(page).content.decode() for page in pages] == [False, False, False]
    give(amina, grace, rosewood)
    told = [
        "Your supervisor at Rosewood House is Grace Mwangi.",
        "Grace Mwangi is your supervisor and sees it first.",
        "Grace Mwangi is your supervisor and sees it first.",
    ]
    assert [words in client.get(page).content.decode() for page, words in zip(pages, told, strict=True)] == [True, True, True]
    client.force_login(priya)
    assert "The supervisor at Rosewood House is Grace Mwangi." in client.get(pages[0]).content.decode()
