"""Things that belong into groups."""

from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Objections
from courses.activities.outcomes import outcome_codes
from courses.activities.placing import Choice, Placing, Row


class Sorting(Placing):
    """What is sorted, and the groups."""

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's groups and things; a thing names its group."""
        groups = tuple(Choice(str(number), group) for number, group in enumerate(value["groups"], 1))
        keys = {group.text: group.key for group in groups}
        rows = (Row(str(n), item["text"], keys.get(item["group"], ""), item["feedback"]) for n, item in enumerate(value["items"], 1))
        return cls(activity_id, value["prompt"], tuple(rows), groups)

    def when_wrong(self, row: Row, put: str) -> str:
        """Say of the thing what there is to say: it leads to its group."""
        return row.feedback


class SortedBlock(blocks.StructBlock):
    """One thing, and the group it belongs to."""

    text = blocks.CharBlock(max_length=200, label=_("Thing"))
    group = blocks.CharBlock(max_length=80, label=_("Its group"), help_text=_("Exactly as it is named above."))
    feedback = blocks.TextBlock(max_length=400, rows=2, label=_("What to say about it"))

    class Meta:
        icon = "folder-open-1"
        label = _("Thing")


class SortingBlock(ActivityBlock):
    """Things to sort into two to four groups."""

    asks = Sorting

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    groups = blocks.ListBlock(blocks.CharBlock(max_length=80, label=_("Group")), min_num=2, max_num=4, label=_("Groups"))
    items = blocks.ListBlock(SortedBlock(), min_num=2, max_num=10, label=_("Things to sort"))
    outcomes = outcome_codes()

    class Meta:
        icon = "folder-open-1"
        label = _("Sorting")
        description = _("Things to sort into groups")
        preview_value = {
            "prompt": "Fact or guess?",
            "groups": ["A fact", "A guess"],
            "items": [
                {"text": "She left her lunch.", "group": "A fact", "feedback": "Anybody could have seen it."},
                {"text": "She is in a bad mood.", "group": "A guess", "feedback": "Nobody can see a mood."},
            ],
        }

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a thing whose group is not there."""
        unknown = [item["group"] for item in value["items"] if item["group"] not in list(value["groups"])]
        return {"items": _now("There is no group “%(group)s”.") % {"group": unknown[0]}} if unknown else {}
