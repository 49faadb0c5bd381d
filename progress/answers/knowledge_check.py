"""Answers to the questions that were drawn for a knowledge check."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm
from progress.answers.question import chosen_field, one_where_one_is_asked


class KnowledgeCheckAnswer(AnswerForm):
    """What was drawn, and what was chosen for each: `drawn` and `question-<key>`, lists of keys.

    The page says what was drawn. Somebody who changes that draws for herself, which is no more than drawing again.
    """

    drawn = forms.CharField(max_length=100)

    def ask_for(self, asks: Any) -> None:
        """Ask the questions that were drawn."""
        self.asks = asks
        self.asked = asks.questions(str(self.data.get("drawn", "")).split()) or []
        for question in self.asked:
            self.fields[asks.field_of(question)] = chosen_field(question)

    def clean_drawn(self) -> list[str]:
        """Refuse what is no draw: an author may have changed the pool meanwhile."""
        if not self.asked:
            raise forms.ValidationError(_("These questions have changed since. Here are others."))
        return [question.id for question in self.asked]

    def clean(self) -> dict[str, Any]:
        """Refuse two answers where one is asked for."""
        said: dict[str, Any] = super().clean() or {}
        for question in self.asked:
            name = self.asks.field_of(question)
            if name in said:
                said[name] = sorted(said[name])
                if objection := one_where_one_is_asked(question, said[name]):
                    self.add_error(name, objection)
        return said
