"""Who could be recognised? Nothing is kept before she has looked, and what she covers is gone from the photo itself."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from people.models import User
from progress.grid import Grid, grid_over
from progress.models import Draft, Evidence, ProgressLog, Upload
from tests.progress.test_files import file, form, kept_number, pdf, picture
from tests.progress.test_files import her as her  # a fixture

ACCOUNT = {"title": "Breakfast", "text": "I sat down beside her first."}
COVERED = (27, 26, 24)


def address(log: ProgressLog, kind: str = "work-product") -> str:
    return f"/learn/logs/{log.pk}/1.2/evidence/{kind}/"


def look(client: Client, log: ProgressLog, **more: Any) -> Any:
    """Send the form, as it is sent from its own page."""
    return client.post(address(log), form(**{"act": "", "file": file(picture(size=(800, 600))), **more}))


def again(page: str, **more: Any) -> dict[str, Any]:
    """What the page of looking sends: every word from before, and what was done there."""
    return form(kept=kept_number(page), **more)


def dots(image: Any) -> Image.Image:
    with image.open("rb") as opened:
        return Image.open(io.BytesIO(opened.read())).convert("RGB")


def near(colour: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(one - two) < 6 for one, two in zip(colour, other, strict=True))


def test_a_photo_is_looked_at_before_it_is_kept(her: Client, log: ProgressLog) -> None:
    page = look(her, log).content.decode()
    assert ("Who could be recognised?" in page, Evidence.objects.count(), Upload.objects.count()) == (True, 0, 1)
    assert her.post(address(log), again(page, act="keep")).status_code == 302
    assert (Evidence.objects.get().title, Upload.objects.count(), Draft.objects.count()) == ("Our new menu cards", 0, 0)


def test_every_square_of_a_photo_has_a_box_with_a_name(her: Client, log: ProgressLog) -> None:
    page = look(her, log).content.decode()
    assert (page.count('name="square"'), 'aria-label="Row 6, column 8"' in page) == (48, True)


@pytest.mark.parametrize(
    ("size", "grid"), [((800, 600), (8, 6)), ((600, 800), (8, 11)), ((4000, 500), (8, 3)), ((500, 4000), (8, 16)), ((0, 0), (8, 10))]
)
def test_squares_are_about_as_high_as_wide(size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert grid_over(*size) == Grid(*grid)


def test_covered_squares_are_gone_from_the_photo_and_the_photo_before_is_deleted(
    her: Client, log: ProgressLog, django_capture_on_commit_callbacks: Any
) -> None:
    page = look(her, log).content.decode()
    before = Upload.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        page = her.post(address(log), again(page, act="cover", square=["1-1", "6-8", "1-2"])).content.decode()
    assert ("What was under them is gone." in page, before.storage.exists(before.name)) == (True, False)
    her.post(address(log), again(page, act="keep"))
    kept = dots(Evidence.objects.get().file)
    places = {(50, 50): True, (150, 50): True, (95, 95): True, (750, 550): True, (250, 50): False, (150, 150): False, (650, 550): False}
    assert {place: near(kept.getpixel(place), COVERED) for place in places} == places


def test_squares_that_are_ticked_and_not_covered_are_covered_before_anything_is_kept(her: Client, log: ProgressLog) -> None:
    page = look(her, log).content.decode()
    page = her.post(address(log), again(page, act="keep", square=["2-3"])).content.decode()
    assert ("What was under them is gone." in page, Evidence.objects.count()) == (True, 0)
    assert near(dots(Upload.objects.get().file).getpixel((250, 150)), COVERED)


def test_to_cover_nothing_is_told_and_changes_nothing(her: Client, log: ProgressLog) -> None:
    page = her.post(address(log), again(look(her, log).content.decode(), act="cover")).content.decode()
    assert ("Tick each square you want to cover." in page, "<title>Error: " in page, Evidence.objects.count()) == (True, True, 0)
    page = her.post(address(log), again(page, act="cover", square=["7-1"])).content.decode()
    assert "Tick the squares again." in page


def test_what_she_wrote_is_there_whichever_way_she_goes(her: Client, log: ProgressLog) -> None:
    page = look(her, log, title="Our menu cards", text="I drew them.").content.decode()
    sent = again(page, act="change", title="Our menu cards", text="I drew them.")
    for shown in (her.post(address(log), sent), her.get(address(log))):
        words = shown.content.decode()
        assert [told in words for told in ("Our menu cards", "I drew them.", "Your file is kept (Photo, ")] == [True, True, True]


def test_another_photo_takes_the_place_of_the_first(her: Client, log: ProgressLog, django_capture_on_commit_callbacks: Any) -> None:
    page = look(her, log).content.decode()
    before = Upload.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        look(her, log, kept=kept_number(page), file=file(picture(size=(60, 60))))
    assert ((Upload.objects.get().width, before.storage.exists(before.name))) == (60, False)


def test_a_document_is_read_again_and_has_no_squares(her: Client, log: ProgressLog) -> None:
    page = look(her, log, file=file(pdf())).content.decode()
    assert ("Read it again" in page, 'name="square"' in page, f"/learn/uploads/{Upload.objects.get().pk}/" in page) == (True, False, True)


def test_only_its_owner_sees_a_file_that_is_no_evidence_yet(her: Client, log: ProgressLog, grace: User) -> None:
    look(her, log)
    shown = her.get(f"/learn/uploads/{Upload.objects.get().pk}/")
    assert (shown["Content-Type"], shown["Cache-Control"], shown["Content-Security-Policy"]) == (
        "image/jpeg",
        "no-store, private",
        "default-src 'none'",
    )
    her.force_login(grace)
    assert her.get(f"/learn/uploads/{Upload.objects.get().pk}/").status_code == 404


# Words


def account(client: Client, log: ProgressLog, **more: str) -> Any:
    return client.post(address(log, "reflective-account"), {**ACCOUNT, "submission": str(uuid4()), **more})


def test_words_that_name_nobody_are_kept_at_once(her: Client, log: ProgressLog) -> None:
    assert (account(her, log).status_code, Evidence.objects.count()) == (302, 1)


def test_words_that_may_name_somebody_are_shown_and_never_held_back(her: Client, log: ProgressLog) -> None:
    named = {"title": "Supper with Mrs Cole", "text": "She lives in room 4."}
    page = account(her, log, **named).content.decode()
    told = ["<b>Mrs Cole</b>" in page, "<b>room 4</b>" in page, "She lives in room 4." in page]
    assert (told, Evidence.objects.count(), Draft.objects.get().words["title"]) == ([True, True, True], 0, named["title"])
    assert account(her, log, **named, act="keep").status_code == 302
    assert (Evidence.objects.get().title, Draft.objects.count()) == (named["title"], 0)


def test_where_it_is_kept_may_name_somebody_too(her: Client, log: ProgressLog) -> None:
    seen = {"kept_where": "The folder of Mrs Cole", "seen_on": "2026-01-05", "submission": str(uuid4())}
    page = her.post(address(log, "seen-in-workplace"), {**ACCOUNT, **seen}).content.decode()
    assert "<b>Mrs Cole</b>" in page


def test_those_who_work_there_may_be_named(her: Client, log: ProgressLog, grace: User, tom: User) -> None:
    assert account(her, log, text="At Rosewood House I asked Grace Mwangi, who agreed.").status_code == 302
    assert "<b>Tom Ellery</b>" in account(her, log, text="Then I asked Tom Ellery, who agreed.").content.decode()
