"""One door: forty at once get in, guessing stops, and the door tells nobody who has an account."""

import re
from typing import Any

import pytest
from django.test import Client

from people.models import User, Workplace
from people.permissions import Role
from tests.cast import PASSWORD, employ, person

DOOR = "/accounts/login/"


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(DOOR, {"login": username, "password": password, **more})


def test_a_training_room_of_forty_signs_in_from_one_address(rosewood: Workplace) -> None:
    for n in range(40):
        employ(person(f"learner{n}", f"Learner Number {n}"), rosewood, Role.LEARNER)
    assert [sign_in(Client(), f"learner{n}").status_code for n in range(40)] == [302] * 40


def test_the_eleventh_guess_at_one_account_is_not_even_looked_at(amina: User, lena: User) -> None:
    for n in range(10):
        assert "_auth_user_id" not in sign_in(Client(), "amina", f"a wrong guess {n}").wsgi_request.session
    right_but_late = sign_in(Client(), "amina")
    assert (right_but_late.status_code, "_auth_user_id" in right_but_late.wsgi_request.session) == (200, False)
    assert sign_in(Client(), "lena").status_code == 302  # her neighbour still gets in


@pytest.mark.parametrize("guesses", [1, 11])
def test_a_known_and_an_unknown_name_get_the_same_answer(amina: User, guesses: int) -> None:
    for _time in range(guesses):
        known, unknown = (sign_in(Client(), name, "a wrong guess") for name in ("amina", "nobody-here"))
    assert known.status_code == unknown.status_code
    first, second = (re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.content.decode()) for answer in (known, unknown))
    assert first == second


@pytest.mark.parametrize("address", ["/admin/login/", "/_util/login/"])
def test_wagtails_own_doors_lead_to_ours(client: Client, db: None, address: str) -> None:
    assert client.get(f"{address}?next=/learn/")["Location"] == f"{DOOR}?next=/learn/"
    assert client.post(address, {"username": "ada", "password": PASSWORD})["Location"].startswith(DOOR)


@pytest.mark.parametrize("address", ["/admin/password_reset/", "/admin/password_reset/confirm/a/b/", "/accounts/signup/", "/django-admin/"])
def test_every_other_door_is_shut(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "http:evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(amina: User, elsewhere: str) -> None:
    assert sign_in(Client(), "amina", next=elsewhere)["Location"] == "/start/"


def test_signing_in_leads_back_to_where_one_was(amina: User) -> None:
    assert sign_in(Client(), "amina", next="/courses/")["Location"] == "/courses/"
