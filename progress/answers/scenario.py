"""Ways through a scenario."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.answers.form import AnswerForm

LONGEST = 100  # choices; a scenario may lead back to a scene, and nobody walks it for ever
BACK, AGAIN = "back", "again"


class ScenarioAnswer(AnswerForm):
    """The way taken so far, and what was chosen now. Kept is `path`, a list of choice keys."""

    path = forms.CharField(required=False, max_length=LONGEST * 2)
    choice = forms.CharField(max_length=10, error_messages={"required": _("Choose what to do.")})

    def ask_for(self, asks: Any) -> None:
        """Walk a courses Scenario."""
        self.scenario = asks

    def clean(self) -> dict[str, Any]:
        """Go on, back or to the start, and refuse a way that is not there."""
        said: dict[str, Any] = super().clean() or {}
        before, choice = said.get("path", "").split(), said.get("choice", "")
        moves = {BACK: before[:-1], AGAIN: []}
        path = moves.get(choice, [*before, choice] if choice else before)
        if self.scenario.follow(path) is None or len(path) > LONGEST:
            raise forms.ValidationError(_("This story has changed since. Begin again."))
        return {"path": path}
