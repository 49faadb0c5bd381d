"""Forms of a learner on her way: when she will try something at work, and what she has typed and not sent."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from progress.models.draft import MOST_CHARACTERS, MOST_FIELDS


class PlanForm(forms.Form):
    """When somebody wants to try something at work: in so many days, or not to be reminded."""

    DAYS: ClassVar[list[Any]] = [
        ("0", _("Today")),
        ("1", _("Tomorrow")),
        ("2", _("In two days")),
        ("3", _("In three days")),
        ("7", _("In a week")),
        ("14", _("In two weeks")),
        ("", _("Do not remind me")),
    ]

    days = forms.ChoiceField(choices=DAYS, required=False)

    def day(self) -> date | None:
        """Return the day that was chosen; None for no reminder."""
        days = self.cleaned_data["days"]
        return timezone.localdate() + timedelta(days=int(days)) if days else None


class DraftForm(forms.Form):
    """What a browser sends while somebody types: the address of the form, and everything in it."""

    OURS: ClassVar[set[str]] = {"place", "csrfmiddlewaretoken", "password"}

    place = forms.CharField(max_length=200)
    submission = forms.UUIDField(required=False)

    def clean_place(self) -> str:
        """Refuse what is no address of this site."""
        place: str = self.cleaned_data["place"]
        if not place.startswith(("/learn/", "/review/", "/quality/")):
            raise forms.ValidationError(_("Open the page again."))
        return place

    def clean(self) -> dict[str, Any]:
        """Add the typed fields, by name, and refuse more than any form of ours can hold."""
        # PostgreSQL keeps no null characters, and nobody types them.
        fields = {name.replace("\0", ""): str(value).replace("\0", "") for name, value in self.data.items() if name not in self.OURS}
        if len(fields) > MOST_FIELDS or sum(len(name) + len(value) for name, value in fields.items()) > MOST_CHARACTERS:
            raise forms.ValidationError(_("This is more than we can keep. Use fewer words."))
        return {**(super().clean() or {}), "fields": fields}
