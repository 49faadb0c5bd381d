"""Units of qualifications: loaded with a pack, kept where an author knows better, carried into a new edition."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from courses.models import CoursePage, Framework, OutcomeLink, Unit
from courses.packs.dumper import dump_pack
from courses.packs.problems import PackRefused
from courses.packs.reader import read_pack
from tests.courses.test_packs import change, load
from tests.courses.test_packs import folder as folder
from tests.courses.test_packs import site as site

UNITS = """\
units:
  - qualification: Care Certificate, March 2025
    code: Standard 15
    title: Infection prevention and control
    outcomes:
      - {code: "1.2", strength: part, why: You wash your hands.}
      - {code: "1.1", why: You know when.}
  - qualification: Care Certificate, March 2025
    code: Standard 8
    title: Nutrition and hydration
    outcomes:
      - {code: "1.1", strength: part, why: Clean hands before food.}
"""


@pytest.fixture
def linked(folder: Path) -> Path:
    """The small pack, with two units."""
    (folder / "units.yaml").write_text(UNITS)
    return folder


def links() -> list[tuple[str, str, str]]:
    """Every link: the unit, the outcome and how much of it."""
    return [
        (unit.label, link.outcome.code, link.strength) for unit in Unit.objects.linked_to(Framework.objects.get()) for link in unit.here
    ]


BOTH = [
    ("Standard 8 Nutrition and hydration", "1.1", "part"),
    ("Standard 15 Infection prevention and control", "1.1", "whole"),
    ("Standard 15 Infection prevention and control", "1.2", "part"),
]


def test_a_pack_brings_its_units_in_the_order_a_person_counts(linked):
    assert load(linked).said[1] == "new: units of qualifications for Hand care, First edition"
    assert links() == BOTH


def test_loading_them_again_changes_nothing(linked):
    load(linked)
    assert load(linked).said == []
    assert links() == BOTH


def test_they_are_written_back_as_they_were(linked, tmp_path):
    load(linked)
    dump_pack(CoursePage.objects.get(), tmp_path / "back")
    assert read_pack(tmp_path / "back").units == read_pack(linked).units


def test_a_pack_that_says_something_else_now_takes_the_place_of_what_it_said(linked):
    load(linked)
    change(linked, "units.yaml", "strength: part, why: Clean", "why: Clean")
    assert load(linked).said == ["changed: units of qualifications for Hand care, First edition"]
    assert links()[0] == ("Standard 8 Nutrition and hydration", "1.1", "whole")


def test_what_an_author_changed_is_kept_unless_forced(linked):
    load(linked)
    OutcomeLink.objects.get(outcome__code="1.2").delete()
    said = "kept: units of qualifications for Hand care, First edition (an author changed them; --force takes the pack’s)"
    assert load(linked).said == [said]
    assert links() == BOTH[:2]
    load(linked, force=True)
    assert links() == BOTH


def test_an_edition_in_use_may_get_links_for_they_are_no_words_of_its(linked):
    (linked / "units.yaml").unlink()
    load(linked)
    Framework.objects.get().freeze()
    (linked / "units.yaml").write_text(UNITS)
    load(linked)
    assert links() == BOTH


def test_a_pack_without_units_leaves_an_authors_alone(linked):
    load(linked)
    (linked / "units.yaml").unlink()
    assert load(linked).said == []
    assert links() == BOTH


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"1.2", strength', '"1.9", strength', "units.yaml:6: There is no outcome “1.9” in framework.yaml."),
        ('"1.2", strength', '"1.1", strength', "units.yaml:6: The outcome “1.1” stands twice in this unit. Keep one."),
        ("Standard 8", "Standard 15", "units.yaml:9: The unit “Standard 15” stands here twice. Put its outcomes together."),
        ("strength: part, why: You", "strength: much, why: You", "units.yaml:6: “strength” must be one of: whole, part."),
        (", why: You know when.", "", "units.yaml:7: “why” is missing."),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nothing_is_changed(old, new, says, linked):
    change(linked, "units.yaml", old, new)
    with pytest.raises(PackRefused) as refused:
        load(linked)
    assert says in str(refused.value).splitlines()
    assert not Framework.objects.exists()


def test_a_new_edition_takes_them_along(linked):
    load(linked)
    first = Framework.objects.get()
    second = first.new_edition("Second edition")
    for edition in (first, second):
        said = [(unit.label, link.outcome.code, link.strength) for unit in Unit.objects.linked_to(edition) for link in unit.here]
        assert said == BOTH


def test_a_unit_names_an_outcome_once(linked):
    load(linked)
    link = OutcomeLink.objects.get(outcome__code="1.2")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeLink.objects.create(unit=link.unit, outcome=link.outcome, why="Again.")
