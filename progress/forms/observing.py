"""The form by which a supervisor records what she saw or heard."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Outcome
from progress.forms.recording import DAY_ERRORS, PastDayField, RecordingForm, too_long
from progress.models import Evidence
from progress.models.evidence import ACCOUNT_CAP


class RecordForm(RecordingForm):
    """What a supervisor saw or heard herself, which outcomes it shows, and whether she signs them now."""

    KINDS: ClassVar[list[Any]] = [
        (Evidence.Kind.OBSERVATION, _("I watched it being done")),
        (Evidence.Kind.DISCUSSION, _("We talked it through")),
        (Evidence.Kind.QUESTIONING, _("I asked questions")),
        (Evidence.Kind.SIMULATION, _("We practised it, away from the people we support")),
    ]

    kind = forms.ChoiceField(
        label=_("How was it shown?"),
        choices=KINDS,
        initial=Evidence.Kind.OBSERVATION,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was shown."), "invalid_choice": _("Choose how it was shown.")},
    )
    title = forms.CharField(
        label=_("What was it?"),
        help_text=_("For example: helping somebody at breakfast. Do not write a person’s name."),
        max_length=100,
        error_messages={"required": _("Say what it was."), "max_length": too_long(100)},
    )
    seen_on = PastDayField(
        label=_("When?"),
        initial=timezone.localdate,
        error_messages={**DAY_ERRORS, "required": _("Enter the day.")},
    )
    text = forms.CharField(
        label=_("What did the learner do or say?"),
        help_text=_("Say what you saw and heard. An assessor may read it."),
        max_length=ACCOUNT_CAP,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what the learner did or said."), "max_length": too_long(ACCOUNT_CAP)},
    )
    outcomes = forms.ModelMultipleChoiceField(
        Outcome.objects.none(),
        error_messages={
            "required": _("Choose at least one outcome."),
            "invalid_choice": _("Choose from the outcomes that are not signed off."),
        },
    )
    sign = forms.BooleanField(
        label=_("Sign off those that were sent to me"),
        help_text=_("You check once more before you sign."),
        required=False,
    )

    def __init__(self, outcomes: QuerySet[Outcome], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcomes"].queryset = outcomes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Sign nothing on practice away from the people who are supported."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("sign") and cleaned.get("kind") == Evidence.Kind.SIMULATION:
            self.add_error("sign", _("What was practised away from work is recorded, and not signed off with it."))
        return cleaned

    def words(self) -> dict[str, Any]:
        """Return what the piece of evidence says, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("kind", "title", "seen_on", "text")}

    @property
    def chosen(self) -> set[str]:
        """Return the ids that are ticked."""
        return {str(value) for value in self["outcomes"].value() or []}
