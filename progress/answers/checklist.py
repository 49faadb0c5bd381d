"""Ticks on a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm


class ChecklistAnswer(AnswerForm):
    """What is ticked, perhaps nothing. `ticked` is a list of item keys."""

    ticked = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": _("Choose from the list shown.")})

    def ask_for(self, asks: Any) -> None:
        """Offer the items of a courses Checklist."""
        field: Any = self.fields["ticked"]
        field.choices = [(item.key, item.text) for item in asks.items]
