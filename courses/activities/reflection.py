"""Something to think about and write down. Kept, never marked."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks


@dataclass(frozen=True)
class Reflection(Asks):
    """What the learner is asked to think about."""

    prompt: str
    hint: str

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        return cls(activity_id, value["prompt"], value["hint"])


class ReflectionBlock(ActivityBlock):
    """A question without a right answer."""

    asks = Reflection

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("What to think about"))
    hint = blocks.CharBlock(max_length=200, required=False, label=_("A way to begin"))

    class Meta:
        icon = "comment"
        label = _("Reflection")
        description = _("The learner writes her own thoughts; they are kept and never marked")
        preview_value = {"prompt": "Think of a day when nobody listened to you. What would have helped?", "hint": "I remember a day when…"}
