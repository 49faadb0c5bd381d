"""What a learner's first screen shows: the one next thing, and every course and log with how far she is."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Q, When
from wagtail.models import Page

from courses.models import CoursePage, ModulePage
from people.models import User
from progress.models import ModulePlace, ProgressLog
from progress.projection import DECLARED, RETURNED, SIGNED_OFF


@dataclass(frozen=True)
class Taken:
    """A module as one learner sees it in a list."""

    module: ModulePage
    place: ModulePlace | None

    @property
    def state(self) -> str:
        """Return finished, started, or nothing."""
        if self.place is None:
            return ""
        return "finished" if self.place.finished_at else "started"

    @property
    def number(self) -> int:
        """Return the number of the step to open next."""
        return self.place.number_in(self.module.outline()) if self.place else 1

    @property
    def steps(self) -> int:
        """Return how many steps the module has."""
        return self.module.outline().count

    @property
    def minutes_left(self) -> int:
        """Return about how long the rest takes: the share of the steps still to do, at least one minute."""
        left = self.steps - self.number + 1
        return max(1, round(self.module.minutes * left / self.steps))


@dataclass(frozen=True)
class Studied:
    """A course with this learner's log of its framework, if one is open."""

    course: CoursePage
    modules: list[Taken]
    log: ProgressLog | None

    @property
    def is_followed(self) -> bool:
        """Whether she has a log for it, or has begun a module."""
        return self.log is not None or any(taken.place for taken in self.modules)

    @property
    def finished(self) -> int:
        """Return how many modules are finished."""
        return sum(taken.state == "finished" for taken in self.modules)


def logs_of(user: User) -> "list[ProgressLog]":
    """Return a person's logs with the counts a card shows, in one query."""
    counted = (
        ProgressLog.objects.filter(learner=user)
        .select_related("framework", "workplace")
        .annotate(
            total=Count("entries"),
            done=Count("entries", filter=Q(entries__state=SIGNED_OFF)),
            waiting=Count("entries", filter=Q(entries__state=DECLARED)),
            returned=Count("entries", filter=Q(entries__state=RETURNED)),
        )
    )
    return list(counted.order_by("opened_at"))


def studied_by(user: User, logs: "list[ProgressLog]") -> list[Studied]:
    """Return every course with this learner's places, in three queries however many there are."""
    places = {place.module_id: place for place in ModulePlace.objects.filter(learner=user)}
    by_framework = {log.framework_id: log for log in logs}
    courses = {course.path: course for course in CoursePage.objects.live().order_by("path")}
    modules: dict[str, list[Taken]] = {path: [] for path in courses}
    for module in ModulePage.objects.live().order_by("path"):
        parent = module.path[: -ModulePage.steplen]
        if parent in courses:
            module.course = courses[parent]
            modules[parent].append(Taken(module, places.get(module.pk)))
    return [Studied(course, modules[path], by_framework.get(course.framework_id)) for path, course in courses.items()]


def finished_below(page: Page, learner: User) -> list[ModulePlace]:
    """Return where a learner finished a module: this one, or those of this course, in its order, shown to others still or not."""
    finished = ModulePlace.objects.filter(learner=learner, finished_at__isnull=False, module__path__startswith=page.path)
    return list(finished.select_related("module").order_by("module__path"))


def next_of(studied: list[Studied]) -> Taken | None:
    """Return the one next thing: the module she was last in, else the first not begun of a course she follows.

    Somebody new follows none yet: she begins with the first of the first course.
    """
    taken = [taken for course in studied for taken in course.modules]
    begun = [t for t in taken if t.state == "started" and t.place]
    if begun:
        return max(begun, key=lambda t: t.place.moved_at if t.place else 0)
    followed = [course for course in studied if course.is_followed] or studied[:1]
    return next((t for course in followed for t in course.modules if not t.state), None)


def after(module: ModulePage, learner: User | AnonymousUser) -> ModulePage | None:
    """Return the module to offer at the end of one: the next of its course that she has not finished, from its top again after the last."""
    others = ModulePage.objects.live().sibling_of(module, inclusive=False)
    if learner.is_authenticated:
        others = others.exclude(places__in=ModulePlace.objects.filter(learner=learner, finished_at__isnull=False))
    is_before = Case(When(path__lt=module.path, then=1), default=0)
    offered: ModulePage | None = others.order_by(is_before, "path").first()
    return offered
