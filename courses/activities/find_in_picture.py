"""Places to find in a picture, with a list that says the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from courses.activities.activity import ActivityBlock, Objections
from courses.activities.outcomes import outcome_codes
from courses.activities.question import Option, Question

WIDTH = 1000  # of the drawing plane in which places are marked


@dataclass(frozen=True)
class Spot(Option):
    """A numbered place: its middle, in the drawing plane."""

    x: int
    y: int


@dataclass(frozen=True)
class FindInPicture(Question):
    """A question whose options are places in a picture."""

    image: str = ""
    alt: str = ""
    height: int = WIDTH

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's places: hundredths of the picture's width and height."""
        image = value["image"]  # None in an author's unfinished draft
        height = round(WIDTH * image.height / image.width) if image else WIDTH
        spots = (
            Spot(str(n), s["text"], s["right"], s["feedback"], (s["across"] or 0) * WIDTH // 100, (s["down"] or 0) * height // 100)
            for n, s in enumerate(value["spots"], 1)
        )
        return cls(activity_id, value["prompt"], True, tuple(spots), image.file.url if image else "", value["alt"], height)


class SpotBlock(blocks.StructBlock):
    """One place in the picture."""

    across = blocks.IntegerBlock(min_value=0, max_value=100, label=_("How far across"), help_text=_("0 is the left edge, 100 the right."))
    down = blocks.IntegerBlock(min_value=0, max_value=100, label=_("How far down"), help_text=_("0 is the top, 100 the bottom."))
    text = blocks.CharBlock(max_length=200, label=_("What is there"))
    right = blocks.BooleanBlock(required=False, label=_("This is one to find"))
    feedback = blocks.TextBlock(max_length=600, rows=2, label=_("What to say when it is chosen"))

    class Meta:
        icon = "crosshairs"
        label = _("Place")


class FindInPictureBlock(ActivityBlock):
    """Numbered places in a picture; the learner chooses those that are asked for, in the picture or in the list."""

    asks = FindInPicture

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(max_length=300, label=_("What the picture shows"), help_text=_("For somebody who cannot see it."))
    spots = blocks.ListBlock(SpotBlock(), min_num=2, max_num=8, label=_("Places"))
    outcomes = outcome_codes()

    class Meta:
        icon = "crosshairs"
        label = _("Find it in the picture")
        description = _("Places to find in a picture, and the same as a list")

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a picture in which there is nothing to find."""
        return {} if any(spot["right"] for spot in value["spots"]) else {"spots": _now("Mark at least one place as one to find.")}
