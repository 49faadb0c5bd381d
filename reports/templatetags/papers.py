"""Words on paper that a template cannot find itself."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from reports.record import LogRecord
from reports.statement import Learned

register = template.Library()
SHORTEST_RUN = 3  # codes in a row that are worth folding


@register.filter
def folded(codes: Iterable[str], log: LogRecord | Learned) -> str:
    """Return codes in the order of the log, those that follow each other in one area as a run: “1.1 to 1.4, 2.3”."""
    wanted = set(codes)
    return ", ".join(part for area in log.areas for part in _parts([row.code for row in area.rows], wanted))


def _parts(codes: list[str], wanted: set[str]) -> Iterable[str]:
    run: list[str] = []
    for code in [*codes, ""]:
        if code in wanted:
            run.append(code)
            continue
        yield from [_("%(first)s to %(last)s") % {"first": run[0], "last": run[-1]}] if len(run) >= SHORTEST_RUN else run
        run = []
