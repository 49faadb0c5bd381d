"""Cards with something to think about on one side and more on the other."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.text import READING_FEATURES


class CardBlock(blocks.StructBlock):
    """One card."""

    front = blocks.CharBlock(max_length=160, label=_("Front"))
    back = blocks.RichTextBlock(features=READING_FEATURES, max_length=1000, label=_("Back"))

    class Meta:
        icon = "copy"
        label = _("Card")


class FlipCardsBlock(ActivityBlock):
    """Cards to turn over one at a time."""

    prompt = blocks.TextBlock(max_length=400, rows=2, label=_("What to do"))
    cards = blocks.ListBlock(CardBlock(), min_num=2, max_num=10, label=_("Cards"))

    class Meta:
        icon = "copy"
        label = _("Flip cards")
        description = _("Think first, then turn the card")
        template = "activities/flip_cards/learn.html"
        preview_value = {
            "prompt": "Is it true? Think first. Then open the card.",
            "cards": [
                {"front": "Everybody gets dementia when they are old.", "back": "<p>No. Most old people never have it.</p>"},
                {"front": "Feelings last longer than facts.", "back": "<p>Yes, often they do.</p>"},
            ],
        }
