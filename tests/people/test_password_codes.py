"""Somebody without an e-mail address forgot her password: her manager's code lets her in, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.models import AuditEvent, PasswordCode, Refused, User, Workplace
from people.permissions import Role
from tests.cast import PASSWORD, employ

NEW = "four quite plain words"


@pytest.fixture
def code(amina: User, priya: User) -> str:
    return PasswordCode.make(amina, by=priya)


def choose(client: Client, code: str, **changes: str) -> Any:
    return client.post("/new-password/", {"username": "amina", "code": code, "password": NEW, **changes})


def lets_in(password: str, username: str = "amina") -> bool:
    return Client().login(username=username, password=password)


def test_a_manager_makes_a_code_and_sees_it_once(client, rosewood, priya, amina):
    client.force_login(priya)
    address = f"/team/{rosewood.pk}/{amina.memberships.get().pk}/password/"
    shown = client.post(address)
    code = shown.context["code"]
    assert (code in shown.content.decode(), code in client.get(address).content.decode()) == (True, False)
    assert [event.verb for event in AuditEvent.objects.filter(actor=priya)] == ["made a password code"]
    assert choose(Client(), code).status_code == 302
    assert (lets_in(NEW), lets_in(PASSWORD)) == (True, False)


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_works_once_however_it_is_typed(client, code, typed):
    assert choose(client, typed(code)).status_code == 302
    assert choose(Client(), code).status_code == 200


def test_her_other_sessions_end(client, code, amina):
    elsewhere = Client()
    elsewhere.force_login(amina)
    choose(client, code)
    assert client.get("/learn/").status_code == 200
    assert elsewhere.get("/learn/")["Location"].startswith("/accounts/login/")


def test_after_an_hour_it_is_over(client, code):
    PasswordCode.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    choose(client, code)
    assert lets_in(NEW) is False


def test_five_wrong_tries_end_it(client, code):
    for _try in range(5):
        choose(client, "AAAA-2222")
    assert choose(client, code).status_code == 200
    assert lets_in(NEW) is False


def test_a_new_code_ends_the_one_before(client, code, amina, priya):
    newer = PasswordCode.make(amina, by=priya)
    assert choose(client, code).status_code == 200
    assert choose(client, newer).status_code == 302


def test_a_code_is_of_no_use_with_another_name(client, code, lena):
    choose(client, code, username="lena")
    assert lets_in(NEW, "lena") is False


def test_a_known_and_an_unknown_name_get_the_same_answer(client, code):
    answers = [choose(client, "AAAA-2222", username=name).context["form"].errors for name in ("amina", "nobody-here")]
    assert answers[0] == answers[1]


def test_a_weak_password_is_refused_and_the_code_still_works(client, code):
    assert "too short" in choose(client, code, password="short").content.decode()
    assert choose(client, code).status_code == 302


@pytest.mark.parametrize("who", ["grace", "idris", "olu", "priya"])
def test_nobody_who_signs_or_ever_did_gets_a_code(who, request, priya):
    with pytest.raises(Refused, match="more rights than a care worker"):
        PasswordCode.make(request.getfixturevalue(who), by=priya)


def test_a_supervisor_made_a_care_worker_again_gets_none(client, rosewood, priya, grace):
    grace.memberships.get().change_role(Role.LEARNER, job_title="", by=priya)
    client.force_login(priya)
    page = client.post(f"/team/{rosewood.pk}/{grace.memberships.get(ended_on=None).pk}/password/")
    assert (page.context["code"], PasswordCode.objects.count()) == ("", 0)


def test_who_also_works_for_another_manager_gets_none(rosewood: Workplace, birch: Workplace, priya: User, amina: User):
    employ(amina, birch, Role.LEARNER)
    with pytest.raises(Refused, match="where you are not the manager"):
        PasswordCode.make(amina, by=priya)
