"""My learning begins with one next thing: what came back, else the module she was in, else the first one."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from progress.actions import go_on
from progress.models import LogEntry
from tests.cast import just_now


def next_thing(client: Client, user: User) -> tuple[str, str]:
    """Return the title of the card that stands first, and the words of its button."""
    client.force_login(user)
    card = client.get("/learn/").content.decode().partition('<section class="next"')[2].partition("</section>")[0]
    title = re.search(r'<h2 id="next">(.*?)</h2>', card)
    button = re.search(r'<a class="govuk-button"[^>]*>(.*?)</a>', card)
    return (title[1], button[1]) if title and button else ("", "")


def give_back(entry: LogEntry, by: User) -> None:
    entry.send_back(by=by, proof=just_now(), reason="Say what she answered.", seen=entry.version, submission=uuid4())


def test_somebody_new_is_offered_the_first_module(client: Client, module: ModulePage, amina: User) -> None:
    assert next_thing(client, amina) == ("What dementia is", "Start")


def test_who_began_carries_on(client: Client, module: ModulePage, amina: User) -> None:
    go_on(module, module.outline().steps[0], by=amina)
    assert next_thing(client, amina) == ("What dementia is", "Carry on")


@pytest.mark.usefixtures("module")
def test_what_came_back_comes_first(client: Client, declared: LogEntry, amina: User, grace: User) -> None:
    give_back(declared, grace)
    assert next_thing(client, amina) == ("Outcome 1.2", "See what they wrote")


@pytest.mark.usefixtures("module")
def test_only_her_own(client: Client, declared: LogEntry, lena: User, grace: User) -> None:
    give_back(declared, grace)
    assert next_thing(client, lena) == ("What dementia is", "Start")


@pytest.mark.usefixtures("module")
def test_sent_again_it_is_no_longer_next(client: Client, declared: LogEntry, amina: User, grace: User) -> None:
    give_back(declared, grace)
    declared.refresh_from_db()
    declared.declare(by=amina, statement="I am ready.", submission=uuid4())
    assert next_thing(client, amina) == ("What dementia is", "Start")
