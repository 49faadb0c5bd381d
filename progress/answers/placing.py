"""Answers in which each row is put somewhere: matching, ordering, sorting, how sure somebody feels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm


class PlacingAnswer(AnswerForm):
    """Where each row was put: `row-1` and so on, each the key of a choice."""

    def ask_for(self, asks: Any) -> None:
        """Ask about each row of a courses Placing."""
        choices = [(choice.key, choice.text) for choice in asks.choices]
        for row in asks.rows:
            self.fields[row.name] = forms.ChoiceField(
                choices=choices, error_messages={"required": _("Choose one for each."), "invalid_choice": _("Choose one of those shown.")}
            )
