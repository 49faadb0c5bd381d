"""One moment, seen by several people."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.text import READING_FEATURES


class VoiceBlock(blocks.StructBlock):
    """What one person lives through in that moment."""

    who = blocks.CharBlock(max_length=80, label=_("Who"), help_text=_("For example: Joyce, who lives with dementia"))
    html = blocks.RichTextBlock(features=READING_FEATURES, max_length=2000, label=_("What it is like for them"))

    class Meta:
        icon = "user"
        label = _("Person")


class PerspectivesBlock(ActivityBlock):
    """The same moment, told by each of the people who were there."""

    title = blocks.CharBlock(max_length=100, label=_("Title"))
    html = blocks.RichTextBlock(features=READING_FEATURES, max_length=2000, label=_("What anybody could have seen"))
    voices = blocks.ListBlock(VoiceBlock(), min_num=2, max_num=6, label=_("People"))

    class Meta:
        icon = "group"
        label = _("Perspectives")
        description = _("The same moment, seen by several people")
        template = "activities/perspectives/learn.html"
        preview_value = {
            "title": "The visit",
            "html": "<p>At four o’clock Joyce’s daughter comes in. Joyce looks away.</p>",
            "voices": [
                {"who": "Joyce", "html": "<p>A kind face. I should know it. I am ashamed.</p>"},
                {"who": "Her daughter", "html": "<p>I drove for two hours.</p>"},
            ],
        }
