"""A log by areas: fifty-eight outcomes on a phone are twenty screens, so areas where the learner has nothing in hand stand closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from courses.models import Area
from progress.models import LogEntry
from progress.projection import RETURNED

SHORT = 12  # a log with this many outcomes or fewer is shown whole


@dataclass
class AreaInLog:
    """One area with its entries. `is_open`: whether they are seen without asking."""

    area: Area
    entries: list[LogEntry]
    is_open: bool = False

    @property
    def total(self) -> int:
        """Return how many outcomes it has."""
        return len(self.entries)

    @property
    def signed_off(self) -> int:
        """Return how many are signed off."""
        return sum(entry.is_signed_off for entry in self.entries)

    @property
    def returned(self) -> int:
        """Return how many came back."""
        return sum(entry.state == RETURNED for entry in self.entries)

    @property
    def waiting(self) -> int:
        """Return how many are with the supervisor."""
        return sum(entry.is_waiting for entry in self.entries)

    @property
    def is_in_hand(self) -> bool:
        """Whether something in it is the learner's to go on with."""
        return any(entry.is_in_hand for entry in self.entries)


def by_area(entries: Iterable[LogEntry]) -> list[AreaInLog]:
    """Return a log's areas, in order; open where the learner has something in hand, or else the first with something left to do."""
    areas = [AreaInLog(area, list(members)) for area, members in groupby(entries, key=lambda entry: entry.outcome.area)]
    is_short = sum(area.total for area in areas) <= SHORT
    for area in areas:
        area.is_open = is_short or area.is_in_hand
    if not any(area.is_open for area in areas):
        next((area for area in areas if area.signed_off < area.total), areas[0]).is_open = True
    return areas
