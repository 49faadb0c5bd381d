"""What every form for an answer is given, and gives."""

from typing import Any, ClassVar

from django import forms

from courses.activities.activity import Asks
from courses.outline import Part


class AnswerForm(forms.Form):
    """Takes an answer to one activity. `cleaned_data` is what is kept, as plain JSON."""

    in_words: ClassVar[bool] = False  # taken from signed-in people only, with a draft

    def __init__(self, part: Part, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert part.asks  # noqa: S101 – only activities that ask have a form
        self.ask_for(part.asks)

    def ask_for(self, asks: Asks) -> None:
        """Fit the fields to what is asked."""
