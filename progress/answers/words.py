"""Answers in one's own words. Kept, never marked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm

ANSWER_CAP = 3000


class WordsAnswer(AnswerForm):
    """What somebody wrote."""

    in_words = True

    words = forms.CharField(
        max_length=ANSWER_CAP,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write a few words first. They are kept for you."),
            "max_length": _("Your text is too long. Use %(limit_value)d characters or fewer."),
        },
    )
