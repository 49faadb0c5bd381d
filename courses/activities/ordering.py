"""Things that happen one after the other."""

from typing import Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.outcomes import outcome_codes
from courses.activities.placing import Choice, Placing, Row, shuffled


class Ordering(Placing):
    """What happens, and the places it can have."""

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read what the author wrote in its right order."""
        rows = [Row(str(n), item["text"], str(n), item["feedback"]) for n, item in enumerate(value["items"], 1)]
        places = tuple(Choice(row.key, row.key) for row in rows)
        mixed = shuffled(rows, activity_id)
        if list(mixed) in (rows, rows[::-1]):  # chance may leave them in order, or turn them round
            mixed = (*mixed[1:], mixed[0])
        return cls(activity_id, value["prompt"], mixed, places)

    def when_wrong(self, row: Row, put: str) -> str:
        """Say in which direction to look."""
        if not put:
            return super().when_wrong(row, put)
        return gettext("It comes earlier.") if int(put) > int(row.right) else gettext("It comes later.")


class ItemBlock(blocks.StructBlock):
    """One thing that happens."""

    text = blocks.CharBlock(max_length=200, label=_("What happens"))
    feedback = blocks.TextBlock(max_length=400, rows=2, label=_("Why it has this place"))

    class Meta:
        icon = "list-ol"
        label = _("Item")


class OrderingBlock(ActivityBlock):
    """Things to put in order; the learner numbers them."""

    asks = Ordering

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    items = blocks.ListBlock(ItemBlock(), min_num=3, max_num=8, label=_("In the right order"))
    outcomes = outcome_codes()

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        description = _("Things to put in order, by number")
        preview_value = {
            "prompt": "You help a person to stand. What comes first?",
            "items": [
                {"text": "Say what you would like to do together.", "feedback": "She can agree, or say no."},
                {"text": "Wait for her answer.", "feedback": "It may take ten seconds."},
                {"text": "Stand up together.", "feedback": "At her speed."},
            ],
        }
