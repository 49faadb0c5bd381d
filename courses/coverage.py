"""Which outcomes of a framework a course teaches, checks and has its learners practise at work."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.models import CoursePage, ModulePage, Outcome
from courses.outline import Part, Step


@dataclass(frozen=True)
class Cell:
    """What one module does for one outcome: the numbers of the steps that check it and of those that practise it."""

    module: ModulePage
    is_taught: bool
    checked_in: tuple[int, ...]
    practised_in: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One outcome, and what each module does for it."""

    outcome: Outcome
    cells: tuple[Cell, ...]

    @property
    def is_taught(self) -> bool:
        """Whether a module teaches it."""
        return any(cell.is_taught for cell in self.cells)

    @property
    def lacks_check(self) -> bool:
        """Whether there is something to know that no activity checks."""
        return self.outcome.has_knowledge_part and not any(cell.checked_in for cell in self.cells)

    @property
    def lacks_practice(self) -> bool:
        """Whether there is something to do at work that no task practises."""
        return self.outcome.has_practice_part and not any(cell.practised_in for cell in self.cells)

    @property
    def is_covered(self) -> bool:
        """Whether it is taught, and checked and practised as far as its kind asks for it."""
        return self.is_taught and not self.lacks_check and not self.lacks_practice


@dataclass(frozen=True)
class Coverage:
    """A course's framework against its published modules."""

    course: CoursePage
    modules: tuple[ModulePage, ...]
    rows: tuple[Row, ...]

    @property
    def covered(self) -> int:
        """Return how many outcomes are covered."""
        return sum(row.is_covered for row in self.rows)

    @property
    def share(self) -> int:
        """Return the share of outcomes that is covered, in whole per cent, never rounded up."""
        return 100 * self.covered // len(self.rows) if self.rows else 0

    @property
    def gaps(self) -> list[Row]:
        """Return the outcomes that are not covered."""
        return [row for row in self.rows if not row.is_covered]


def coverage_of(course: CoursePage) -> Coverage:
    """Read what the published modules of a course do for each outcome of its framework."""
    modules = tuple(course.modules().prefetch_related("outcomes"))
    outcomes = course.framework.outcomes.select_related("area").order_by("position")
    return Coverage(course, modules, tuple(Row(outcome, tuple(_cells(outcome, modules))) for outcome in outcomes))


def _cells(outcome: Outcome, modules: Iterable[ModulePage]) -> Iterable[Cell]:
    for module in modules:
        outline = module.outline()
        checked, practised = outline.checks_of(outcome.code), outline.practice_of(outcome.code)
        is_taught = any(taught.pk == outcome.pk for taught in module.outcomes.all())
        yield Cell(module, is_taught, tuple(_numbers(checked)), tuple(_numbers(practised)))


def _numbers(found: list[tuple[Step, Part]]) -> list[int]:
    return sorted({step.number for step, _part in found})
