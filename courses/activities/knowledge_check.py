"""A few questions drawn from a pool, explained, that show somebody knows what the outcomes ask."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks, Objections, Told
from courses.activities.outcomes import outcome_codes
from courses.activities.question import Question, QuestionWords, question_objections


@dataclass(frozen=True)
class KnowledgeCheck(Asks):
    """The pool, and how many of it are asked at a time.

    A try is `drawn`, the keys of the questions that were asked, and for each of them the keys chosen, by its field's name.
    """

    title: str
    ask: int
    pool: tuple[Question, ...]
    is_marked: ClassVar[bool] = True

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's pool. A question's key is its place in it, from "1"."""
        pool = tuple(Question.from_value(str(n), question) for n, question in enumerate(value["questions"], 1))
        return cls(activity_id, value["title"], min(value["ask"] or 1, len(pool)), pool)  # an author's draft may have too few

    @staticmethod
    def field_of(question: Question) -> str:
        """Return the name of a question's field."""
        return f"question-{question.id}"

    def draw(self) -> list[str]:
        """Return the keys of a fresh draw."""
        return [question.id for question in random.sample(self.pool, self.ask)]

    def questions(self, drawn: Sequence[str]) -> list[Question] | None:
        """Return the questions with these keys, in that order; None where it is not a draw from this pool."""
        by_key = {question.id: question for question in self.pool}
        found = [by_key[key] for key in dict.fromkeys(drawn) if key in by_key]
        return found if len(found) == len(drawn) == self.ask else None

    def is_right(self, given: Mapping[str, Any]) -> bool:
        """Return whether every question that was drawn is answered right."""
        drawn = self.questions(given["drawn"]) or []
        return bool(drawn) and all(question.is_right({"chosen": given.get(self.field_of(question), [])}) for question in drawn)

    def carried_over(self, given: Mapping[str, Any], before: Asks) -> Mapping[str, Any] | None:
        """Follow each question by its words, as long as each is still there and means the same."""
        was = before.questions(given["drawn"]) if isinstance(before, KnowledgeCheck) else None
        now = {question.prompt: question for question in self.pool}
        if not was or any(question.prompt not in now for question in was) or len(was) != self.ask:
            return None
        pairs = [(question, now[question.prompt]) for question in was]
        chosen = {self.field_of(new): new.carried_over({"chosen": given[self.field_of(old)]}, old) for old, new in pairs}
        if None in chosen.values():
            return None
        return {"drawn": [new.id for _old, new in pairs], **{name: kept["chosen"] for name, kept in chosen.items() if kept}}

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return what was chosen for each question."""
        drawn = self.questions(given["drawn"]) or []
        return [line for question in drawn for line in question.told({"chosen": given.get(self.field_of(question), [])})]

    def solution(self) -> dict[str, Any]:
        """Return the first of the pool, answered right."""
        drawn = self.pool[: self.ask]
        return {"drawn": [question.id for question in drawn], **{self.field_of(q): q.solution()["chosen"] for q in drawn}}


class PoolQuestionBlock(QuestionWords):
    """One question of the pool."""

    class Meta:
        icon = "help"
        label = _("Question")


class KnowledgeCheckBlock(ActivityBlock):
    """Other questions each time, as many tries as wanted, and each answer teaches."""

    asks = KnowledgeCheck

    title = blocks.CharBlock(max_length=80, label=_("Title"), default="Check what you know")
    ask = blocks.IntegerBlock(min_value=1, max_value=10, default=3, label=_("How many to ask each time"))
    questions = blocks.ListBlock(PoolQuestionBlock(), min_num=2, max_num=30, label=_("The pool of questions"))
    outcomes = outcome_codes()

    class Meta:
        icon = "tasks"
        label = _("Knowledge check")
        description = _("A few questions drawn from a pool, with feedback; shows what somebody knows of the outcomes")
        preview_value = {
            "title": "Check what you know",
            "ask": 1,
            "questions": [
                {
                    "prompt": "A person asks the same question again. Why?",
                    "answers": "one",
                    "options": [
                        {"text": "She wants to annoy you.", "right": False, "feedback": "Not quite. Asking again is not chosen."},
                        {"text": "The answer was not stored.", "right": True, "feedback": "Yes. To her it is the first time."},
                    ],
                },
                {
                    "prompt": "Who gets dementia?",
                    "answers": "one",
                    "options": [
                        {"text": "Only old people.", "right": False, "feedback": "Not quite. Some are under 65."},
                        {"text": "Mostly old people, and some younger ones.", "right": True, "feedback": "Yes."},
                    ],
                },
            ],
        }

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a pool too small to draw from, and name the first question in it that nobody could answer."""
        if len(value["questions"]) < value["ask"]:
            return {"ask": _now("There are fewer questions than you want to ask.")}
        for number, question in enumerate(value["questions"], 1):
            for says in question_objections(question).values():
                return {"questions": _now("Question %(number)d: %(says)s") % {"number": number, "says": says}}
        prompts = [question["prompt"] for question in value["questions"]]
        return {"questions": _now("The same question stands there twice.")} if len(set(prompts)) < len(prompts) else {}
