"""Changes across records: what taking a module does to answers, places and logs."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from courses.models import ModulePage
from courses.outline import Outline, Part, Step
from people.models import User
from progress.models import Answer, Evidence, LogEntry, ModulePlace, ProgressLog
from progress.written import Written


def record_answer(module: ModulePage, part: Part, given: Mapping[str, Any], *, by: User) -> Answer:
    """Keep an answer to one activity, on the revision it was given on.

    What was right stays right: a later try never takes a mark away. The same answer sent twice is one try.
    """
    assert part.asks  # noqa: S101 – an answer is to something asked
    verdict = part.asks.is_right(given)
    with transaction.atomic():
        answer, is_new = Answer.objects.select_for_update().get_or_create(
            learner=by,
            module=module,
            activity_id=part.id,
            defaults={
                "given": dict(given),
                "first_given": dict(given),
                "first_revision": module.live_revision_id,
                "is_right": verdict,
                "was_right_first_time": verdict,
                "answered_at": timezone.now(),
                "tries": 1,
                "revision_id": module.live_revision_id,
            },
        )
        # The same keys may mean something else in another revision.
        if not is_new and (answer.given, answer.revision_id) != (dict(given), module.live_revision_id):
            answer.given, answer.tries, answer.answered_at = dict(given), answer.tries + 1, timezone.now()
            answer.is_right = answer.is_right or verdict
            answer.revision_id = module.live_revision_id
            answer.save()
        _finish_if_done(module, by=by)
    return answer


def go_on(module: ModulePage, step: Step, *, by: User) -> ModulePlace:
    """Note a step as done and move the learner's place to the next one."""
    outline = module.outline()
    following = outline.step(step.number + 1)
    with transaction.atomic():
        place, _is_new = ModulePlace.objects.select_for_update().get_or_create(learner=by, module=module)
        if step.id not in place.done_steps:
            place.done_steps = [*place.done_steps, step.id]
        place.step_id = following.id if following else step.id
        place.moved_at = timezone.now()
        place.save()
        _finish_if_done(module, by=by)
    return place


def still_to_do(outline: Outline, done_steps: list[str], right: set[str]) -> list[Step]:
    """Return the steps that keep a module from being finished: not done, or with something marked that is not yet right."""
    return [step for step in outline.steps if step.id not in done_steps or any(part.id not in right for part in step.marked)]


def _finish_if_done(module: ModulePage, *, by: User) -> None:
    place = ModulePlace.objects.filter(learner=by, module=module, finished_at=None).first()
    if place is None:
        return
    right = set(Answer.objects.filter(learner=by, module=module, is_right=True).values_list("activity_id", flat=True))
    if still_to_do(module.outline(), place.done_steps, right):
        return
    place.finished_at = timezone.now()
    place.save(update_fields=["finished_at"])
    for log in ProgressLog.objects.filter(learner=by, framework=module.course.framework):
        _credit(log, module)


def credit_finished_modules(log: ProgressLog) -> None:
    """Give a log, new or old, the knowledge marks of the modules its learner has already finished."""
    finished = ModulePage.objects.filter(places__learner=log.learner, places__finished_at__isnull=False, outcomes__framework=log.framework)
    for module in finished.distinct():
        _credit(log, module)


def _credit(log: ProgressLog, module: ModulePage) -> None:
    """Mark the knowledge part of every outcome the module serves; running it again changes nothing."""
    taken = {"id": module.pk, "title": module.title, "revision": module.live_revision_id}
    for entry in LogEntry.objects.filter(log=log, outcome__in=module.outcomes.all(), knowledge_from_module=None).select_related(
        "outcome", "log"
    ):
        entry.note_knowledge(taken, submission=uuid5(log.pk, f"knowledge {module.pk} {entry.outcome_id}"))


def show_as_evidence(written: Written, entry: LogEntry, *, by: User) -> Evidence:
    """Make a reflective account of what a learner wrote in a module, or take the one that is there, and show it for an outcome.

    Raise Refused as `Evidence.add` does. Pressed twice, it is shown once.
    """
    known = Evidence.objects.filter(pk=written.piece, log=entry.log).first()
    if known:
        known.show_for(entry, by=by, submission=uuid5(written.piece, str(entry.pk)))
        return known
    words: dict[str, Any] = {"kind": Evidence.Kind.REFLECTIVE_ACCOUNT, "title": written.title, "text": written.words}
    return Evidence.add(entry.log, [entry], by=by, submission=written.piece, **words)
