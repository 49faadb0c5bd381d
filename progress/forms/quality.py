"""Forms of a quality assurer: to agree, to ask for action, the sampling plan, and notes for those who sign."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Outcome
from progress.forms.recording import REASON_CAP, RecordingForm, too_long
from progress.models.quality import NOTE_CAP
from progress.risks import RISKS

PERCENT = _("Enter a whole number from 0 to 100.")


class SampleForm(RecordingForm):
    """Agreement with a sign-off, or keeping it to decide later: which of them, the button says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ActionForm(SampleForm):
    """What has to change before this can be signed off."""

    reason = forms.CharField(
        label=_("What has to change?"),
        help_text=_("The learner and the supervisors read this. Do not name anybody who is cared for."),
        max_length=REASON_CAP,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Enter what has to change, so that everybody knows what to do next."),
            "max_length": too_long(REASON_CAP),
        },
    )


class SamplingPlanForm(RecordingForm):
    """How many sign-offs are drawn, and which risks count."""

    share = forms.IntegerField(
        label=_("How many of every 100 sign-offs?"),
        help_text=_("They are drawn by chance. Nobody who signs off can know which."),
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": PERCENT, "invalid": PERCENT, "min_value": PERCENT, "max_value": PERCENT},
    )
    risks = forms.MultipleChoiceField(
        label=_("Which risks count too?"),
        choices=[(risk.value, risk.label) for risk in RISKS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )


class NoteForm(RecordingForm):
    """A standardisation note; the outcomes it is about are asked only where it was begun from some."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        error_messages={"required": _("Enter a title."), "max_length": too_long(120)},
    )
    text = forms.CharField(
        label=_("What did you agree on?"),
        help_text=_("Say what counts as enough, with an example. Do not name learners or anybody who is cared for."),
        max_length=NOTE_CAP,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Enter what you agreed on."), "max_length": too_long(NOTE_CAP)},
    )
    outcomes = forms.ModelMultipleChoiceField(
        Outcome.objects.none(),
        label=_("Which outcomes is it about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, outcomes: QuerySet[Outcome], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcomes"]
        field.queryset = outcomes
        field.initial = [outcome.pk for outcome in outcomes]
        field.label_from_instance = lambda outcome: f"{outcome.code} {outcome.text}"
        if not field.initial:
            del self.fields["outcomes"]
