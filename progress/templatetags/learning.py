"""What `progress` offers the pages of `courses`: a person's own part of them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.db.models import QuerySet
from django.template import Context
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.activities.activity import Asks
from courses.activities.how_sure import AFTER
from courses.activities.placing import Placing, Row
from courses.activities.scenario import Scenario, Taken
from courses.models import ModulePage
from courses.models.course import outline_of_revision
from courses.outline import Outline, Part, Step
from people.models import User, Workplace
from people.permissions import May
from progress.actions import still_to_do
from progress.forms.learning import PlanForm
from progress.learning import Taken as TakenModule
from progress.learning import after
from progress.models import Answer, Attendance, Draft, LogEntry, ModulePlace, Plan, ProgressLog

register = template.Library()

# What a person gave in a module and what she has begun to write there, in one question in SQL of our own: every step
# asks it, and putting it together took longer than asking it. A draft comes as an answer with the address it is kept under.
KEPT = """SELECT id, learner_id, module_id, activity_id, revision_id, given, is_right, was_right_first_time, tries, answered_at, '' AS place
        FROM progress_answer WHERE learner_id = %(learner)s AND module_id = %(module)s
    UNION ALL SELECT id, writer_id, NULL, '', NULL, fields, NULL, NULL, 0, saved_at, place
        FROM progress_draft WHERE writer_id = %(learner)s AND place LIKE %(places)s"""


class Mine:
    """One person's answers, drafts and place in a module, fetched when first asked for; empty for somebody who is not signed in."""

    def __init__(self, learner: User | None, page: ModulePage) -> None:
        self._whose = {"learner": learner.pk.hex, "module": page.pk} if learner else None

    @cached_property
    def _kept(self) -> list[Any]:
        if not self._whose:
            return []
        places = reverse("progress:write", args=[self._whose["module"], "-"]).removesuffix("-/")
        return list(Answer.objects.raw(KEPT, {**self._whose, "places": f"{places}%"}))

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """Return the answers by the id of their activity."""
        return {kept.activity_id: kept for kept in self._kept if not kept.place}

    @cached_property
    def drafts(self) -> Mapping[str, Draft]:
        """Return what was typed and not sent, by the address that the words are sent to."""
        return {kept.place: Draft(place=kept.place, fields=kept.given, saved_at=kept.answered_at) for kept in self._kept if kept.place}

    @cached_property
    def place(self) -> ModulePlace | None:
        """Return how far this person has come."""
        return next(iter(ModulePlace.objects.filter(**self._whose)), None) if self._whose else None

    @property
    def right(self) -> set[str]:
        """Return the ids of the questions answered right."""
        return {key for key, answer in self.answers.items() if answer.is_right}

    def still_to_do(self, outline: Outline) -> list[Step]:
        """Return the steps that keep the module from being finished."""
        return still_to_do(outline, self.place.done_steps if self.place else [], self.right)

    def next_number(self, outline: Outline) -> int:
        """Return the number of the step to open next."""
        return self.place.number_in(outline) if self.place else 1


@register.simple_tag(takes_context=True)
def my_learning(context: Context, page: ModulePage) -> Mine:
    """Return this person's answers and place in a module."""
    user = context["request"].user
    return Mine(user if user.is_authenticated else None, page)


@register.simple_tag(takes_context=True)
def my_log(context: Context, page: ModulePage) -> ProgressLog | None:
    """Fetch this person's log for the framework a module teaches."""
    user = context["request"].user
    if not user.is_authenticated:
        return None
    return ProgressLog.objects.filter(learner=user, framework=page.course.framework_id).first()


@register.simple_tag(takes_context=True)
def module_after(context: Context, page: ModulePage) -> ModulePage | None:
    """Return the module to offer at the end of this one."""
    return after(page, context["request"].user)


@register.simple_tag
def entries_served(log: ProgressLog, page: ModulePage) -> list[LogEntry]:
    """Return the entries of a log that a module serves, with what each still needs."""
    return list(LogEntry.objects.with_everything().filter(log=log, outcome__modules=page))


@register.simple_tag
def why_it_moved(entry: LogEntry, outline: Outline) -> str:
    """Say what in a finished module shows that she knows an outcome, and what it still takes to be signed off; nothing of what is only done."""
    if not entry.knowledge_from_module:
        return ""
    steps = sorted({step.number for step, _check in outline.checks_of(entry.outcome.code)})
    said = [_("You can now explain this.")]
    if steps:
        numbers = {"steps": ", ".join(str(number) for number in steps)}
        said = [
            ngettext(
                "You can now explain this, from the check in step %(steps)s.",
                "You can now explain this, from the checks in steps %(steps)s.",
                len(steps),
            )
            % numbers
        ]
    if not entry.is_signed_off:
        said.append(
            _("To be signed off it still needs to be seen at work.")
            if entry.outcome.has_practice_part
            else _("To be signed off it still needs your supervisor.")
        )
    return " ".join(said)


@register.simple_tag(takes_context=True)
def asked(context: Context, part: Part, mine: Mine) -> dict[str, Any]:
    """Return what a template needs to show one activity: the form, what was chosen, and the feedback it earns.

    A try just made on this page (`tried`, by somebody not signed in, or with an error) comes before the kept answer.
    """
    tried = context.get("tried")
    if tried and tried["part"].id == part.id:
        return {**tried, "given_is_right": tried["is_right"], "is_answered": tried["is_right"] is not None}
    answer = mine.answers.get(part.id)
    if answer is None:
        return {"given": {}, "answer": None, "errors": None, "given_is_right": None, "is_answered": False}
    assert part.asks  # noqa: S101 – only what asks has an answer
    given = _as_asked_now(part, answer, context["page"])
    if given is None:  # her mark stays; what she chose then would say something else now
        return {"given": {}, "answer": answer, "errors": None, "given_is_right": answer.is_right, "is_answered": False}
    return {"given": given, "answer": answer, "errors": None, "given_is_right": part.asks.is_right(given), "is_answered": True}


def _as_asked_now(part: Part, answer: Answer, page: ModulePage) -> Mapping[str, Any] | None:
    """Return an answer in the keys of the published words; None where an author has changed what it would mean."""
    given: Mapping[str, Any] = answer.given
    if answer.revision_id in (None, page.live_revision_id):
        return given
    found = outline_of_revision(answer.revision_id).find(part.id)
    before = found[1].asks if found else None
    return part.asks.carried_over(given, before) if part.asks and before else None


@register.simple_tag(takes_context=True)
def written_so_far(context: Context, part: Part, mine: Mine, place: str) -> dict[str, Any]:
    """Return what `asked` does for something answered in words, with a draft in place of an answer that is older."""
    my = asked(context, part, mine)
    draft = mine.drafts.get(place)
    if my["errors"] or draft is None or (my["answer"] and draft.is_in(my["answer"])):
        return {**my, "draft": None}
    return {**my, "given": draft.words, "draft": draft}


@register.filter
def right_so_far(asks: Asks, given: Mapping[str, Any]) -> bool:
    """Return whether everything somebody chose is right, though more is right than that."""
    told = asks.told(given)
    return bool(told) and all(one.right for one in told)


@register.simple_tag(takes_context=True)
def plan_for(context: Context, part: Part, page: ModulePage) -> dict[str, Any]:
    """Return the day this person chose for a task at work, None where she chose none, and the days to choose from."""
    user = context["request"].user
    plan = Plan.objects.filter(learner=user, module=page, activity_id=part.id).first() if user.is_authenticated else None
    return {"day": plan.day if plan else None, "choices": PlanForm.DAYS}


@register.simple_tag(takes_context=True)
def group_for(context: Context, part: Part, page: ModulePage) -> dict[str, Any]:
    """Return when this person was in the room, and the workplaces where she may lead: two queries."""
    user = context["request"].user
    attended = Attendance.objects.filter(learner=user, session__module=page, session__activity_id=part.id).select_related("session")
    return {"attended": list(attended), "workplaces": list(Workplace.objects.where(user, May.LEAD_SESSIONS).order_by("name"))}


@register.simple_tag(takes_context=True)
def question_waits(context: Context, step: Step, mine: Mine) -> bool:
    """Return whether something of this step is not right yet: then doing it is the main act, not going on."""
    return any(not asked(context, part, mine)["given_is_right"] for part in step.marked)


@register.simple_tag
def way_through(scenario: Scenario, my: Mapping[str, Any] | str) -> Taken:
    """Return where a scenario stands: at its beginning before the first choice, and where the way taken is no longer there."""
    given = my["given"] if isinstance(my, Mapping) and not my["errors"] else {}
    begun = scenario.follow([])
    assert begun  # noqa: S101 – the empty path leads to the first scene
    return scenario.follow(given.get("path", [])) or begun


@register.simple_tag
def has_shorter_way(scenario: Scenario, taken: Taken) -> bool:
    """Return whether a good end was reached by a detour."""
    return scenario.has_shorter_way(taken)


@register.simple_tag(takes_context=True)
def questions_drawn(context: Context, part: Any, my: Mapping[str, Any] | str) -> list[dict[str, Any]]:
    """Return the questions of a knowledge check: those that were drawn for the answer shown, else a fresh draw."""
    asks: Any = part.asks if isinstance(part, Part) else part["asks"]
    mine: Mapping[str, Any] = my if isinstance(my, Mapping) and _wants_no_others(context, asks.id) else {}
    given = mine.get("given", {})
    kept = asks.questions(given_for(given, "drawn").split())
    return [
        {
            "question": question,
            "name": asks.field_of(question),
            "prefix": f"{asks.id}-{question.id}",
            "chosen": given.get(asks.field_of(question), []) if kept else [],
            "errors": (mine.get("errors") or {}).get(asks.field_of(question)),
            "is_answered": bool(kept and mine.get("is_answered")),
        }
        for question in kept or asks.questions(_drawn_anew(context, asks))
    ]


def _drawn_anew(context: Context, asks: Any) -> list[str]:
    """Return a fresh draw; an author's preview and what is kept for all always show the first of the pool."""
    keys: list[str] = asks.draw() if context.get("request") else [question.id for question in asks.pool[: asks.ask]]
    return keys


def _wants_no_others(context: Context, activity_id: str) -> bool:
    request = context.get("request")
    return request is None or request.method != "GET" or request.GET.get("other") != activity_id


@register.simple_tag
def change_since(part: Part, mine: Mine) -> list[dict[str, str]]:
    """Return how sure she was of each thing before and is now; nothing until both were asked."""
    before, now = mine.answers.get(part.id.removesuffix(AFTER)), mine.answers.get(part.id)
    if not part.id.endswith(AFTER) or before is None or now is None:
        return []
    words = {choice.key: choice.text for choice in part.asks.choices}  # type: ignore[union-attr]
    rows = part.asks.rows  # type: ignore[union-attr]
    return [
        {"text": row.text, "before": words.get(before.given.get(row.name), "–"), "now": words.get(now.given.get(row.name), "–")}
        for row in rows
    ]


@register.filter
def given_for(given: Mapping[str, Any] | None, name: str) -> str:
    """Return what was given in one field: of a kept answer, or of a form just sent with an error."""
    return written((given or {}).get(name))


@register.simple_tag
def said_of(placing: Placing, row: Row, put: str) -> str:
    """Return what to say about where a row was put."""
    return placing.said_of(row, put)


@register.filter
def written(given: object) -> str:
    """Return words as they were typed: from a kept answer, or from a form just sent with an error."""
    return " ".join(given) if isinstance(given, list) else str(given or "")


@register.simple_tag
def next_number(mine: Mine, outline: Outline) -> int:
    """Return the number of the step to open next."""
    return mine.next_number(outline)


@register.simple_tag
def steps_left(mine: Mine, outline: Outline) -> list[Step]:
    """Return the steps that keep the module from being finished."""
    return mine.still_to_do(outline)


@register.simple_tag(takes_context=True)
def my_modules(context: Context, modules: QuerySet[ModulePage]) -> list[TakenModule]:
    """Return the modules of a course with this person's places: two queries, one when not signed in."""
    user = context["request"].user
    places = {place.module_id: place for place in ModulePlace.objects.filter(learner=user)} if user.is_authenticated else {}
    return [TakenModule(module, places.get(module.pk)) for module in modules]
