"""What every form that records something has: its own number, so that it is recorded once however often it is sent."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from people.models import Refused

REASON_CAP = 1000
ISO = "%Y-%m-%d"  # what a browser's own day field takes, in every language
DAY_ERRORS = {
    "required": _("Enter the day you did this."),
    "invalid": _("Enter a real day, such as 23 11 2026."),
}


def too_long(cap: int) -> str:
    """Return the error for a text over its cap, with what to do."""
    return format_lazy(_("Your text is too long. Use {cap} characters or fewer."), cap=cap)  # type: ignore[return-value]


def not_in_future(day: date) -> None:
    """Refuse a day that has not come yet."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet. Enter today or an earlier day."))


class PastDayField(forms.DateField):
    """A day on which something was done or seen: today or before."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(format=ISO, attrs={"type": "date"}), validators=[not_in_future], **more)


class RecordingForm(forms.Form):
    """A form that is recorded once, however often it is sent."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def refuse(self, refused: Refused) -> None:
        """Show why nothing was recorded; sent again, it is a new submission."""
        self.add_error(None, refused)
        sent: Any = self.data
        self.data = sent.copy()
        self.data["submission"] = str(uuid4())  # type: ignore[index]
