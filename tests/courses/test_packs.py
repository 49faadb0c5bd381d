"""Content packs: loaded whole or not at all, and written back as they were."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtailmedia.models import get_media_model

from courses.checks import Draft, findings
from courses.models import Area, CoursePage, Framework, ModulePage, Outcome
from courses.models.course import steps_on_paper
from courses.packs.dumper import dump_pack
from courses.packs.loader import Loading, load_pack
from courses.packs.problems import PackRefused, Problem
from courses.packs.reader import read_pack

SHIPPED = {folder.name: folder for folder in sorted((settings.BASE_DIR / "courses" / "content").iterdir())}
PACK = """\
key: hand-care
title: Hand care
edition: First edition
language: en-GB
licence: CC BY-SA 4.0
authors: [Ada Author]
summary: How to wash and mind your hands.
modules: [clean-hands]
"""
FRAMEWORK = """\
key: hand-care
title: Hand care
publisher: Rosewood Care
edition: First edition
status: current
licence: CC BY-SA 4.0
wording: own
areas:
  - code: "1"
    title: Hands
    outcomes:
      - {code: "1.1", text: Say when to wash your hands., kind: knowledge}
      - {code: "1.2", text: Wash your hands well., kind: practice}
"""
MODULE = """\
key: clean-hands
title: Clean hands
summary: When and how.
minutes: 15
outcomes: ["1.1"]
aims:
  - say when to wash your hands
sources:
  - "What we know"
steps:
  - id: why
    title: Why it matters
    content:
      - type: text
        html: <p>Hands carry germs.</p>
      - type: picture
        image: media/tap.svg
        alt: Two hands under a tap.
      - type: question
        id: q-when
        prompt: When do you wash your hands?
        answers: one
        options:
          - text: No
            right: false
            feedback: Not quite.
          - text: Before you touch food.
            right: true
            feedback: Yes.
"""
TAP = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 40"><rect width="72" height="40" fill="#f0e2c8"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small good pack."""
    folder = tmp_path / "hand-care"
    (folder / "modules").mkdir(parents=True)
    (folder / "media").mkdir()
    (folder / "pack.yaml").write_text(PACK)
    (folder / "framework.yaml").write_text(FRAMEWORK)
    (folder / "modules" / "clean-hands.yaml").write_text(MODULE)
    (folder / "media" / "tap.svg").write_text(TAP)
    return folder


@pytest.fixture(autouse=True)
def site(db: None, tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("make_site")


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert text.count(old) >= 1
    (folder / file).write_text(text.replace(old, new, 1))


def load(folder: Path, force: bool = False) -> Loading:
    return load_pack(read_pack(folder), force=force)


def everything() -> list[object]:
    """What the site holds, as plain values that can be compared."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Framework, Area, Outcome, CoursePage, ModulePage, get_image_model(), get_media_model())
    ]


def test_a_pack_becomes_a_course(folder):
    assert load(folder).said == ["new: framework Hand care, First edition", "new: course Hand care", "new: module Clean hands"]
    module = ModulePage.objects.get()
    step = module.outline().step(1)
    assert module.live
    assert [outcome.code for outcome in module.outcomes.all()] == ["1.1"]
    assert [(part.kind, part.id) for part in step.asking] == [("question", "q-when")]
    assert [option.text for option in step.asking[0].asks.options] == ["No", "Before you touch food."]
    assert "Two hands under a tap." in step.parts[1].html


def test_loading_again_changes_nothing(folder):
    load(folder)
    before = everything()
    assert load(folder).said == []
    assert everything() == before


@pytest.mark.parametrize("name", ["ours", *SHIPPED])
def test_load_dump_load_changes_nothing(name, folder, tmp_path):
    source = SHIPPED.get(name, folder)
    load(source)
    before = everything()
    dump_pack(CoursePage.objects.get(), tmp_path / "dumped")
    assert load(tmp_path / "dumped").said == []
    assert everything() == before
    dumped, given = read_pack(tmp_path / "dumped"), read_pack(source)
    assert (dumped.about, dumped.framework, dumped.modules) == (given.about, given.framework, given.modules)


def looks() -> dict[str, object]:
    """What a reader finds: each module's steps as they are shown, and on paper."""
    pages = {page.slug: page for page in ModulePage.objects.order_by("path")}
    shown = {slug: [(step.title, [part.html for part in step.parts]) for step in page.outline().steps] for slug, page in pages.items()}
    return {slug: (shown[slug], steps_on_paper(page.steps), page.title, page.aims) for slug, page in pages.items()}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pack_dumped_from_one_site_looks_the_same_in_an_empty_one(name, tmp_path, settings):
    settings.STORAGES = in_folder(settings, tmp_path / "one")
    load(SHIPPED[name])
    before = looks()
    dump_pack(CoursePage.objects.get(), tmp_path / "dumped")
    Page.objects.get(pk=CoursePage.objects.get().pk).delete()
    for model in (Framework, get_image_model(), get_media_model()):
        model.objects.all().delete()
    settings.STORAGES = in_folder(settings, tmp_path / "another")
    load(tmp_path / "dumped")
    assert looks() == before


def in_folder(settings, folder):
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder, "base_url": "/media/"}}
    return {**settings.STORAGES, "default": backend}


@pytest.mark.parametrize(
    ("name", "areas", "outcomes", "modules"),
    [("dementia-care", 9, 58, 9), ("infection-prevention", 5, 23, 3), ("safeguarding-adults", 5, 22, 3)],
)
def test_a_shipped_pack_is_whole(name, areas, outcomes, modules):
    pack = read_pack(SHIPPED[name])
    found = [outcome for area in pack.framework["areas"] for outcome in area["outcomes"]]
    assert (len(pack.framework["areas"]), len(found), len(pack.modules)) == (areas, outcomes, modules)
    assert all(outcome["guidance"] for outcome in found)
    assert pack.framework["wording"] == "own"
    for module in pack.modules:
        kinds = {part["type"] for step in module["steps"] for part in step["content"]}
        assert {"text", "picture", "question", "reflection", "try_at_work"} <= kinds
        assert 15 <= module["minutes"] <= 25


@pytest.mark.parametrize("name", SHIPPED)
def test_every_outcome_of_a_shipped_pack_is_taught_and_every_story_can_end_well(name):
    pack = read_pack(SHIPPED[name])
    taught = {code for module in pack.modules for code in module["outcomes"]}
    assert {outcome["code"] for area in pack.framework["areas"] for outcome in area["outcomes"]} - taught == set()
    load(SHIPPED[name])
    asked = [part.asks for page in ModulePage.objects.all() for step in page.outline().steps for part in step.marked]
    assert [asks.about for asks in asked if not asks.is_right(asks.solution())] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_pack_passes_the_checks_that_authors_see(name):
    load(SHIPPED[name])
    assert [(page.slug, finding.where, finding.says) for page in ModulePage.objects.all() for finding in findings(Draft.of(page))] == []


def test_the_packs_live_together():
    for folder in SHIPPED.values():
        load(folder)
    before = everything()
    assert [load(folder).said for folder in SHIPPED.values()] == [[], [], []]
    assert everything() == before


FAULTS = {
    "unknown outcome": ("modules/clean-hands.yaml", '["1.1"]', '["1.1", "9.9"]', 5, "There is no outcome “9.9” in framework.yaml."),
    "no description": (
        "modules/clean-hands.yaml",
        "\n        alt: Two hands under a tap.",
        "",
        16,
        "“alt” is missing: say what the picture shows, for somebody who cannot see it.",
    ),
    "an outcome of another module": (
        "modules/clean-hands.yaml",
        "id: q-when",
        'id: q-when\n        outcomes: ["1.2"]',
        21,
        "This module does not serve the outcome “1.2”. Add it to the module’s outcomes.",
    ),
    "bad YAML": ("modules/clean-hands.yaml", "title: Clean hands", "title: [Clean hands", 3, None),
    "no such picture": ("modules/clean-hands.yaml", "media/tap.svg", "media/taps.svg", 17, "media/taps.svg: There is no such picture."),
    "no right answer": ("modules/clean-hands.yaml", "right: true", "right: false", 23, "No answer is right. Mark at least one."),
    "a script": ("modules/clean-hands.yaml", "germs.</p>", "germs.</p><script>alert(1)</script>", 15, None),
    "an open mark": ("modules/clean-hands.yaml", "germs.</p>", "germs.", 15, "<p> is never closed."),
    "a misspelt name": ("modules/clean-hands.yaml", "minutes: 15", "minuts: 15", 4, None),
    "a number for text": ("framework.yaml", 'code: "1"', "code: 1", 9, "“code” must be text; put it in quotes."),
    "a code used twice": ("framework.yaml", '"1.2"', '"1.1"', 13, "The code “1.1” was used before. Give each its own."),
    "other edition": ("pack.yaml", "First edition", "Second edition", 3, None),
    "a missing module": ("pack.yaml", "[clean-hands]", "[clean-hands, dry-hands]", 1, "This file is missing."),
    "an alias": ("modules/clean-hands.yaml", 'outcomes: ["1.1"]', "outcomes: &a [*a]", 5, None),
    "a name used twice": ("pack.yaml", "title: Hand care", "title: Hand care\ntitle: Hands", 3, "“title” stands here twice."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_pack_is_refused_whole_with_file_and_line(fault, folder):
    file, old, new, line, says = FAULTS[fault]
    load(folder)
    before = everything()
    change(folder, "modules/clean-hands.yaml", "Hands carry germs", "Hands carry many germs")
    change(folder, file, old, new)
    with pytest.raises(PackRefused) as refused:
        load(folder)
    where = "modules/dry-hands.yaml" if fault == "a missing module" else file
    found = [problem for problem in refused.value.problems if (problem.file, problem.line) == (where, line)]
    assert found, refused.value.problems
    assert says is None or Problem(where, line, says) in found
    assert everything() == before


def test_every_problem_is_told_at_once(folder):
    change(folder, "modules/clean-hands.yaml", '["1.1"]', '["7.7"]')
    change(folder, "modules/clean-hands.yaml", "media/tap.svg", "media/gone.svg")
    change(folder, "pack.yaml", "edition: First edition", "edition: Another")
    with pytest.raises(PackRefused) as refused:
        load(folder)
    assert [(problem.file, problem.line) for problem in refused.value.problems] == [
        ("modules/clean-hands.yaml", 5),
        ("modules/clean-hands.yaml", 17),
        ("pack.yaml", 3),
    ]


@pytest.mark.parametrize(
    "drawing", ['<svg onload="alert(1)"', "<svg><script>alert(1)</script>", '<svg><image href="https://elsewhere.example/x.png"/>']
)
def test_a_drawing_that_runs_or_calls_out_is_refused(drawing, folder):
    (folder / "media" / "tap.svg").write_text(TAP.replace("<svg", drawing, 1))
    with pytest.raises(PackRefused, match="holds a script or calls something outside"):
        load(folder)


FILM = SHIPPED["dementia-care"] / "media" / "ten-seconds.mp4"


@pytest.fixture
def with_film(folder: Path) -> Path:
    """The small pack, with a film in it."""
    for suffix in (".mp4", ".vtt", ".txt"):
        shutil.copy(FILM.with_suffix(suffix), folder / "media" / f"tap{suffix}")
    film = "      - type: video\n        title: The tap\n        recording: media/tap.mp4\n      - type: question"
    change(folder, "modules/clean-hands.yaml", "      - type: question", film)
    return folder


def test_a_film_comes_with_its_words(with_film):
    load(with_film)
    film = get_media_model().objects.get()
    assert (film.type, film.seconds, film.transcript) == ("video", 52, FILM.with_suffix(".txt").read_text().strip())
    html = ModulePage.objects.get().outline().step(1).parts[2].html
    assert [
        mark in html for mark in ('kind="captions"', 'preload="none"', "52 seconds", "0.1 MB", "Mrs Zielińska lifts her hand", "autoplay")
    ] == [
        *[True] * 5,
        False,
    ]


def test_new_words_to_a_film_are_a_change(with_film):
    load(with_film)
    (with_film / "media" / "tap.txt").write_text("Other words.")
    assert load(with_film).said == ["changed: module Clean hands"]
    assert "Other words." in ModulePage.objects.get().outline().step(1).parts[2].html


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("tap.vtt", None, "Beside it, tap.vtt is missing: captions (WebVTT) and transcript."),
        ("tap.txt", None, "Beside it, tap.txt is missing: captions (WebVTT) and transcript."),
        ("tap.txt", b" ", "tap.txt is empty, or longer than 20000 characters."),
        ("tap.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nHello", "This is not a WebVTT file."),
        ("tap.mp4", b"<html>", "This is not a film or a sound that every phone plays."),
        ("tap.mp4", None, "There is no such recording."),
    ],
)
def test_a_film_without_its_words_or_that_is_none_is_refused(with_film, file, content, says):
    target = with_film / "media" / file
    target.write_bytes(content) if content is not None else target.unlink()
    with pytest.raises(PackRefused) as refused:
        load(with_film)
    assert [problem.says.startswith(f"media/tap.mp4: {says}") for problem in refused.value.problems] == [True]


def test_the_command_says_what_to_mend_and_leaves_with_an_error(folder):
    change(folder, "modules/clean-hands.yaml", '["1.1"]', '["9.9"]')
    with pytest.raises(CommandError, match=r"modules/clean-hands.yaml:5: There is no outcome “9.9” in framework.yaml."):
        call_command("load_pack", str(folder))


def test_a_changed_pack_changes_the_page(folder):
    load(folder)
    change(folder, "modules/clean-hands.yaml", "Hands carry germs", "Hands carry many germs")
    assert load(folder).said == ["changed: module Clean hands"]
    assert "many germs" in ModulePage.objects.get().outline().step(1).parts[0].html


def edit_as_an_author(page: ModulePage) -> None:
    page.title = "Clean hands, with care"
    page.save_revision().publish()


def test_a_page_an_author_changed_is_kept_and_reported(folder):
    load(folder)
    edit_as_an_author(ModulePage.objects.get())
    change(folder, "modules/clean-hands.yaml", "Hands carry germs", "Hands carry many germs")
    assert load(folder).said == ["kept: module Clean hands, with care (an author changed it; --force takes the pack’s words)"]
    assert ModulePage.objects.get().title == "Clean hands, with care"


def test_an_authors_draft_is_kept_too(folder):
    load(folder)
    page = ModulePage.objects.get()
    page.title = "A draft"
    page.save_revision()
    change(folder, "modules/clean-hands.yaml", "Hands carry germs", "Hands carry many germs")
    assert [line.split(":")[0] for line in load(folder).said] == ["kept"]


def test_force_takes_the_packs_words(folder):
    load(folder)
    edit_as_an_author(ModulePage.objects.get())
    assert load(folder, force=True).said == ["changed: module Clean hands"]
    assert ModulePage.objects.get().title == "Clean hands"


def test_an_edition_in_use_never_changes_its_words(folder):
    load(folder)
    Framework.objects.get().freeze()
    before = everything()
    change(folder, "framework.yaml", "Wash your hands well.", "Wash your hands.")
    with pytest.raises(PackRefused, match="is in use"):
        load(folder)
    assert everything() == before


def test_an_edition_in_use_may_be_superseded(folder):
    load(folder)
    Framework.objects.get().freeze()
    change(folder, "framework.yaml", "status: current", "status: superseded")
    assert load(folder).said == ["changed: framework Hand care, First edition"]
    assert Framework.objects.get().status == "superseded"


def test_an_edition_in_use_keeps_what_it_asks_for(folder):
    load(folder)
    Framework.objects.get().freeze()
    change(
        folder,
        "framework.yaml",
        "Wash your hands well., kind: practice",
        "Wash your hands well., kind: practice, evidence_kinds: [observation]",
    )
    said = load(folder).said
    assert said == ["kept: framework Hand care, First edition (what its outcomes ask for stays: somebody’s record is under way)"]
    assert [outcome.evidence_kinds for outcome in Framework.objects.get().outcomes.all()] == [[], []]


def test_an_edition_nobody_uses_follows_the_pack(folder):
    load(folder)
    change(folder, "framework.yaml", '      - {code: "1.2", text: Wash your hands well., kind: practice}\n', "")
    load(folder)
    assert [outcome.code for outcome in Framework.objects.get().outcomes.all()] == ["1.1"]


def test_modules_stand_in_the_packs_order(folder):
    load(folder)
    shutil.copy(folder / "modules" / "clean-hands.yaml", folder / "modules" / "dry-hands.yaml")
    change(folder, "modules/dry-hands.yaml", "key: clean-hands", "key: dry-hands")
    change(folder, "pack.yaml", "[clean-hands]", "[dry-hands, clean-hands]")
    load(folder)
    assert [page.slug for page in CoursePage.objects.get().modules()] == ["dry-hands", "clean-hands"]
    assert load(folder).said == []


def test_a_name_reaching_outside_the_pack_is_refused(folder):
    change(folder, "modules/clean-hands.yaml", "media/tap.svg", "media/../../secret.svg")
    with pytest.raises(PackRefused, match=r"modules/clean-hands.yaml:17"):
        load(folder)
