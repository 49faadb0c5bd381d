"""Words that were sent after a session ended are given back, to their writer only."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from progress.models import Evidence, LogEntry, ProgressLog
from tests.cast import PASSWORD, entry_of

WORDS = "I sat down beside her first, so that she could see my face."


@pytest.fixture
def address(log: ProgressLog) -> str:
    return f"/learn/logs/{log.pk}/1.2/evidence/reflective-account/"


def sign_in(client: Client, username: str) -> Any:
    return client.post("/accounts/login/?next=/unsent/", {"login": username, "password": PASSWORD})


def send(client: Client, address: str) -> Any:
    return client.post(address, {"title": "Breakfast", "text": WORDS, "submission": str(uuid4())})


@pytest.fixture
def signed_out_while_writing(client: Client, address: str, amina: Any) -> Client:
    """Amina's browser after her session ended and she pressed the button."""
    sign_in(client, "amina")
    client.get(address)
    del client.cookies["session"]
    response = send(client, address)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/unsent/")
    return client


def test_the_writer_gets_her_words_back_and_nothing_was_recorded(signed_out_while_writing, log):
    client = signed_out_while_writing
    sign_in(client, "amina")
    page = client.get("/unsent/").content.decode()
    assert WORDS in page
    assert Evidence.objects.count() == 0


def test_sent_again_it_is_recorded_once(signed_out_while_writing, address, log):
    client = signed_out_while_writing
    sign_in(client, "amina")
    kept = client.session["unsent"]
    fields = dict(kept["fields"])
    client.post(kept["path"], fields)
    client.post(kept["path"], fields)
    assert [piece.title for piece in Evidence.objects.all()] == ["Breakfast"]
    assert isinstance(entry_of(log, "1.2"), LogEntry)


def test_somebody_else_at_the_same_computer_sees_nothing(signed_out_while_writing, lena):
    client = signed_out_while_writing
    sign_in(client, "lena")
    response = client.get("/unsent/", follow=True)
    assert WORDS not in response.content.decode()
    sign_in(client, "amina")
    assert WORDS not in client.get("/unsent/", follow=True).content.decode()


def test_a_browser_nobody_worked_at_keeps_nothing(client, address):
    response = send(client, address)
    assert response["Location"].startswith("/accounts/login/?next=/learn/")
    assert "unsent" not in client.session


def test_signing_out_wipes_the_mark_and_the_browsers_stores(client, amina):
    sign_in(client, "amina")
    client.get("/learn/")
    response = client.post("/accounts/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.cookies["worked-as"].value == ""


def test_personal_pages_are_never_stored(client, amina, log):
    client.force_login(amina)
    assert client.get(f"/learn/logs/{log.pk}/")["Cache-Control"] == "no-store, private"


def test_a_stale_form_gives_every_word_back(amina, address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(amina)
    response = strict.post(address, {"title": "Breakfast", "text": WORDS, "password": "never-shown-again"})
    page = response.content.decode()
    assert (response.status_code, WORDS in page, "never-shown-again" in page) == (403, True, False)
