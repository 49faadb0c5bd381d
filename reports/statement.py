"""The statement of learning: what a learner has finished, as plain values, and the paper that says it.

It claims nothing: no award, no competence. What it says of sign-offs is a number, which the ledger stands behind.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from courses.models import CoursePage, ModulePage, Outcome
from people.models import Membership, User
from progress.canonical import canonical
from progress.learning import finished_below
from progress.models import LogEntry, ModulePlace
from progress.projection import SIGNED_OFF
from reports.progress_log import framework_words, printable
from reports.record import FrameworkWords
from reports.rendering import document

STYLESHEET = "reports/print/statement.css"


@dataclass(frozen=True)
class Finished:
    """One module: its title, its length as its authors state it, the day she finished it (in London), and the outcomes it is mapped to."""

    title: str
    minutes: int
    day: date
    codes: tuple[str, ...]

    @property
    def length(self) -> str:
        """Return its length in words."""
        return in_hours(self.minutes)


@dataclass(frozen=True)
class Taught:
    """One outcome that a module is mapped to."""

    code: str
    text: str


@dataclass(frozen=True)
class TaughtArea:
    """The outcomes of one area that modules are mapped to, in the publisher's order."""

    code: str
    title: str
    rows: tuple[Taught, ...]


@dataclass(frozen=True)
class Learned:
    """What a statement says, but for the day of its issue.

    `module`: the title of the one that it is about; empty where it is about a course, which has `of_modules`. `signed_off` of `total`:
    her log of the set; None without a log, and where it is about one module.
    """

    learner: str
    works_at: tuple[str, ...]
    course: str
    module: str
    framework: FrameworkWords
    modules: tuple[Finished, ...]
    of_modules: int
    areas: tuple[TaughtArea, ...]
    signed_off: int | None = None
    total: int = 0

    @property
    def digest(self) -> str:
        """Return a SHA-256 of all it says: another digest is another statement."""
        said = {**asdict(self), "modules": [{**asdict(one), "day": one.day.isoformat()} for one in self.modules]}
        return sha256(canonical(said).encode()).hexdigest()

    @cached_property
    def minutes(self) -> int:
        """Return the stated length of all modules together."""
        return sum(module.minutes for module in self.modules)

    @property
    def length(self) -> str:
        """Return that length in words."""
        return in_hours(self.minutes)


class Mapped(NamedTuple):
    """That a module is mapped to an outcome."""

    module: int
    code: str
    text: str
    area: str
    area_title: str


def in_hours(minutes: int) -> str:
    """Return a length in words: “1 hour 5 minutes”."""
    hours, rest = divmod(minutes, 60)
    said = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        said.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(said)


def read_learned(page: CoursePage | ModulePage, learner: User) -> Learned:
    """Read what a learner has finished: one module, or the modules of a course, in a fixed number of queries."""
    course = page if isinstance(page, CoursePage) else page.course
    finished = finished_below(page, learner)
    mapped = _mapped(course, [place.module_id for place in finished])
    in_her_log = _in_her_log(course, learner) if page == course else {}
    return Learned(
        learner=printable(learner.full_name),
        works_at=_works_at(learner),
        course=course.title,
        module="" if page == course else page.title,
        framework=framework_words(course.framework),
        modules=tuple(_finished(place, mapped) for place in finished),
        of_modules=_modules_below(page, finished),
        areas=_areas(mapped),
        **in_her_log,
    )


def statement_pdf(learned: Learned, *, named: str, issued_at: datetime) -> bytes:
    """Return the PDF of a statement: PDF/UA-1 and PDF/A-3a. The same values make the same bytes."""
    return document(statement_html(learned, issued_at=issued_at), STYLESHEET, named=named)


def statement_html(learned: Learned, *, issued_at: datetime) -> str:
    """Return the page that is laid out on paper."""
    about = {
        "learned": learned,
        "issued_on": timezone.localdate(issued_at),
        "issued_at": issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "site": settings.WAGTAIL_SITE_NAME,
        "address": settings.SITE_URL,
    }
    return render_to_string("reports/statement.html", about)


def _mapped(course: CoursePage, modules: list[int]) -> list[Mapped]:
    """Return which outcomes of the course's edition each of some modules is mapped to, in the edition's order."""
    found = Outcome.objects.filter(framework=course.framework, modules__in=modules).order_by("area__position", "position")
    return [Mapped(*row) for row in found.values_list("modules", "code", "text", "area__code", "area__title")]


def _in_her_log(course: CoursePage, learner: User) -> dict[str, int]:
    """Return how many outcomes are signed off, and of how many, in her log of the course's edition; nothing without one."""
    entries = LogEntry.objects.filter(learner=learner, log__framework=course.framework)
    counted = entries.aggregate(signed_off=Count("pk", filter=Q(state=SIGNED_OFF)), total=Count("pk"))
    return counted if counted["total"] else {}


def _modules_below(page: Page, finished: list[ModulePlace]) -> int:
    """Return how many modules there are to finish: those that are shown, and those that she finished while they were."""
    below = ModulePage.objects.descendant_of(page, inclusive=True)
    return int((below.live() | below.filter(pk__in=[place.module_id for place in finished])).count())


def _finished(place: ModulePlace, mapped: list[Mapped]) -> Finished:
    codes = tuple(one.code for one in mapped if one.module == place.module_id)
    return Finished(place.module.title, place.module.minutes, timezone.localdate(place.finished_at), codes)


def _areas(mapped: list[Mapped]) -> tuple[TaughtArea, ...]:
    rows: dict[tuple[str, str], dict[str, Taught]] = {}
    for one in mapped:
        rows.setdefault((one.area, one.area_title), {})[one.code] = Taught(one.code, one.text)
    return tuple(TaughtArea(code, title, tuple(inside.values())) for (code, title), inside in rows.items())


def _works_at(learner: User) -> tuple[str, ...]:
    """Return where she works now: each workplace with its employer, once."""
    now = Membership.objects.current().filter(user=learner).select_related("workplace__employer").order_by("started_on", "pk")
    return tuple(dict.fromkeys(_place(role.workplace.name, role.workplace.employer.name) for role in now))


def _place(workplace: str, employer: str) -> str:
    if workplace == employer:
        return printable(workplace)
    return printable(_("%(workplace)s, %(employer)s") % {"workplace": workplace, "employer": employer})
