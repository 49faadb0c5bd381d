"""Back, a few more words, and the button again: the form was recorded already, and the new words are not lost."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from people.models import User
from progress.models import Evidence, ProgressLog


@pytest.fixture
def address(log: ProgressLog) -> str:
    return f"/learn/logs/{log.pk}/1.2/evidence/reflective-account/"


@pytest.fixture
def sent(client: Client, amina: User, address: str) -> dict[str, str]:
    """Send a piece of evidence once, and return what the form held."""
    client.force_login(amina)
    form = {"title": "Breakfast", "text": "I sat down first.", "submission": str(uuid4())}
    client.post(address, form)
    return form


def test_the_same_words_are_recorded_once(client: Client, address: str, sent: dict[str, str]) -> None:
    assert (client.post(address, sent).status_code, Evidence.objects.count()) == (302, 1)


def test_other_words_are_shown_again_with_what_to_do(client: Client, address: str, sent: dict[str, str]) -> None:
    page = client.post(address, {**sent, "text": "I sat down first. Then I waited."}).content.decode()
    assert ("Press the button again to add these words too." in page, "Then I waited." in page, Evidence.objects.count()) == (True, True, 1)


def test_sent_once_more_they_are_a_piece_of_their_own(client: Client, address: str, sent: dict[str, str]) -> None:
    other = {**sent, "text": "I sat down first. Then I waited."}
    page = client.post(address, other).content.decode()
    (number,) = re.findall(r'name="submission" value="([^"]+)"', page)
    client.post(address, {**other, "submission": number})
    assert [piece.text for piece in Evidence.objects.all()] == ["I sat down first.", "I sat down first. Then I waited."]
