"""Forms of a decision: sign off, return, leave, or take a sign-off back."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.forms.recording import REASON_CAP, RecordingForm, too_long
from progress.models import LogEntry, Method


class ReasonForm(RecordingForm):
    """Why a sign-off is taken back."""

    reason = forms.CharField(
        label=_("Why do you take this sign-off back?"),
        help_text=_("The learner reads this. Say what has to change."),
        max_length=REASON_CAP,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter a reason, so that the learner knows what to do next."), "max_length": too_long(REASON_CAP)},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """A supervisor's decision on one declared outcome. Leaving it is a decision too."""

    SIGN, SEND_BACK, LEAVE = "sign_off", "return", "leave"

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(SIGN, _("Sign off")), (SEND_BACK, _("Return")), (LEAVE, _("Leave for now"))],
        initial=LEAVE,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose sign off, return, or leave for now."),
            "invalid_choice": _("Choose sign off, return, or leave for now."),
        },
    )
    method = forms.ChoiceField(
        label=_("If you sign off: how was it shown?"),
        choices=[("", _("Choose")), *Method.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose how it was shown.")},
    )
    reason = forms.CharField(
        label=_("If you return it: what has to change?"),
        max_length=REASON_CAP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": too_long(REASON_CAP)},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: LogEntry | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticks = {f"looked-{piece.pk}": piece.pk for piece in entry.kept_elsewhere} if entry else {}
        for name in self.ticks:
            self.fields[name] = forms.BooleanField(label=_("I have seen it where it is kept"), required=False)

    @property
    def looked_at(self) -> set[UUID]:
        """Return the pieces kept at the workplace that the signer says she has seen there, once the form is valid."""
        return {pk for name, pk in self.ticks.items() if self.cleaned_data[name]}

    def clean(self) -> dict[str, Any]:
        """Ask for what each decision needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == self.SIGN and not cleaned.get("method") and "method" not in self.errors:
            self.add_error("method", _("Choose how it was shown."))
        if cleaned.get("decision") == self.SIGN:
            for name in self.ticks:
                if not cleaned.get(name):
                    self.add_error(name, _("Look at it where it is kept, and tick that you have seen it."))
        if cleaned.get("decision") == self.SEND_BACK and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Enter a reason, so that the learner knows what to do next."))
        return cleaned
