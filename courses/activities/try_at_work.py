"""Something to try with the people you support, between two pieces of reading."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks
from courses.activities.outcomes import outcome_codes
from courses.activities.text import READING_FEATURES


@dataclass(frozen=True)
class TryAtWork(Asks):
    """A task for the workplace, and the talk that goes with it."""

    title: str
    minutes: int
    html: str
    talk: str
    is_practice: ClassVar[bool] = True

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        return cls(activity_id, value["title"], value["minutes"], str(value["html"]), value["talk"])


class TryAtWorkBlock(ActivityBlock):
    """A short task for the workplace."""

    asks = TryAtWork

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    minutes = blocks.IntegerBlock(min_value=1, max_value=120, default=20, label=_("Minutes"))
    html = blocks.RichTextBlock(features=READING_FEATURES, label=_("The task"), max_length=3000)
    talk = blocks.TextBlock(max_length=600, rows=2, required=False, label=_("To talk about with the supervisor"))
    outcomes = outcome_codes()

    class Meta:
        icon = "edit"
        label = _("Try at work")
        description = _("A short task for the workplace, and a talk about it")
        preview_value = {
            "title": "One thing about a person's past",
            "minutes": 20,
            "html": "<p>Ask about music.</p>",
            "talk": "What did you learn?",
        }
