"""Joining a workplace with a code."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.models import AuditEvent, JoinCode, Membership, User, Workplace
from people.permissions import Role
from tests.cast import PASSWORD


@pytest.fixture
def code(rosewood: Workplace, priya: User) -> JoinCode:
    return JoinCode.make(rosewood, by=priya)


def join(client: Client, code: str, **changes: str) -> Any:
    return client.post("/join/", {"code": code, "full_name": "Nadia Haddad", "username": "nadia", "password": PASSWORD, **changes})


def error_texts(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_a_newcomer_becomes_a_care_worker_and_nothing_more(client, code, rosewood):
    response = join(client, code.code)
    assert (response.status_code, response["Location"]) == (302, "/learn/")
    nadia = User.objects.get(username="nadia")
    assert [(m.workplace, m.role) for m in nadia.memberships.all()] == [(rosewood, Role.LEARNER)]
    assert (nadia.is_superuser, nadia.is_staff) == (False, False)
    assert client.get("/learn/").status_code == 200


@pytest.mark.parametrize("name", ["", " ", "\u202e\u2066"])
def test_a_name_of_nothing_is_refused_once(client, code, name):
    assert error_texts(join(client, code.code, full_name=name)) == {"full_name": ["Enter your full name."]}


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "nohyphen"])
def test_a_code_works_however_it_is_typed(client, code, typed):
    words = {"lower": code.code.lower(), "nohyphen": code.code.replace("-", "")}.get(typed) or typed.format(code.code)
    assert join(client, words).status_code == 302


def test_a_code_that_ran_out_admits_nobody(client, code):
    JoinCode.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert error_texts(join(client, code.code)) == {"code": ["This code does not work. Check it, or ask your manager for a new one."]}
    assert not User.objects.filter(username="nadia").exists()


def test_a_new_code_ends_the_old_one(client, code, rosewood, priya):
    newer = JoinCode.make(rosewood, by=priya)
    assert "code" in error_texts(join(client, code.code))
    assert join(client, newer.code).status_code == 302


def test_every_wrong_field_is_named_and_every_right_one_is_kept(client, code, amina):
    response = join(client, code.code, username="Amina", password="short")
    assert error_texts(response) == {
        "username": ["This username is taken. Choose another one."],
        "password": ["This password is too short. It must contain at least 10 characters."],
    }
    assert f'value="{code.code}"' in response.content.decode()
    assert 'value="Nadia Haddad"' in response.content.decode()


def test_a_role_cannot_be_smuggled_in(client, code):
    join(client, code.code, role="supervisor", is_superuser="on", is_staff="on")
    nadia = User.objects.get(username="nadia")
    assert ([m.role for m in nadia.memberships.all()], nadia.is_superuser) == ([Role.LEARNER], False)


def test_somebody_with_an_account_joins_with_the_code_alone(client, code, tom, rosewood):
    client.force_login(tom)
    client.post("/join/", {"code": code.code})
    client.post("/join/", {"code": code.code})
    assert tom.memberships.filter(workplace=rosewood, role=Role.LEARNER).count() == 1


def test_direction_marks_are_taken_out_of_a_name(client, code):
    join(client, code.code, full_name="Nadia \u202eevil\u202c Haddad")
    assert User.objects.get(username="nadia").full_name == "Nadia evil Haddad"


def test_making_a_code_leaves_a_trace_without_the_code(code, priya, rosewood):
    assert [(e.actor, e.verb, e.about_id) for e in AuditEvent.objects.all()] == [(priya, "made a join code", rosewood.pk)]


def test_two_memberships_of_one_role_cannot_be_open(amina, rosewood, code):
    code.admit(amina)
    assert Membership.objects.filter(user=amina).count() == 1
