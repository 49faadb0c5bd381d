"""Coverage: which outcomes a course teaches, checks and has practised; and that the courses we ship do all of it."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from courses.coverage import coverage_of
from courses.models import CoursePage, ModulePage
from courses.packs.loader import load_pack
from courses.packs.reader import read_pack

CONTENT = Path(__file__).parents[2] / "courses" / "content"


def test_an_outcome_is_covered_when_what_its_kind_asks_for_is_there(module: ModulePage) -> None:
    coverage = coverage_of(module.course)
    found = {row.outcome.code: (row.is_taught, row.lacks_check, row.lacks_practice, row.is_covered) for row in coverage.rows}
    assert found == {
        "1.1": (True, False, False, True),  # knowledge, checked in step 2
        "1.2": (False, False, True, False),  # practice, not taught at all
        "1.3": (True, False, False, True),  # both
    }
    assert (coverage.covered, coverage.share) == (2, 66)
    assert [cell.checked_in for row in coverage.rows for cell in row.cells] == [(2,), (), (2,)]


def test_a_draft_covers_nothing(module: ModulePage) -> None:
    steps = module.steps.get_prep_value()
    for part in steps[1]["value"]["content"]:
        part["value"]["outcomes"] = []
    module.steps = json.dumps(steps)
    module.save_revision()
    assert coverage_of(module.course).share == 66
    module.save_revision().publish()
    assert [row.outcome.code for row in coverage_of(module.course).gaps] == ["1.1", "1.2", "1.3"]


@pytest.mark.django_db
@pytest.mark.parametrize("pack", sorted(path.name for path in CONTENT.iterdir()))
def test_a_shipped_course_teaches_checks_and_practises_every_outcome(pack: str) -> None:
    call_command("make_site")
    load_pack(read_pack(CONTENT / pack))
    gaps = coverage_of(CoursePage.objects.get(pack_key=pack)).gaps
    assert [(row.outcome.code, row.is_taught, row.lacks_check, row.lacks_practice) for row in gaps] == []
