"""Answers to questions: chosen options."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm


class QuestionAnswer(AnswerForm):
    """What somebody chose. `chosen` is always a list of option keys."""

    chosen = forms.MultipleChoiceField(
        error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose one of the answers shown.")}
    )

    def ask_for(self, asks: Any) -> None:
        """Offer the options of a courses Question."""
        self.is_several = asks.several
        field: Any = self.fields["chosen"]
        field.choices = [(option.key, option.text) for option in asks.options]

    def clean_chosen(self) -> list[str]:
        """Refuse two answers where one is asked for."""
        chosen: list[str] = self.cleaned_data["chosen"]
        if len(chosen) > 1 and not self.is_several:
            raise forms.ValidationError(_("Choose one answer only."))
        return sorted(chosen)
