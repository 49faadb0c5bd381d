"""Forms of a progress log: where it is kept, and by which day it should be finished."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Workplace
from progress.forms.recording import DAY_ERRORS, ISO, RecordingForm


class StartLogForm(RecordingForm):
    """Where a new log is kept."""

    workplace = forms.ModelChoiceField(
        Workplace.objects.none(),
        label=_("Where do you work on this?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a workplace."), "invalid_choice": _("Choose one of your workplaces.")},
    )

    def __init__(self, workplaces: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["workplace"]
        field.queryset = workplaces  # type: ignore[attr-defined]
        first = list(workplaces[:2])
        if len(first) == 1:
            field.initial = first[0]


class DueForm(forms.Form):
    """By which day a log should be finished. Sent twice, it says the same twice."""

    day = forms.DateField(
        label=_("Which day?"),
        help_text=_("They are reminded 14 days before. Leave it empty for no day."),
        required=False,
        widget=forms.DateInput(format=ISO, attrs={"type": "date"}),
        error_messages={"invalid": DAY_ERRORS["invalid"]},
    )
