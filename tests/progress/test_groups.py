"""Group sessions: who may lead one, who was in the room, and for how long."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.activities import BLOCKS
from courses.models import ModulePage
from people.models import Membership, User, Workplace
from people.permissions import Role
from progress.models import Answer, Attendance, GroupSession
from tests.cast import STEPS, employ

STEP = "/courses/dementia-care/what-dementia-is/step/1/"


@pytest.fixture
def module(module: ModulePage) -> ModulePage:
    """The cast's module with a group session in its first step."""
    steps = json.loads(json.dumps(STEPS))
    block: Any = BLOCKS["group_session"]()
    steps[0]["value"]["content"].append({"type": "group_session", "id": "g1", "value": block.meta.preview_value})
    module.steps = json.dumps(steps)
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lead(user: User, module: ModulePage) -> int:
    return at(user).post(f"/learn/modules/{module.pk}/lead/g1/").status_code


def join(user: User, module: ModulePage, code: str) -> str:
    return at(user).post(f"/learn/modules/{module.pk}/join/g1/", {"code": code}, follow=True).content.decode()


@pytest.fixture
def session(module: ModulePage, grace: User) -> GroupSession:
    """A session that Grace opened at Rosewood House."""
    lead(grace, module)
    return GroupSession.objects.get()


@pytest.mark.parametrize(("who", "status"), [("grace", 302), ("priya", 302), ("amina", 404), ("idris", 404), ("olu", 404)])
def test_supervisors_and_managers_lead(module: ModulePage, who: str, status: int, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)
    assert lead(user, module) == status
    page = at(user).get(STEP).content.decode()
    assert ("Give each a card." in page, "Lead this session" in page) == (status == 302, status == 302)


def test_who_leads_at_several_workplaces_says_where(
    module: ModulePage, grace: User, birch: Workplace, rosewood: Workplace, tom: User
) -> None:
    assert "Where do you lead it?" not in at(grace).get(STEP).content.decode()
    employ(grace, birch, Role.SUPERVISOR)
    assert "Where do you lead it?" in at(grace).get(STEP).content.decode()
    at(grace).post(f"/learn/modules/{module.pk}/lead/g1/", {"workplace": str(rosewood.pk)})
    assert GroupSession.objects.get().workplace == rosewood


def test_nobody_leads_where_she_has_no_such_role(module: ModulePage, tom: User, rosewood: Workplace) -> None:
    answer = at(tom).post(f"/learn/modules/{module.pk}/lead/g1/", {"workplace": str(rosewood.pk)})
    assert (answer.status_code, GroupSession.objects.count()) == (404, 0)


def test_pressed_twice_it_is_one_session(session: GroupSession, module: ModulePage, grace: User) -> None:
    lead(grace, module)
    assert [found.pk for found in GroupSession.objects.all()] == [session.pk]


@pytest.mark.parametrize("typed", ["{code}", "{lower}", " {spaced} "])
def test_who_types_the_code_was_there(session: GroupSession, module: ModulePage, amina: User, yusuf: User, typed: str) -> None:
    code = typed.format(code=session.code, lower=session.code.lower(), spaced=session.code.replace("-", " "))
    for user in (amina, yusuf, amina):  # a colleague of another home may sit in the room too
        assert "You were there on" in join(user, module, code)
    assert [there.learner for there in session.attendances.all()] == [amina, yusuf]


@pytest.mark.parametrize("code", ["", "AAAA-2222", "x" * 200])
def test_another_code_is_a_clear_error_and_stays_in_the_field(session: GroupSession, module: ModulePage, amina: User, code: str) -> None:
    page = join(amina, module, code)
    assert ("No open session has this code." in page, "<title>Error: " in page, f'value="{code[:20]}"' in page) == (True, True, True)
    assert Attendance.objects.count() == 0


def test_nobody_joins_a_room_that_is_closed_or_her_own(session: GroupSession, module: ModulePage, amina: User, grace: User) -> None:
    assert "You lead this session." in join(grace, module, session.code)
    GroupSession.objects.update(opened_at=timezone.now() - timedelta(hours=13))
    assert "No open session has this code." in join(amina, module, session.code)
    GroupSession.objects.update(opened_at=timezone.now(), ended_at=timezone.now(), minutes=45)
    assert "No open session has this code." in join(amina, module, session.code)


def test_ending_it_keeps_how_long_it_took_once(session: GroupSession, module: ModulePage, amina: User, grace: User) -> None:
    join(amina, module, session.code)
    for minutes in ("", "x", "2", "9999"):
        page = at(grace).post(session.get_absolute_url(), {"minutes": minutes}).content.decode()
        assert "<title>Error: " in page
    for minutes in ("50", "300"):
        at(grace).post(session.get_absolute_url(), {"minutes": minutes})
    session.refresh_from_db()
    assert (session.minutes, "50 minutes" in at(amina).get(STEP).content.decode()) == (50, True)
    assert "Amina Okafor" in at(grace).get(session.get_absolute_url()).content.decode()


def test_a_role_that_ended_opens_no_session_any_more(session: GroupSession, grace: User) -> None:
    Membership.objects.filter(user=grace).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert at(grace).get(session.get_absolute_url()).status_code == 404


def test_what_each_writes_is_their_own(session: GroupSession, module: ModulePage, amina: User, grace: User) -> None:
    join(amina, module, session.code)
    at(amina).post(f"/learn/modules/{module.pk}/words/g1/", {"words": "I heard how alone he was."})
    assert Answer.objects.get().given == {"words": "I heard how alone he was."}
    assert "how alone" not in at(grace).get(session.get_absolute_url()).content.decode()
