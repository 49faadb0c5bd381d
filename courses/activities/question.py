"""A question with one or several right answers, and feedback that teaches for each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError


@dataclass(frozen=True)
class Option:
    """One possible answer. Its key is its place in the list, from "1"."""

    key: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """What is asked, as plain data, and the judgement of an answer."""

    id: str
    prompt: str
    several: bool
    options: tuple[Option, ...]

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        options = (Option(str(n), o["text"], o["right"], o["feedback"]) for n, o in enumerate(value["options"], 1))
        return cls(activity_id, value["prompt"], value["answers"] == "several", tuple(options))

    def is_right(self, chosen: Collection[str]) -> bool:
        """Return whether `chosen` (option keys) are all of the right ones and nothing else."""
        return set(chosen) == {option.key for option in self.options if option.right}

    def chosen_options(self, chosen: Collection[str]) -> list[Option]:
        """Return the chosen options, in the order they stand on the page."""
        return [option for option in self.options if option.key in chosen]


class OptionBlock(blocks.StructBlock):
    """One possible answer."""

    text = blocks.CharBlock(max_length=300, label=_("Answer"))
    right = blocks.BooleanBlock(required=False, label=_("This is right"))
    feedback = blocks.TextBlock(max_length=600, rows=2, label=_("What to say when it is chosen"))

    class Meta:
        icon = "list-ul"
        label = _("Answer")


class QuestionBlock(blocks.StructBlock):
    """A question; as many tries as wanted, and each answer teaches."""

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    answers = blocks.ChoiceBlock(
        choices=[("one", _("One right answer")), ("several", _("Several right answers"))], default="one", label=_("How many are right")
    )
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=8, label=_("Answers"))

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("One or several right answers, with feedback for each")
        template = "activities/question/learn.html"
        preview_template = "activities/question/preview.html"
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

    def clean(self, value: Any) -> Any:
        """Refuse a question nobody could answer: no right answer, or several where one is asked."""
        cleaned = super().clean(value)
        right = sum(option["right"] for option in cleaned["options"])
        if right == 0:
            raise StructBlockValidationError(block_errors={"options": ValidationError(_("Mark at least one answer as right."))})
        if right > 1 and cleaned["answers"] == "one":
            raise StructBlockValidationError(
                block_errors={"answers": ValidationError(_("You marked several right answers. Choose “Several right answers”."))}
            )
        return cleaned
