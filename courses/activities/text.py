"""Something to read."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock

READING_FEATURES = ["bold", "italic", "link", "ul", "ol", "h2"]


class TextBlock(ActivityBlock):
    """One idea in a few short paragraphs."""

    html = blocks.RichTextBlock(features=READING_FEATURES, label=_("Text"), max_length=6000)

    class Meta:
        icon = "doc-full"
        label = _("Text")
        description = _("A few short paragraphs about one idea")
        template = "activities/text/learn.html"
        preview_value = {"html": "<p>Maria likes her tea in the blue cup. She cannot say so any more, but she smiles when it comes.</p>"}
