"""Answers to questions: chosen options, and whether they are right."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.activities.question import Question
from courses.outline import Part


class QuestionAnswer(forms.Form):
    """What somebody chose. `chosen` is always a list of option keys."""

    chosen = forms.MultipleChoiceField(
        error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose one of the answers shown.")}
    )

    def __init__(self, part: Part, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = part.asks
        assert isinstance(question, Question)  # noqa: S101 – tells mypy what the list in courses.activities says
        self.question = question
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(option.key, option.text) for option in question.options]

    def clean_chosen(self) -> list[str]:
        """Refuse two answers where one is asked for."""
        chosen: list[str] = self.cleaned_data["chosen"]
        if len(chosen) > 1 and not self.question.several:
            raise forms.ValidationError(_("Choose one answer only."))
        return sorted(chosen)

    @staticmethod
    def is_right(part: Part, given: Mapping[str, Any]) -> bool | None:
        """Return whether the chosen options are the right ones."""
        assert isinstance(part.asks, Question)  # noqa: S101
        return part.asks.is_right(given["chosen"])
