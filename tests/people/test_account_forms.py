"""What allauth's forms say when something is wrong, in our words."""

from typing import Any

import pytest
from django.test import Client

from people.models import User
from tests.cast import PASSWORD

NEW = "four quite plain words"


def errors(client: Client, address: str, **typed: str) -> dict[str, list[str]]:
    form: Any = client.post(address, typed).context["form"]
    return {name: list(found) for name, found in form.errors.items()}


def test_the_door_says_what_to_do(client, amina):
    assert errors(client, "/accounts/login/") == {"login": ["Enter your username."], "password": ["Enter your password."]}
    assert errors(client, "/accounts/login/", login="amina", password="a wrong guess") == {
        "__all__": ["This username and password do not work together. Check both."]
    }


def test_a_forgotten_password(client, db):
    assert errors(client, "/accounts/password/reset/") == {"email": ["Enter your e-mail address."]}
    assert errors(client, "/accounts/password/reset/", email="amina") == {"email": ["Enter a whole e-mail address, with an @."]}


def test_changing_a_password(client: Client, amina: User):
    client.force_login(amina)
    address = "/accounts/password/change/"
    assert errors(client, address) == {"oldpassword": ["Enter your password."], "password1": ["Enter a new password."]}
    assert errors(client, address, oldpassword="a wrong guess", password1=NEW) == {
        "oldpassword": ["This is not your password. Type it again."]
    }
    assert "too short" in errors(client, address, oldpassword=PASSWORD, password1="short")["password1"][0]
    assert client.post(address, {"oldpassword": PASSWORD, "password1": NEW}).status_code == 302
    assert Client().login(username="amina", password=NEW)


@pytest.mark.parametrize("typed", ["", "a wrong guess"])
def test_the_password_once_more(client, amina, typed):
    client.force_login(amina)
    said = {"": "Enter your password."}.get(typed, "This is not your password. Type it again.")
    assert errors(client, "/accounts/reauthenticate/", password=typed) == {"password": [said]}
