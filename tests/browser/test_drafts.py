"""A tab closed, a network cut, a session ended: what somebody wrote is there when she comes back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from courses.models import ModulePage
from people.models import User
from progress.models import Answer, Draft, Evidence, ProgressLog
from tests.browser.conftest import Visitor
from tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("visit", ["phone"], indirect=True)]
STEP = "/courses/dementia-care/what-dementia-is/step/1/"
WORDS = "I had just come to England, and nobody slowed down for me."


def write(her: Visitor, words: str = WORDS) -> None:
    her.page.get_by_label("Think of a day.").press_sequentially(words)


def says(her: Visitor, words: str) -> None:
    expect(her.page.locator("[data-draft-state]")).to_contain_text(words, timeout=8_000)


def written(her: Visitor) -> str:
    her.open(STEP)
    return her.page.get_by_label("Think of a day.").input_value()


@pytest.fixture
def her(visit: Any, module: ModulePage, amina: User) -> Visitor:
    visitor: Visitor = visit()
    visitor.is_signed_in(amina)
    visitor.open(STEP)
    return visitor


def test_words_are_kept_while_she_writes_without_any_press(her: Visitor) -> None:
    write(her)
    says(her, "Not saved yet")
    says(her, "Draft saved at")
    her.check()
    assert (written(her), Answer.objects.count()) == (WORDS, 0)


def test_a_page_that_closes_keeps_what_was_typed_a_moment_before(her: Visitor) -> None:
    write(her)
    her.page.close()
    her.page = her.context.new_page()
    her.page.wait_for_timeout(500)
    assert written(her) == WORDS


def test_without_a_connection_it_says_so_and_keeps_trying(her: Visitor) -> None:
    her.context.set_offline(True)
    write(her)
    says(her, "Not saved: no connection")
    her.check()
    her.context.set_offline(False)
    says(her, "Draft saved at")
    assert written(her) == WORDS


def test_after_the_session_ended_it_says_so_and_the_words_come_back(her: Visitor) -> None:
    her.page.goto(f"{her.address}/learn/")  # a page that marks the browser as hers
    her.open(STEP)
    her.context.clear_cookies(name="session")
    write(her)
    says(her, "Not saved: you were signed out")
    her.page.get_by_role("button", name="Save").click()
    her.page.get_by_label("Username").fill("amina")
    her.page.get_by_label("Password", exact=True).fill(PASSWORD)
    her.press("Sign in")
    assert WORDS in her.page.content()


def test_sent_words_leave_no_draft(her: Visitor, log: ProgressLog) -> None:
    her.open(f"{log.get_absolute_url()}1.2/evidence/reflective-account/")
    her.page.get_by_label("Title").fill("Breakfast")
    her.page.get_by_label("Your account").fill(WORDS)
    says(her, "Draft saved at")
    her.page.get_by_label("Your account").press_sequentially(" Now I know.")
    her.press("Add this evidence")
    her.page.wait_for_timeout(500)
    assert (Draft.objects.count(), [piece.text for piece in Evidence.objects.all()]) == (0, [f"{WORDS} Now I know."])
