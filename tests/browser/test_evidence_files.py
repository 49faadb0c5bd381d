"""A photo from her phone becomes evidence, and her supervisor, whose session is old, signs with her password: three ways each."""

import io
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from PIL import Image

from people.models import User
from people.proof import PROVED_AT
from progress.models import Evidence, LogEntry, ProgressLog
from tests.browser.conftest import Visitor
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def a_large_photo() -> bytes:
    """Eight million dots that do not pack well, as a phone takes them."""
    out = io.BytesIO()
    Image.effect_noise((3264, 2448), 60).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def choose(visitor: Visitor, content: bytes) -> None:
    visitor.page.locator("input[type=file]").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content})
    if visitor.scripts:  # the button waits while the photo is made smaller
        visitor.page.wait_for_timeout(200)
        visitor.page.locator("[data-send-once]:enabled").wait_for()


def everybody_signed_in_long_ago() -> None:
    for session in Session.objects.all():
        kept = SessionStore(session.session_key)
        kept[PROVED_AT] = 0
        kept.save()


def test_a_photo_is_kept_through_a_mistake_and_shown(visit: Any, amina: User, log: ProgressLog) -> None:
    her, photo = visit(), a_large_photo()
    her.is_signed_in(amina)
    her.open(f"{log.get_absolute_url()}1.2/")
    her.press("Add a photo, a PDF or a sound")
    choose(her, photo)
    if her.scripts:
        sent = her.page.locator("input[type=file]").evaluate("(input) => input.files[0].size")
        assert sent < len(photo) * 0.8
    her.press("Add this evidence")
    assert her.page.title().startswith("Error: ")
    assert "Your file is kept (Photo, " in her.page.content()
    her.page.get_by_label("What is it?").fill("Signs for the doors")
    her.page.get_by_label("What does it show?").fill("I made them with pictures.")
    her.press("Add this evidence")
    her.page.get_by_label("Row 2, column 3").check()
    her.press("Cover these squares")
    assert "The squares are covered" in her.page.inner_text("main")
    her.press("Nobody can be recognised: add it")
    shown = her.page.get_by_role("img", name="Signs for the doors")
    shown.scroll_into_view_if_needed()
    piece = Evidence.objects.get()
    assert (shown.count(), piece.file_kind, max(Image.open(piece.file).size)) == (1, "photo", 2400)


def test_squares_are_covered_by_dragging_and_by_keys_and_a_mistake_is_told(visit: Any, amina: User, log: ProgressLog) -> None:
    her = visit()
    her.is_signed_in(amina)
    her.open(f"{log.get_absolute_url()}1.2/evidence/work-product/")
    choose(her, a_large_photo())
    her.page.get_by_label("What is it?").fill("Supper with Mrs Cole")
    her.page.get_by_label("What does it show?").fill("I made them with pictures.")
    her.press("Add this evidence")
    assert "Mrs Cole" in her.page.inner_text("main")
    her.press("Cover these squares")
    assert her.page.title().startswith("Error: ")
    squares = her.page.locator("[data-cover] input")
    squares.first.focus()
    her.page.keyboard.press("Space")
    assert squares.first.is_checked()
    if her.scripts:
        her.page.keyboard.press("ArrowDown")
        assert her.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Row 2, column 1"
        boxes = [squares.nth(number).bounding_box() for number in (18, 19, 20)]
        her.page.mouse.move(boxes[0]["x"] + 9, boxes[0]["y"] + 9)
        her.page.mouse.down()
        her.page.mouse.move(boxes[1]["x"] + 9, boxes[1]["y"] + 9, steps=4)
        her.page.mouse.move(boxes[2]["x"] + 9, boxes[2]["y"] + 9, steps=4)
        her.page.mouse.up()
        assert [squares.nth(number).is_checked() for number in (17, 18, 19, 20, 21)] == [False, True, True, True, False]
    her.press("Change my words")
    assert her.page.get_by_label("What is it?").input_value() == "Supper with Mrs Cole"


def test_an_old_session_signs_only_with_the_password(visit: Any, grace: User, declared: LogEntry) -> None:
    log, code = declared.log, declared.outcome.code
    her = visit()
    her.is_signed_in(grace)
    everybody_signed_in_long_ago()
    her.open(f"/review/{log.pk}/")
    her.page.get_by_role("radio", name="Sign off").check()
    her.page.get_by_label("If you sign off: how was it shown?").select_option("professional_discussion")
    her.press("Check before signing")
    her.page.get_by_label("Your password", exact=True).fill("not her password")
    her.press(f"Sign off outcome {code}")
    assert her.page.title().startswith("Error: ")
    her.page.get_by_label("Your password", exact=True).fill(PASSWORD)
    her.press(f"Sign off outcome {code}")
    declared.refresh_from_db()
    assert declared.is_signed_off
