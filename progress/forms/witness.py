"""Forms of a witness statement: asking for one, and giving it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from progress.forms.recording import DAY_ERRORS, PastDayField, RecordingForm, too_long
from progress.models import LogEntry
from progress.models.evidence import ACCOUNT_CAP


class AskWitnessForm(RecordingForm):
    """What somebody is asked to remember, and which outcomes it may show."""

    remember = forms.CharField(
        label=_("What did they see?"),
        help_text=_("A few words, so that they remember. For example: breakfast on Tuesday. Do not write a person’s name."),
        max_length=100,
        error_messages={"required": _("Say what they saw, in a few words."), "max_length": too_long(100)},
    )
    entries = forms.ModelMultipleChoiceField(
        LogEntry.objects.none(),
        label=_("Which outcomes could it show?"),
        help_text=_("The witness reads these, and ticks those that they saw."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one outcome."), "invalid_choice": _("Choose from the outcomes in the list.")},
    )

    def __init__(self, entries: QuerySet[LogEntry], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["entries"], entries)


def _offer(field: Any, entries: QuerySet[LogEntry]) -> None:
    """Let somebody choose among outcomes, by their code and words."""
    field.queryset = entries
    field.label_from_instance = lambda entry: f"{entry.outcome.code} {entry.outcome.text}"


class WitnessForm(RecordingForm):
    """What a witness says: who they are, what they saw and when, and which outcomes it shows."""

    witness_name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        error_messages={"required": _("Enter your name."), "max_length": too_long(120)},
    )
    witness_job = forms.CharField(
        label=_("Your job"),
        help_text=_("For example: district nurse. If you are not at work here, say so: visitor."),
        max_length=120,
        error_messages={"required": _("Enter your job, or say that you are a visitor."), "max_length": too_long(120)},
    )
    witness_relation = forms.CharField(
        label=_("How do you know this learner?"),
        help_text=_("For example: we work the same nights."),
        max_length=120,
        error_messages={"required": _("Say how you know the learner."), "max_length": too_long(120)},
    )
    seen_on = PastDayField(
        label=_("When did you see it?"),
        error_messages={**DAY_ERRORS, "required": _("Enter the day on which you saw it.")},
    )
    text = forms.CharField(
        label=_("What did you see?"),
        help_text=_("What did the learner do, and how? Do not name anybody who is cared for, or their family."),
        max_length=ACCOUNT_CAP,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Say what you saw."), "max_length": too_long(ACCOUNT_CAP)},
    )
    entries = forms.ModelMultipleChoiceField(
        LogEntry.objects.none(),
        label=_("What does it show?"),
        help_text=_("Tick only what you saw yourself."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one."), "invalid_choice": _("Choose from the list.")},
    )
    is_true = forms.BooleanField(
        label=_("I saw this myself, and what I wrote is true."),
        error_messages={"required": _("Tick the box if you saw it yourself. If you did not, close this page.")},
    )

    def __init__(self, entries: QuerySet[LogEntry], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["entries"], entries)

    def statement(self) -> dict[str, Any]:
        """Return what `WitnessRequest.give` needs, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_true"}
