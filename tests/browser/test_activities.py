"""Every kind of activity taken with nothing but a keyboard: on a phone, at a desk, and on a phone without JavaScript."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from playwright.sync_api import Locator

from cms.models import Picture
from courses.activities import ASKS, BLOCKS
from courses.models import ModulePage
from courses.packs.recordings import keep_recording
from people.models import User
from progress.models import Answer, ModulePlace
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

STEP = "/courses/dementia-care/what-dementia-is/step/1/"
MEDIA = settings.BASE_DIR / "courses" / "content" / "dementia-care" / "media"
ROOM = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 40"><rect width="72" height="40" fill="#f0e2c8"/></svg>'


@pytest.fixture
def module(module: ModulePage) -> ModulePage:
    """The cast's module with one step, which holds one activity of each kind."""
    room = Picture.objects.create(title="Room", file=ContentFile(ROOM, "room.svg"), width=720, height=400)
    spots = [
        {"across": 20, "down": 30, "text": "A white plate", "right": True, "feedback": "It cannot be seen."},
        {"across": 80, "down": 60, "text": "A blue cup", "right": False, "feedback": "This helps."},
    ]
    brought = {"picture", "find_in_picture", "video", "audio"}
    values = {kind: block().meta.preview_value for kind, block in BLOCKS.items() if kind not in brought}
    values["video"] = {"title": "Ten seconds", "recording": keep_recording(MEDIA / "ten-seconds.mp4").pk}
    values["audio"] = {"title": "What she may hear", "recording": keep_recording(MEDIA / "what-she-hears.mp3").pk}
    values["picture"] = {"image": room.pk, "alt": "A room", "caption": "The room"}
    values["find_in_picture"] = {"prompt": "What is hard to see?", "image": room.pk, "alt": "A room", "spots": spots}
    content = [{"type": kind, "id": kind.replace("_", "-"), "value": values[kind]} for kind in BLOCKS]
    module.steps = json.dumps([{"type": "step", "id": "all", "value": {"title": "All of it", "content": content}}])
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


def reach(visitor: Visitor, wanted: Locator) -> None:
    """Press Tab until this has the focus; fail when it never does."""
    for _press in range(200):
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with the Tab key.")


def press_enter(visitor: Visitor, wanted: Locator) -> None:
    reach(visitor, wanted)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.check()


def tick(visitor: Visitor, box: Locator) -> None:
    reach(visitor, box)
    visitor.page.keyboard.press("Space")


def put(visitor: Visitor, rows: Locator) -> None:
    """Choose the first choice for the first row, the second for the second, and so on."""
    for number in range(rows.count()):
        reach(visitor, rows.nth(number))
        for _press in range(number + 1):
            visitor.page.keyboard.press("ArrowDown")


def test_every_kind_can_be_taken_with_the_keyboard_alone(visit: Any, amina: User, module: ModulePage) -> None:
    her = visit()
    her.is_signed_in(amina)
    page = her.open(STEP)

    def within(kind: str) -> Locator:
        return page.locator(f"#{kind}")

    for opens in page.locator("details").all():
        reach(her, opens.locator("summary"))
        page.keyboard.press("Enter")
        assert opens.get_attribute("open") is not None
    tick(her, within("find-in-picture").get_by_role("checkbox", name="A white plate"))
    press_enter(her, within("find-in-picture").get_by_role("button", name="Check my answer"))
    tick(her, within("question").get_by_role("radio").first)
    press_enter(her, within("question").get_by_role("button", name="Check my answer"))
    for question in within("knowledge-check").locator("fieldset").all():
        tick(her, question.get_by_role("radio").first)
    press_enter(her, within("knowledge-check").get_by_role("button", name="Check my answers"))
    for kind in ("matching", "ordering", "sorting"):
        put(her, within(kind).locator("select"))
        press_enter(her, within(kind).get_by_role("button", name="Check my answer"))
    press_enter(her, within("scenario").get_by_role("button", name="Tell her to go to bed."))
    press_enter(her, within("scenario").get_by_role("button", name="Go back one choice"))
    press_enter(her, within("scenario").get_by_role("button", name="Ask her who is waiting."))
    tick(her, within("checklist").get_by_role("checkbox", name="The television is off."))
    press_enter(her, within("checklist").get_by_role("button", name="Save my ticks"))
    tick(her, within("how-sure").get_by_role("radio").first)
    press_enter(her, within("how-sure").get_by_role("button", name="Save"))
    for kind in ("life-story", "reflection", "try-at-work", "group-session"):
        reach(her, within(kind).locator("textarea"))
        page.keyboard.type("I sat down first.")
        press_enter(her, within(kind).get_by_role("button", name="Save"))
    press_enter(her, page.get_by_role("button", name="Finish the module"))
    given = {answer.activity_id: answer.is_right for answer in Answer.objects.all()}
    by_chance = {kind: given[kind] for kind in ("matching", "ordering", "knowledge-check")}  # the first choice may be right or wrong
    assert given == {kind.replace("_", "-"): True if asks.is_marked else None for kind, asks in ASKS.items()} | by_chance
    assert ModulePlace.objects.get().done_steps == ["all"]
