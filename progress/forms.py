"""Forms that record something. Each carries a submission's own number: sent twice, it is recorded once."""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from people.models import Refused, Workplace
from progress.models import Evidence, Method
from progress.models.draft import MOST_CHARACTERS, MOST_FIELDS
from progress.models.evidence import ACCOUNT_CAP

REASON_CAP = 1000
DAY_ERRORS = {
    "required": _("Enter the day you did this."),
    "invalid": _("Enter a real day, such as 23 11 2026."),
}


def too_long(cap: int) -> str:
    """Return the error for a text over its cap, with what to do."""
    return format_lazy(_("Your text is too long. Use {cap} characters or fewer."), cap=cap)  # type: ignore[return-value]


class RecordingForm(forms.Form):
    """A form that is recorded once, however often it is sent."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def refuse(self, refused: Refused) -> None:
        """Show why nothing was recorded; sent again, it is a new submission."""
        self.add_error(None, refused)
        self.data = {**self.data.dict(), "submission": str(uuid4())}  # type: ignore[attr-defined]  # a form of ours asks for each thing once


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


class LeadSessionForm(forms.Form):
    """Where a group session is led: asked only of somebody who may lead at several workplaces."""

    workplace = forms.ModelChoiceField(Workplace.objects.none(), required=False)

    def __init__(self, workplaces: QuerySet[Workplace], data: QueryDict) -> None:
        super().__init__(data)
        self.fields["workplace"].queryset = workplaces  # type: ignore[attr-defined]
        self.workplaces = workplaces

    def chosen(self) -> Workplace | None:
        """Return the workplace that was chosen, else the first by name; None for somebody who leads nowhere, or chose another's."""
        return (self.cleaned_data["workplace"] or self.workplaces.first()) if self.is_valid() else None


class EndSessionForm(forms.Form):
    """How long a group session took."""

    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"),
        min_value=5,
        max_value=480,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many minutes it took."),
            "invalid": _("Enter a whole number of minutes, such as 45."),
            "min_value": _("Enter 5 minutes or more."),
            "max_value": _("Enter 480 minutes or fewer."),
        },
    )


class DraftForm(forms.Form):
    """What a browser sends while somebody types: the address of the form, and everything in it."""

    OURS: ClassVar[set[str]] = {"place", "csrfmiddlewaretoken", "password"}

    place = forms.CharField(max_length=200)
    submission = forms.UUIDField(required=False)

    def clean_place(self) -> str:
        """Refuse what is no address of this site."""
        place: str = self.cleaned_data["place"]
        if not place.startswith(("/learn/", "/review/")):
            raise forms.ValidationError(_("Open the page again."))
        return place

    def clean(self) -> dict[str, Any]:
        """Add the typed fields, by name, and refuse more than any form of ours can hold."""
        # PostgreSQL keeps no null characters, and nobody types them.
        fields = {name.replace("\0", ""): str(value).replace("\0", "") for name, value in self.data.items() if name not in self.OURS}
        if len(fields) > MOST_FIELDS or sum(len(name) + len(value) for name, value in fields.items()) > MOST_CHARACTERS:
            raise forms.ValidationError(_("This is more than we can keep. Use fewer words."))
        return {**(super().clean() or {}), "fields": fields}


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


class ReflectiveAccountForm(RecordingForm):
    """What happened, what she did, and what she learned."""

    kind = Evidence.Kind.REFLECTIVE_ACCOUNT
    title = forms.CharField(
        label=_("Title"),
        help_text=_("A few words, so that you find it again."),
        max_length=100,
        error_messages={"required": _("Enter a title."), "max_length": too_long(100)},
    )
    text = forms.CharField(
        label=_("Your account"),
        help_text=_("What happened? What did you do, and why? What did you learn? Do not name anyone you support, or their family."),
        max_length=ACCOUNT_CAP,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write your account."), "max_length": too_long(ACCOUNT_CAP)},
    )


class SeenInWorkplaceForm(RecordingForm):
    """A note of something that stays where it is, because it is confidential."""

    kind = Evidence.Kind.SEEN_IN_WORKPLACE
    title = forms.CharField(
        label=_("What can be seen?"),
        help_text=_("For example: a care plan I updated. Do not write a person’s name."),
        max_length=100,
        error_messages={"required": _("Say what can be seen."), "max_length": too_long(100)},
    )
    text = forms.CharField(
        label=_("What does it show?"),
        help_text=_("Say how it shows this outcome. Do not copy anything private."),
        max_length=ACCOUNT_CAP,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what it shows."), "max_length": too_long(ACCOUNT_CAP)},
    )
    kept_where = forms.CharField(
        label=_("Where is it kept?"),
        help_text=_("For example: care plan folder, Rosewood House office."),
        max_length=200,
        error_messages={"required": _("Say where it is kept, so that your supervisor can look at it."), "max_length": too_long(200)},
    )
    seen_on = forms.DateField(
        label=_("When did you do this?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=DAY_ERRORS,
    )

    def clean_seen_on(self) -> Any:
        """Refuse a day that has not come yet."""
        day = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Enter today or an earlier day."))
        return day


EVIDENCE_FORMS: dict[str, type[ReflectiveAccountForm] | type[SeenInWorkplaceForm]] = {
    "reflective-account": ReflectiveAccountForm,
    "seen-in-workplace": SeenInWorkplaceForm,
}


class UseEvidenceForm(RecordingForm):
    """A piece the learner already has, shown for one more outcome."""

    evidence = forms.ModelChoiceField(
        Evidence.objects.none(),
        label=_("Use evidence you already have"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a piece of evidence."), "invalid_choice": _("Choose a piece from the list.")},
    )

    def __init__(self, pieces: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = pieces  # type: ignore[attr-defined]


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

    def clean(self) -> dict[str, Any]:
        """Ask for what each decision needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == self.SIGN and not cleaned.get("method") and "method" not in self.errors:
            self.add_error("method", _("Choose how it was shown."))
        if cleaned.get("decision") == self.SEND_BACK and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Enter a reason, so that the learner knows what to do next."))
        return cleaned
