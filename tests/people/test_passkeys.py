"""A passkey opens the one door, is added and removed by its owner alone, and leaves a line that says so."""

import json
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client

from people.models import AuditEvent, User
from people.proof import PROVED_BY
from tests.authenticator import Phone, base64url
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def her(client: Client, grace: User) -> Client:
    """Grace, who has just typed her password again."""
    client.defaults["HTTP_HOST"] = "localhost"
    client.force_login(grace)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def add(her: Client, phone: Phone) -> Any:
    asked = her.get("/accounts/passkeys/add/").context["js_data"]["creation_options"]["publicKey"]["challenge"]
    form = {"name": "Work phone", "passwordless": "on", "credential": json.dumps(phone.made(asked))}
    return her.post("/accounts/passkeys/add/", form)


def test_a_passkey_is_added_and_says_who_added_it(her: Client, grace: User) -> None:
    add(her, Phone(grace))
    assert [str(one) for one in Authenticator.objects.filter(user=grace)] == ["Work phone"]
    assert list(AuditEvent.objects.values_list("verb", "actor", "about_id")) == [("added a passkey", grace.pk, grace.pk)]


def test_nobody_adds_one_without_the_password(client: Client, grace: User) -> None:
    client.force_login(grace)
    assert client.get("/accounts/passkeys/add/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/passkeys/add/", {"name": "x", "passwordless": "on", "credential": json.dumps(Phone(grace).made("AA"))})
    assert not Authenticator.objects.exists()


def test_one_that_does_not_know_its_owner_is_refused(her: Client, grace: User) -> None:
    page = add(her, Phone(grace, flags=0b001)).content.decode()
    assert ("The passkey did not work. Try again." in page, Authenticator.objects.count()) == (True, 0)


def test_a_passkey_signs_in_and_is_proof_of_its_own_kind(client: Client, grace: User) -> None:
    client.defaults["HTTP_HOST"] = "localhost"
    phone = Phone(grace).is_added()
    asked = client.get("/accounts/passkeys/sign-in/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    answer = phone.answer(asked["request_options"]["publicKey"]["challenge"])
    answer["response"]["userHandle"] = handle_of(grace)
    client.post("/accounts/passkeys/sign-in/", {"credential": json.dumps(answer)})
    assert (client.session["_auth_user_id"], client.session[PROVED_BY]) == (str(grace.pk), "passkey")


def handle_of(user: User) -> str:
    return base64url(user_pk_to_url_str(user).encode())


def test_the_password_still_opens_the_door_of_somebody_who_has_a_passkey(client: Client, grace: User) -> None:
    Phone(grace).is_added()
    client.post("/accounts/login/", {"login": "grace", "password": PASSWORD})
    assert (client.session["_auth_user_id"], client.session[PROVED_BY]) == (str(grace.pk), "password")


def test_a_passkey_of_somebody_who_may_not_sign_in_opens_nothing(client: Client, grace: User) -> None:
    client.defaults["HTTP_HOST"] = "localhost"
    phone = Phone(grace).is_added()
    User.objects.filter(pk=grace.pk).update(is_active=False)
    asked = client.get("/accounts/passkeys/sign-in/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    answer = phone.answer(asked["request_options"]["publicKey"]["challenge"])
    answer["response"]["userHandle"] = handle_of(grace)
    client.post("/accounts/passkeys/sign-in/", {"credential": json.dumps(answer)})
    assert "_auth_user_id" not in client.session


def test_nobody_removes_anothers_passkey(her: Client, tom: User, grace: User) -> None:
    Phone(tom).is_added()
    Phone(grace).is_added()
    his, hers = (Authenticator.objects.get(user=user).pk for user in (tom, grace))
    assert her.post(f"/accounts/passkeys/{his}/remove/").status_code == 404
    her.post(f"/accounts/passkeys/{hers}/remove/")
    assert list(Authenticator.objects.values_list("pk", flat=True)) == [his]
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["removed a passkey"]


def test_forty_people_of_one_home_sign_in_with_passkeys_in_a_minute(client: Client, db: None) -> None:
    answers = {client.get("/accounts/passkeys/sign-in/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code for _one in range(40)}
    assert answers == {200}
