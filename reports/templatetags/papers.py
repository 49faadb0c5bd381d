"""Words on paper that a template cannot find itself."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from reports.record import LogRecord, Unit
from reports.statement import Learned

register = template.Library()
SHORTEST_RUN = 3  # codes in a row that are worth folding


@register.filter
def folded(codes: Iterable[str], log: LogRecord | Learned) -> str:
    """Return codes in the order of the log, those that follow each other in one area as a run: “1.1 to 1.4, 2.3”."""
    wanted = set(codes)
    return ", ".join(part for area in log.areas for part in _parts([row.code for row in area.rows], wanted))


@register.simple_tag
def outcomes_for(unit: Unit, log: LogRecord, *, signed: bool) -> str:
    """Return the outcomes that may help to show a unit and are (or are not) signed off: “1.1 to 1.4; in part: 1.6”, or “none”."""
    stand = {row.code for area in log.areas for row in area.rows if bool(row.signature) is signed}
    whole, parts = (folded(stand.intersection(codes), log) for codes in (unit.whole, unit.parts))
    in_part = _("in part: %(codes)s") % {"codes": parts} if parts else ""
    return "; ".join(filter(None, [whole, in_part])) or _("none")


def _parts(codes: list[str], wanted: set[str]) -> Iterable[str]:
    run: list[str] = []
    for code in [*codes, ""]:
        if code in wanted:
            run.append(code)
            continue
        yield from [_("%(first)s to %(last)s") % {"first": run[0], "last": run[-1]}] if len(run) >= SHORTEST_RUN else run
        run = []
