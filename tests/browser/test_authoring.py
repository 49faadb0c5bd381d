"""A new author makes a module with a film, a scenario and a knowledge check, has it reviewed, and it is published: all in Wagtail, as docs/how-to/write-a-module.md says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cms.authoring.groups import AUTHORS, REVIEWERS
from courses.models import ModulePage
from people.models import User
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)
FILM = Path(__file__).parents[2] / "courses" / "content" / "dementia-care" / "media" / "ten-seconds.mp4"


@pytest.fixture
def author(db: None) -> User:
    user = person("alex", "Alex Author")
    user.groups.add(Group.objects.get(name=AUTHORS))
    return user


@pytest.fixture
def reviewer(db: None) -> User:
    user = person("rosa", "Rosa Reviewer")
    user.groups.add(Group.objects.get(name=REVIEWERS))
    return user


@pytest.fixture
def at_a_desk(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Return a function that sits somebody down at a desk, signed in."""
    contexts = []

    def sit(user: User | None, size: Any = DESK) -> Visitor:
        context = chromium.new_context(viewport=size, locale="en-GB")
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitor = Visitor(context, live_server.url, scripts=True)
        if user:
            visitor.is_signed_in(user)
        return visitor

    yield sit
    for context in contexts:
        context.close()


class Editor:
    """Wagtail's page editor, as an author uses it: fields by their names, and the plus signs that add things."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, place: str, **fields: str) -> None:
        for name, words in fields.items():
            self.page.fill(f"[name='{place}{name}']", words)

    def write(self, place: str, words: str) -> None:
        """Write into a rich text field."""
        self.page.locator(f"[name='{place}']").locator("xpath=..").locator(".public-DraftEditor-content").first.click()
        self.page.keyboard.type(words)

    def add(self, where: str, kind: str = "") -> str:
        """Press the last plus sign of a list, choose a kind where there are several, and return the place of what is there now."""
        count = self.page.locator(f"[name='{where}-count']")
        number = count.input_value()
        container = count.locator("xpath=following-sibling::*[@data-streamfield-stream-container or @data-streamfield-list-container]")
        plus = container.locator("> div > button.c-sf-add-button, > button.c-sf-add-button").last
        plus.click()
        if kind:
            choice = self.page.locator(".w-combobox [role=option]", has_text=kind).first
            self._press_until(plus, choice)
            choice.click()
        return f"{where}-{number}-value"

    def _press_until(self, plus: Locator, choice: Locator) -> None:
        """Press again while nothing opens: on a busy machine the editor is still drawing, and loses the first press (seen)."""
        for _time in range(4):
            try:
                choice.wait_for(timeout=4000)
                return
            except PlaywrightTimeout:
                plus.click()

    def press(self, name: str) -> None:
        """Open the menu beside “Save draft” and choose an action."""
        footer = self.page.locator("footer")
        footer.locator("button[data-w-dropdown-target='toggle']").first.click()
        # A new document, not a new address: Wagtail saves by itself meanwhile, and changes the address of the page that stands.
        with self.page.expect_event("domcontentloaded"):
            self.page.get_by_role("button", name=name).last.click()


def upload_film(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/media/video/add/")
    page.fill("[name=title]", "Ten seconds")
    page.set_input_files("[name=file]", FILM)
    page.set_input_files("[name=captions]", FILM.with_suffix(".vtt"))
    page.fill("[name=transcript]", FILM.with_suffix(".txt").read_text())
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form input[type=submit]").last.click()


def add_film(edit: Editor, content: str) -> None:
    place = edit.add(content, "Film")
    edit.fill(f"{place}-", title="Ten seconds")
    edit.page.locator(f"[id='{place}-recording-chooser']").get_by_role("button", name="Choose video").click()
    edit.page.locator(".modal-body").get_by_text("Ten seconds").first.click()
    edit.page.locator(".modal").wait_for(state="hidden")


def rows(edit: Editor, where: str, wanted: int) -> list[str]:
    """Return the places of so many rows of a list, adding those that it does not begin with."""
    while int(edit.page.locator(f"[name='{where}-count']").input_value()) < wanted:
        edit.add(where)
    return [f"{where}-{number}-value" for number in range(wanted)]


def add_scenario(edit: Editor, content: str) -> None:
    place = edit.add(content, "Scenario")
    edit.fill(f"{place}-", title="The cup stays full")
    begin, good, poor = rows(edit, f"{place}-scenes", 3)
    for scene, key, words in (
        (begin, "begin", "She does not drink."),
        (good, "waits", "She drinks."),
        (poor, "hurries", "She turns away."),
    ):
        edit.fill(f"{scene}-", key=key)
        edit.write(f"{scene}-html", words)
    edit.page.select_option(f"[name='{good}-ending']", "well")
    edit.page.select_option(f"[name='{poor}-ending']", "not_yet")
    for choice, (text, to) in zip(rows(edit, f"{begin}-choices", 2), [("Wait", "waits"), ("Hurry", "hurries")], strict=True):
        edit.fill(f"{choice}-", text=text, to=to)


def add_check(edit: Editor, content: str) -> None:
    place = edit.add(content, "Knowledge check")
    edit.fill(f"{place}-", ask="1")
    for number, question in enumerate(rows(edit, f"{place}-questions", 2), 1):
        edit.fill(f"{question}-", prompt=f"How long do you wait, {number}?")
        right, wrong = rows(edit, f"{question}-options", 2)
        edit.fill(f"{right}-", text="Ten seconds", feedback="Yes.")
        edit.page.check(f"[name='{right}-right']", force=True)
        edit.fill(f"{wrong}-", text="Not at all", feedback="Not quite.")
    edit.add(f"{place}-outcomes")
    edit.fill(f"{place}-outcomes-0-", value="1.1")


def test_an_author_makes_a_module_and_a_reviewer_publishes_it(
    at_a_desk: Any, author: User, reviewer: User, module: ModulePage, live_server: Any
) -> None:
    page = at_a_desk(author).page
    upload_film(page, live_server.url)
    page.goto(f"{live_server.url}/admin/pages/add/courses/modulepage/{module.course.pk}/")
    edit = Editor(page)
    edit.fill("", title="One cup of tea", summary="How to wait.")
    page.fill("[data-filter]", "1.1")
    assert page.locator(".outcomes-by-area fieldset > div:visible").count() == 1
    page.locator(".outcomes-by-area fieldset > div:visible input").check()
    step = edit.add("steps")
    edit.fill(f"{step}-", title="Watch and wait")
    add_film(edit, f"{step}-content")
    add_scenario(edit, f"{step}-content")
    add_check(edit, f"{step}-content")
    edit.press("Submit to Moderators approval")
    made = ModulePage.objects.get(slug="one-cup-of-tea")
    assert (made.live, made.workflow_in_progress) == (False, True)

    review = at_a_desk(reviewer).page
    review.goto(f"{live_server.url}/admin/pages/{made.pk}/edit/")
    assert "Nothing to look at." in review.locator("main").inner_text()
    Editor(review).press("Approve and Publish")
    assert ModulePage.objects.get(pk=made.pk).live

    reader = at_a_desk(None, PHONE)
    reader.open("/courses/dementia-care/one-cup-of-tea/step/1/")
    shown = reader.page.locator("main").inner_text()
    assert [
        words in shown for words in ("Ten seconds", "52 seconds", "The cup stays full", "She does not drink.", "How long do you wait")
    ] == [True] * 5
