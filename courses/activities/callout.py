"""A few words that stand out."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.text import READING_FEATURES

TONES = [
    ("remember", _("Remember")),
    ("careful", _("Take care")),
    ("example", _("Example")),
    ("story", _("A story")),
]


class CalloutBlock(ActivityBlock):
    """Something to remember, to take care with, or a short story beside the text."""

    tone = blocks.ChoiceBlock(choices=TONES, default="remember", label=_("Kind"))
    title = blocks.CharBlock(max_length=80, label=_("Title"))
    html = blocks.RichTextBlock(features=READING_FEATURES, label=_("Text"), max_length=3000)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        description = _("A short piece that stands out from the text")
        template = "activities/callout/learn.html"
        preview_value = {"tone": "remember", "title": "One thing at a time", "html": "<p>Say one thing. Wait. Then say the next.</p>"}
