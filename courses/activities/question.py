"""A question with one or several right answers, and feedback that teaches for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks, Objections, Told
from courses.activities.outcomes import outcome_codes


@dataclass(frozen=True)
class Option:
    """One possible answer. Its key is its place in the list, from "1"."""

    key: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question(Asks):
    """What is asked, as plain data, and the judgement of an answer."""

    prompt: str
    several: bool
    options: tuple[Option, ...]
    is_marked: ClassVar[bool] = True

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        options = (Option(str(n), o["text"], o["right"], o["feedback"]) for n, o in enumerate(value["options"], 1))
        return cls(activity_id, value["prompt"], value["answers"] == "several", tuple(options))

    @property
    def is_single(self) -> bool:
        """Whether one answer is asked for."""
        return not self.several

    def is_right(self, given: Mapping[str, Any]) -> bool:
        """Return whether the chosen options (their keys) are all of the right ones and nothing else."""
        return set(given["chosen"]) == {option.key for option in self.options if option.right}

    def carried_over(self, given: Mapping[str, Any], before: Asks) -> Mapping[str, Any] | None:
        """Follow each chosen option by its words, as long as the same ones are right."""
        if not isinstance(before, Question) or _right(before) != _right(self):
            return None
        chosen = {option.text for option in before.options if option.key in given["chosen"]}
        now = [option.key for option in self.options if option.text in chosen]
        return {"chosen": now} if len(now) == len(chosen) else None

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return each option that was chosen."""
        return [Told(self.prompt, option.text, option.right) for option in self.options if option.key in given["chosen"]]

    def solution(self) -> dict[str, Any]:
        """Return the keys of the right options."""
        return {"chosen": [option.key for option in self.options if option.right]}


def _right(question: Question) -> set[str]:
    return {option.text for option in question.options if option.right}


class OptionBlock(blocks.StructBlock):
    """One possible answer."""

    text = blocks.CharBlock(max_length=300, label=_("Answer"))
    right = blocks.BooleanBlock(required=False, label=_("This is right"))
    feedback = blocks.TextBlock(max_length=600, rows=2, label=_("What to say when it is chosen"))

    class Meta:
        icon = "list-ul"
        label = _("Answer")


class QuestionWords(blocks.StructBlock):
    """What an author writes of any question: alone in a step, or in the pool of a knowledge check."""

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    answers = blocks.ChoiceBlock(
        choices=[("one", _("One right answer")), ("several", _("Several right answers"))], default="one", label=_("How many are right")
    )
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=8, label=_("Answers"))


def question_objections(value: Mapping[str, Any]) -> Objections:
    """Refuse a question nobody could answer: no right answer, or another number of them than is asked for."""
    right = sum(bool(option["right"]) for option in value["options"])
    if right == 0:
        return {"options": _now("No answer is right. Mark at least one.")}
    if right > 1 and value["answers"] == "one":
        return {"answers": _now("You marked several right answers. Choose “Several right answers”.")}
    if right == 1 and value["answers"] == "several":
        return {"answers": _now("You marked one right answer. Choose “One right answer”.")}
    return {}


class QuestionBlock(QuestionWords, ActivityBlock):
    """A question; as many tries as wanted, and each answer teaches."""

    asks = Question

    outcomes = outcome_codes()

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("One or several right answers, with feedback for each")
        preview_value = {
            "prompt": "Amina asks for her mother. What do you do first?",
            "answers": "one",
            "options": [
                {"text": "Sit down with her and ask about her mother.", "right": True, "feedback": "Yes. You answer the feeling."},
                {
                    "text": "Tell her that her mother has died.",
                    "right": False,
                    "feedback": "Not quite. She may feel the loss as if it were new.",
                },
            ],
        }

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse what `question_objections` names."""
        return question_objections(value)
