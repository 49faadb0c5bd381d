"""Answers to questions: chosen options."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm


def chosen_field(asks: Any) -> forms.MultipleChoiceField:
    """Return the field that takes an answer to a courses Question: a list of option keys."""
    says = {"required": _("Choose an answer."), "invalid_choice": _("Choose one of the answers shown.")}
    return forms.MultipleChoiceField(choices=[(option.key, option.text) for option in asks.options], error_messages=says)


def one_where_one_is_asked(asks: Any, chosen: list[str]) -> str | None:
    """Object to two answers where one is asked for."""
    return _now("Choose one answer only.") if len(chosen) > 1 and not asks.several else None


class QuestionAnswer(AnswerForm):
    """What somebody chose. `chosen` is always a list of option keys."""

    def ask_for(self, asks: Any) -> None:
        """Offer the options of a courses Question."""
        self.asks = asks
        self.fields["chosen"] = chosen_field(asks)

    def clean_chosen(self) -> list[str]:
        """Refuse two answers where one is asked for."""
        chosen: list[str] = self.cleaned_data["chosen"]
        if objection := one_where_one_is_asked(self.asks, chosen):
            raise forms.ValidationError(objection)
        return sorted(chosen)
