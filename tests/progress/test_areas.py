"""Which areas of a log stand open."""

from uuid import uuid4

import pytest

from courses.models import Area, Framework, Outcome
from people.models import User, Workplace
from progress import areas
from progress.models import LogEntry, ProgressLog
from tests.cast import add_account, declare, entry_of, just_now, sign


@pytest.fixture(autouse=True)
def every_log_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "SHORT", 0)


@pytest.fixture
def long_log(framework: Framework, amina: User, rosewood: Workplace) -> ProgressLog:
    """Areas 1 (three outcomes), 2 and 3 (one each)."""
    for number in (2, 3):
        area = Area.objects.create(framework=framework, code=str(number), title=f"Area {number}", position=number)
        Outcome.objects.create(
            framework=framework, area=area, code=f"{number}.1", text="Do it", kind="practice", evidence_needed=1, position=10 + number
        )
    return ProgressLog.open(by=amina, framework=framework, workplace=rosewood, submission=uuid4())


def standing_open(log: ProgressLog) -> list[str]:
    return [area.area.code for area in areas.by_area(LogEntry.objects.in_a_list().filter(log=log)) if area.is_open]


def test_a_new_log_opens_at_its_first_area(long_log: ProgressLog) -> None:
    assert standing_open(long_log) == ["1"]


def test_areas_where_the_learner_has_something_in_hand_stand_open(long_log: ProgressLog) -> None:
    add_account(entry_of(long_log, "3.1"))
    assert standing_open(long_log) == ["3"]
    declare(entry_of(long_log, "3.1"))
    assert standing_open(long_log) == ["1"]  # sent: now it is the supervisor's turn


def test_what_came_back_opens_its_area(long_log: ProgressLog, grace: User) -> None:
    add_account(entry_of(long_log, "3.1"))
    declare(entry_of(long_log, "3.1"))
    entry = entry_of(long_log, "3.1")
    entry.send_back(by=grace, proof=just_now(), reason="Say more.", seen=entry.version, submission=uuid4())
    assert standing_open(long_log) == ["3"]


def test_what_is_signed_off_closes_its_area(long_log: ProgressLog, grace: User) -> None:
    add_account(entry_of(long_log, "3.1"))
    declare(entry_of(long_log, "3.1"))
    sign(entry_of(long_log, "3.1"), grace)
    assert standing_open(long_log) == ["1"]


def test_a_short_log_is_shown_whole(long_log: ProgressLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "SHORT", 5)
    assert standing_open(long_log) == ["1", "2", "3"]
