"""Answers in one's own words. Kept, never marked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.outline import Part

ANSWER_CAP = 3000


class WordsAnswer(forms.Form):
    """What somebody wrote."""

    words = forms.CharField(
        max_length=ANSWER_CAP,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write a few words first. They are kept for you."),
            "max_length": _("Your text is too long. Use %(limit_value)d characters or fewer."),
        },
    )

    def __init__(self, part: Part, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @staticmethod
    def is_right(part: Part, given: Mapping[str, Any]) -> bool | None:
        """Return None: a person's own words are never right or wrong."""
        return None
