"""An hour in a room: somebody leads, everybody takes part, and each writes what it meant to them."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks
from courses.activities.text import READING_FEATURES


@dataclass(frozen=True)
class GroupSession(Asks):
    """What the group does, the guide for who leads it, and what each is asked afterwards."""

    title: str
    minutes: int
    html: str
    guide: str
    prompt: str

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        return cls(activity_id, value["title"], value["minutes"], str(value["html"]), str(value["guide"]), value["prompt"])


class GroupSessionBlock(ActivityBlock):
    """A talk in a group, led by a supervisor or manager, who opens it with a code for those in the room."""

    asks = GroupSession

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    minutes = blocks.IntegerBlock(min_value=10, max_value=240, default=45, label=_("Minutes"))
    html = blocks.RichTextBlock(features=READING_FEATURES, label=_("What the group does"), max_length=3000)
    guide = blocks.RichTextBlock(features=READING_FEATURES, label=_("Guide for who leads it"), max_length=5000)
    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("What each is asked afterwards"))

    class Meta:
        icon = "group"
        label = _("Group session")
        description = _("A talk in a group, with a guide, a code for those in the room, and each person's own thoughts")
        preview_value = {
            "title": "The same night, four chairs",
            "minutes": 45,
            "html": "<p>Four people sit down as Mrs Byrne, her son, the night worker and the GP.</p>",
            "guide": "<p>Give each a card. Let each speak for two minutes.</p>",
            "prompt": "What did you hear that you had not thought of?",
        }
