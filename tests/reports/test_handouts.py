"""A module on paper, as a PDF: made once for everybody, with its pictures, and never of words that are not published."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pypdf import PdfReader

from cms.models import Picture
from courses.models import ModulePage
from people.models import User
from reports.handout import render_handout_pdf
from reports.models import Handout
from reports.tasks import render_handout
from tests.cast import STEPS

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 40"><rect width="72" height="40" fill="#0e504d"/></svg>'


@pytest.fixture
def module(module: ModulePage) -> ModulePage:
    """The cast's module, with a drawing in it."""
    drawing = Picture.objects.create(title="Room", file=ContentFile(DRAWING, "room.svg"), width=72, height=40)
    picture = {"type": "picture", "id": "p1", "value": {"image": drawing.pk, "alt": "A room", "caption": "The room at noon"}}
    steps = json.loads(json.dumps(STEPS))
    steps[0]["value"]["content"].append(picture)
    module.steps = json.dumps(steps)
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


def made(module: ModulePage) -> Handout:
    handout = Handout.request(module)
    render_handout(str(handout.pk))
    handout.refresh_from_db()
    return handout


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_everybody_gets_the_same_one(client: Client, module: ModulePage, amina: User) -> None:
    first = client.post(f"/handouts/{module.pk}/")
    render_handout(first.headers["Location"].strip("/").rpartition("/")[2])
    client.force_login(amina)
    second = client.post(f"/handouts/{module.pk}/", follow=True)
    assert (second.redirect_chain[0][0], Handout.objects.count()) == (first.headers["Location"], 1)
    assert "Download the PDF" in second.content.decode()
    file = client.get(f"{first.headers['Location']}download/")
    assert (file["Content-Type"], file["Content-Disposition"]) == ("application/pdf", 'attachment; filename="what-dementia-is.pdf"')


def test_it_holds_every_step_and_question_and_room_to_write(module: ModulePage) -> None:
    handout = made(module)
    found = text_of(handout.file.read())
    words = [
        "What dementia is",
        "1 One morning",
        "It is ten past seven.",
        "Think of a day.",
        "The room at noon",
        "Ask who is waiting.",
        "Page 1 of",
    ]
    assert [word for word in words if word not in found] == []


def test_its_pictures_are_in_it(module: ModulePage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = render_handout_pdf.__globals__["_bytes"]
    monkeypatch.setitem(render_handout_pdf.__globals__, "_bytes", lambda name: opened.append(name) or real(name))
    made(module)
    assert opened == [Picture.objects.get().file.name]


def test_other_words_are_another_handout_and_the_old_file_goes(module: ModulePage) -> None:
    old = made(module)
    module.title = "Other words"
    module.save_revision().publish()
    new = made(ModulePage.objects.get(pk=module.pk))
    assert [handout.pk for handout in Handout.objects.all()] == [new.pk]
    assert (old.file.storage.exists(old.file.name), "Other words" in text_of(new.file.read())) == (False, True)


def test_what_is_not_published_has_no_handout(client: Client, module: ModulePage) -> None:
    handout = made(module)
    module.unpublish()
    answers = [
        client.post(f"/handouts/{module.pk}/"),
        client.get(handout.get_absolute_url()),
        client.get(f"{handout.get_absolute_url()}download/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_one_that_failed_is_tried_again(module: ModulePage, monkeypatch: pytest.MonkeyPatch) -> None:
    handout = Handout.request(module)
    Handout.objects.update(state="failed", attempts=5)
    again: Any = Handout.request(module)
    again.refresh_from_db()
    assert (again.pk, again.state, again.attempts) == (handout.pk, "waiting", 0)


def test_a_page_that_waits_says_so_and_one_that_failed_offers_to_try_again(client: Client, module: ModulePage) -> None:
    address = Handout.request(module).get_absolute_url()
    assert "We are making the PDF" in client.get(address).content.decode()
    Handout.objects.update(state="failed")
    assert "We could not make the PDF" in client.get(address).content.decode()
