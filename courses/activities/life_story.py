"""One person's life, told in moments by several voices."""

from dataclasses import dataclass
from typing import Any, Self

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock, Asks
from courses.activities.text import READING_FEATURES


@dataclass(frozen=True)
class LifeStory(Asks):
    """The story as HTML, and the questions to write about."""

    title: str
    story: str
    prompts: tuple[str, ...]

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's moments."""
        story = render_to_string("activities/life_story/story.html", {"value": value, "id": activity_id})
        return cls(activity_id, value["title"], story, tuple(value["prompts"]))


class SaidBlock(blocks.StructBlock):
    """What one voice tells."""

    who = blocks.CharBlock(max_length=80, label=_("Who tells it"))
    html = blocks.RichTextBlock(features=READING_FEATURES, max_length=1500, label=_("In their words"))

    class Meta:
        icon = "openquote"
        label = _("Voice")


class MomentBlock(blocks.StructBlock):
    """One moment of the life."""

    when = blocks.CharBlock(max_length=40, label=_("When"), help_text=_("For example: 1951, or last Tuesday"))
    title = blocks.CharBlock(max_length=100, label=_("What happened"))
    voices = blocks.ListBlock(SaidBlock(), min_num=1, max_num=3, label=_("Voices"))

    class Meta:
        icon = "date"
        label = _("Moment")


class LifeStoryBlock(ActivityBlock):
    """A life in moments, and questions that the learner answers in her own words."""

    asks = LifeStory

    title = blocks.CharBlock(max_length=100, label=_("Title"))
    moments = blocks.ListBlock(MomentBlock(), min_num=2, max_num=10, label=_("Moments"))
    prompts = blocks.ListBlock(blocks.CharBlock(max_length=200, label=_("Question")), min_num=1, max_num=4, label=_("To write about"))

    class Meta:
        icon = "date"
        label = _("Life story")
        description = _("One person’s life, told by several voices")
        preview_value = {
            "title": "The baker of Mill Lane",
            "moments": [
                {"when": "1951", "title": "The first oven", "voices": [{"who": "Joe", "html": "<p>We got up at three.</p>"}]},
                {"when": "Last night", "title": "Up at three", "voices": [{"who": "A night worker", "html": "<p>He was dressed.</p>"}]},
            ],
            "prompts": ["What would you do for Joe at three in the morning?"],
        }
