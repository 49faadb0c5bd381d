"""Figures of quality assurance at a workplace: how much was signed off, how much of it was sampled, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Workplace
from progress.models import Sample, SignOff

Period = Literal[3, 12]
PERIODS: tuple[Period, ...] = (3, 12)  # months
COUNTED: dict[str, Any] = {
    "signed": Count("pk"),
    "sampled": Count("sample"),
    **{name: Count("sample", filter=Q(sample__outcome=name)) for name in Sample.Outcome.values},
}


@dataclass(frozen=True)
class Figures:
    """One line: of all, of a supervisor, or of an outcome of a framework. `waiting`: sampled and not decided yet."""

    name: str
    framework: str = ""
    signed: int = 0
    sampled: int = 0
    agreed: int = 0
    action: int = 0
    waiting: int = 0

    @property
    def percent(self) -> int:
        """Return how many in a hundred sign-offs were sampled."""
        return round(100 * self.sampled / self.signed) if self.signed else 0

    @property
    def cells(self) -> list[object]:
        """Return the line as the cells of a table."""
        name = f"{self.name} ({self.framework})" if self.framework else self.name
        return [name, self.signed, self.sampled, self.percent, self.agreed, self.action, self.waiting]


@dataclass(frozen=True)
class Report:
    """The figures of a workplace over some months, of all sign-offs there, those taken back too. It names no learner."""

    workplace: Workplace
    months: Period
    by_signer: list[Figures]
    by_outcome: list[Figures]

    @property
    def total(self) -> Figures:
        """Return the line for all of it."""
        names = ("signed", "sampled", "agreed", "action", "waiting")
        return Figures(_("All"), **{name: sum(getattr(line, name) for line in self.by_signer) for name in names})

    def rows(self) -> Iterable[list[object]]:
        """Return the report as a table, the heads first."""
        figures = [_("Signed off"), _("Sampled"), _("Sampled, in 100"), _("Agreed"), _("Action asked for"), _("To be decided")]
        yield [_("Of what"), _("Name"), *figures]
        yield [_("All"), self.workplace.name, *self.total.cells[1:]]
        yield from ([_("Supervisor"), *line.cells] for line in self.by_signer)
        yield from ([_("Outcome"), *line.cells] for line in self.by_outcome)


def report_of(workplace: Workplace, months: Period) -> Report:
    """Return the figures of a workplace, in two queries."""
    since = timezone.now() - timedelta(days=round(months * 30.44))
    signed = SignOff.objects.filter(entry__log__workplace=workplace, signed_at__gte=since).order_by()
    return Report(workplace, months, _by_signer(signed), _by_outcome(signed))


def _by_signer(signed: QuerySet[SignOff]) -> list[Figures]:
    lines: Any = signed.values("signer").annotate(name=Max("signer_name"), **COUNTED).order_by("name", "signer")
    return [Figures(line["name"], **{name: line[name] for name in COUNTED}) for line in lines]


def _by_outcome(signed: QuerySet[SignOff]) -> list[Figures]:
    words = ("entry__outcome__framework__title", "entry__outcome__framework__edition", "entry__outcome__code", "entry__outcome__text")
    lines: Any = signed.values(*words, "entry__outcome__position").annotate(**COUNTED).order_by(*words[:2], "entry__outcome__position")
    return [Figures(f"{line[words[2]]} {line[words[3]]}", line[words[0]], **{name: line[name] for name in COUNTED}) for line in lines]
