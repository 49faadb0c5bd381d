"""How sure somebody feels, before a module and after it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.placing import Choice, Placing, Row

LEVELS = [("1", _("Not sure yet")), ("2", _("A little sure")), ("3", _("Quite sure")), ("4", _("Very sure"))]
AFTER = "-after"


class HowSure(Placing):
    """What she could do, and how sure she is of each. Nothing here is right or wrong."""

    is_marked: ClassVar[bool] = False

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's list."""
        rows = (Row(str(n), text, "", "") for n, text in enumerate(value["statements"], 1))
        return cls(activity_id, value["prompt"], tuple(rows), tuple(Choice(key, str(words)) for key, words in LEVELS))

    def is_right(self, given: Mapping[str, Any]) -> bool | None:
        """Return None."""
        return None

    def after(self) -> "HowSure":
        """Return the same list as it is asked at the end of the module."""
        return replace(self, id=f"{self.id}{AFTER}")


class HowSureBlock(ActivityBlock):
    """Asked where it stands, and again when the module is finished; then the change is shown."""

    asks = HowSure

    prompt = blocks.TextBlock(max_length=300, rows=2, label=_("Question"), default="How sure do you feel today?")
    statements = blocks.ListBlock(
        blocks.CharBlock(max_length=160, label=_("I can …")), min_num=1, max_num=5, label=_("What the learner may feel sure of")
    )

    class Meta:
        icon = "history"
        label = _("How sure do I feel")
        description = _("Asked here and again at the end of the module; shows the change")
        preview_value = {"prompt": "How sure do you feel today?", "statements": ["I know what to say when a person wants to go home."]}
