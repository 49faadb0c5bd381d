"""A list to tick off. Kept, never marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks, Told


@dataclass(frozen=True)
class Item:
    """One thing to tick. Its key is its place in the list, from "1"."""

    key: str
    text: str


@dataclass(frozen=True)
class Checklist(Asks):
    """What the list is for, and what is on it."""

    prompt: str
    items: tuple[Item, ...]

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's list."""
        return cls(activity_id, value["prompt"], tuple(Item(str(n), text) for n, text in enumerate(value["items"], 1)))

    def carried_over(self, given: Mapping[str, Any], before: Asks) -> Mapping[str, Any] | None:
        """Keep the ticks of what is still on the list."""
        if not isinstance(before, Checklist):
            return None
        ticked = {item.text for item in before.items if item.key in given["ticked"]}
        return {"ticked": [item.key for item in self.items if item.text in ticked]}

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return each item that is ticked."""
        return [Told(self.prompt, item.text) for item in self.items if item.key in given["ticked"]]


class ChecklistBlock(ActivityBlock):
    """A list that the learner ticks off, at work or here, and comes back to."""

    asks = Checklist

    prompt = blocks.TextBlock(max_length=400, rows=2, label=_("What the list is for"))
    items = blocks.ListBlock(blocks.CharBlock(max_length=200, label=_("Item")), min_num=2, max_num=15, label=_("Items"))

    class Meta:
        icon = "tick-inverse"
        label = _("Checklist")
        description = _("A list to tick off; the ticks are kept")
        preview_value = {
            "prompt": "Before you begin to talk, look for these.",
            "items": ["Her glasses are clean.", "The television is off.", "You are at eye level."],
        }
