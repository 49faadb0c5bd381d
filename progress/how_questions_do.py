"""How the questions of a module do: for an author, who never learns who answered."""

from collections import Counter
from dataclasses import dataclass

from courses.models import ModulePage
from courses.models.course import outline_of_revision
from courses.outline import Part, Step
from progress.models import Answer


@dataclass(frozen=True)
class Doing:
    """One marked activity: how many answered it, how many were right first time, and which wrong answers came first, most often first."""

    step: Step
    part: Part
    answered: int
    right_first: int
    wrong: tuple[tuple[str, int], ...]

    @property
    def share(self) -> int | None:
        """Return how many of a hundred were right first time; None before anybody answered."""
        return 100 * self.right_first // self.answered if self.answered else None


def how_questions_do(module: ModulePage) -> list[Doing]:
    """Count the first answers to each marked activity that is published, in one query; each is told in the words it was given to."""
    outline = module.outline()
    answers: dict[str, list[Answer]] = {}
    for answer in Answer.objects.filter(module=module, is_right__isnull=False):
        answers.setdefault(answer.activity_id, []).append(answer)
    return [_doing(step, part, answers.get(part.id, [])) for step in outline.steps for part in step.marked]


def _doing(step: Step, part: Part, answers: list[Answer]) -> Doing:
    right = sum(bool(answer.was_right_first_time) for answer in answers)
    chosen = Counter(line for answer in answers if not answer.was_right_first_time for line in _wrong(part, answer))
    return Doing(step, part, len(answers), right, tuple(chosen.most_common(5)))


def _wrong(part: Part, answer: Answer) -> list[str]:
    """Return what was wrong in somebody's first answer, in the words of that time."""
    found = outline_of_revision(answer.first_revision).find(part.id) if answer.first_given and answer.first_revision else None
    asks = found[1].asks if found else None
    told = asks.told(answer.first_given or {}) if asks else []
    about = asks.about if asks else ""
    return [line.said if line.asked in ("", about) else f"{line.asked} → {line.said}" for line in told if line.right is False]
