"""The outcomes an activity checks or practises, by their codes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

CHOICES_ID = "outcomes-to-choose"  # of the list that cms puts on an author's page: code and words of each outcome


class OutcomeCodeBlock(blocks.FieldBlock):
    """One outcome's code. The author types a code or any of the words, and chooses from a list that her browser filters."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": CHOICES_ID, "autocomplete": "off"})
        self.field = forms.CharField(max_length=10, widget=widget, label=_("Outcome"))
        super().__init__(**kwargs)


def outcome_codes() -> blocks.ListBlock:
    """Return the field that every kind has which checks or practises something."""
    return blocks.ListBlock(
        OutcomeCodeBlock(),
        default=[],
        label=_("Outcomes"),
        help_text=_("What this checks, or practises at work. Type a code or some of its words. Only outcomes of this module."),
    )
