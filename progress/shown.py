"""What a learner showed that she knows: her answers to what checks an outcome, in words a supervisor can read.

Only what is checked is shown. What she wrote for herself stays hers until she makes it evidence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.activities.activity import Told
from courses.models import ModulePage
from courses.models.course import outline_of_revision
from courses.outline import Outline
from people.models import User
from progress.models import Answer, LogEntry, ModulePlace


@dataclass(frozen=True)
class Shown:
    """One answer to something that checks an outcome, with the step it stands in."""

    module: ModulePage
    step: int
    about: str
    answer: Answer
    told: list[Told]

    @property
    def tries_in_words(self) -> str:
        """Return whether it was right and after how many tries."""
        if not self.answer.is_right:
            return _("Not right yet")
        if self.answer.was_right_first_time:
            return _("Right at the first try")
        return ngettext("Right after %(tries)d try", "Right after %(tries)d tries", self.answer.tries) % {"tries": self.answer.tries}


def answers_about(entries: Sequence[LogEntry]) -> list[Answer]:
    """Return what the learner of these entries (of one log) answered in the modules that serve them, the newest first. One query."""
    if not entries:
        return []
    modules = ModulePage.objects.filter(outcomes__in=[entry.outcome_id for entry in entries]).values("pk")
    answers = Answer.objects.filter(learner=entries[0].learner_id, module__in=modules).select_related("module")
    return list(answers.defer("module__steps").order_by("-answered_at"))


def shown_for(entry: LogEntry, answers: Sequence[Answer]) -> list[Shown]:
    """Return the answers to what checks an entry's outcome, in the order of the modules and their steps."""
    given: dict[int, dict[str, Answer]] = {}
    modules = {answer.module_id: answer.module for answer in answers if answer.module.live}
    for answer in answers:
        given.setdefault(answer.module_id, {})[answer.activity_id] = answer
    in_order = sorted(modules.values(), key=lambda module: str(module.path))
    return [shown for module in in_order for shown in _shown(module, entry.outcome.code, given[module.pk])]


@dataclass(frozen=True)
class Opened:
    """One module that a learner opened, and everything she answered and wrote in it."""

    module: ModulePage
    place: ModulePlace | None
    answers: list[Shown]


def answered_by(learner: User) -> list[Opened]:
    """Return every module that a learner opened, in the order of the courses, whether or not it is still published."""
    places = {place.module_id: place for place in ModulePlace.objects.filter(learner=learner)}
    given: dict[int, list[Answer]] = {}
    for answer in Answer.objects.filter(learner=learner).order_by("answered_at"):
        given.setdefault(answer.module_id, []).append(answer)
    modules = ModulePage.objects.filter(pk__in=[*places, *given]).order_by("path")
    return [
        Opened(module, places.get(module.pk), [_with_its_question(module, one) for one in given.get(module.pk, [])]) for module in modules
    ]


def _with_its_question(module: ModulePage, answer: Answer) -> Shown:
    """Return an answer with what was asked, also where an author has taken the question away since."""
    found = module.outline().find(answer.activity_id)
    about = found[1].asks.about if found and found[1].asks else ""
    told = _told(answer, module.outline()) or [Told("", str(answer.given.get("words", "")))]
    return Shown(module, found[0].number if found and found[0] else 0, about, answer, [line for line in told if line.said])


def _shown(module: ModulePage, code: str, by_activity: Mapping[str, Answer]) -> Iterator[Shown]:
    now = module.outline()
    for step, part in now.checks_of(code):
        answer = by_activity.get(part.id)
        if answer and answer.is_right is not None:
            yield Shown(module, step.number, part.asks.about if part.asks else "", answer, _told(answer, now))


def _told(answer: Answer, now: Outline) -> list[Told]:
    """Return what she answered in the words that she was asked in, whatever the published words are now."""
    outline = outline_of_revision(answer.revision_id) if answer.revision_id else now
    found = outline.find(answer.activity_id)
    return found[1].asks.told(answer.given) if found and found[1].asks else []
