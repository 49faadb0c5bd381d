"""Forms that record something. Each carries a submission's own number: sent twice, it is recorded once."""

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Outcome
from courses.needs import EvidenceKind
from people.models import Refused, User, Workplace
from progress.models import Evidence, LogEntry, Method, Upload
from progress.models.draft import MOST_CHARACTERS, MOST_FIELDS
from progress.models.evidence import ACCOUNT_CAP
from progress.models.upload import room_in_words
from progress.uploads import ACCEPT

REASON_CAP = 1000
ISO = "%Y-%m-%d"  # what a browser's own day field takes, in every language
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


class EvidenceForm(RecordingForm):
    """A new piece of evidence. `by` is the learner; `kind` what the piece is."""

    kind: ClassVar[EvidenceKind]
    heading: ClassVar[str | Promise]  # of its page, and of the way to it

    def __init__(self, *args: Any, by: User, before: Evidence | None = None, **kwargs: Any) -> None:
        self.by, self.before = by, before  # the version whose place it is to take
        super().__init__(*args, **kwargs)

    def piece(self) -> dict[str, Any]:
        """Return what `Evidence.add` needs, once the form is valid."""
        return {"kind": self.kind, **self.cleaned_data}


class ReflectiveAccountForm(EvidenceForm):
    """What happened, what she did, and what she learned."""

    kind = Evidence.Kind.REFLECTIVE_ACCOUNT
    heading = _("Write about something you did")
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


class SeenInWorkplaceForm(EvidenceForm):
    """A note of something that stays where it is, because it is confidential."""

    kind = Evidence.Kind.SEEN_IN_WORKPLACE
    heading = _("Point to something at your workplace")
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
        widget=forms.DateInput(format=ISO, attrs={"type": "date"}),
        error_messages=DAY_ERRORS,
    )

    def clean_seen_on(self) -> Any:
        """Refuse a day that has not come yet."""
        return _not_in_future(self.cleaned_data["seen_on"])


def _not_in_future(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet. Enter today or an earlier day."))
    return day


class FileForm(EvidenceForm):
    """Evidence with a file. A file that was chosen is kept, whatever else is wrong with the form."""

    needs_file: ClassVar[bool] = True
    file_label: ClassVar[Any] = _("Photo, PDF or sound")

    title = forms.CharField(
        label=_("What is it?"),
        help_text=_("A few words. Do not write a person’s name."),
        max_length=100,
        error_messages={"required": _("Say what it is."), "max_length": too_long(100)},
    )
    file = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "empty": _("This file is empty. Choose another one."),
            "invalid": _("Choose the file again."),
            "missing": _("Choose the file again."),
        },
    )
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What does it show?"),
        help_text=_("Say how it shows this outcome."),
        max_length=ACCOUNT_CAP,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what it shows."), "max_length": too_long(ACCOUNT_CAP)},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = self.file_label
        named = self.data.get("kept") if self.is_bound else self.initial.get("kept")
        self._take(self._kept(named))
        self.initial["kept"] = self.upload.pk if self.upload else None

    def _take(self, upload: Upload | None) -> None:
        """Say at the field which file is kept, or which can be."""
        self.upload = upload
        if upload:
            says = format_lazy(_("Your file is kept ({file}). Choose another one only if you want to change it."), file=upload.in_words)
        elif self._stays:
            says = format_lazy(_("The file stays ({file}). Choose another one only if you want to change it."), file=self._stays)
        else:
            says = format_lazy(_("JPG, PNG, WEBP, HEIC, PDF, MP3, M4A, OGG or WAV. At most 10 MB. {room}"), room=room_in_words(self.by))
        self["file"].help_text = says  # of the bound field: it exists by the time a file was taken

    @property
    def _stays(self) -> str:
        """Return the file of the version before in words, which stays unless another is chosen; empty without one."""
        return self.before.file_in_words if self.before and self.before.file else ""

    def _kept(self, named: Any) -> Upload | None:
        try:
            return self.by.uploads.filter(pk=UUID(str(named))).first()
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        """Keep the file that was chosen now, or find the one that was kept before."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("file"):
            self._keep(cleaned["file"])
        elif self.needs_file and not self.upload and not self._stays and "file" not in self.errors and not self._is_recorded(cleaned):
            self.add_error("file", _("Choose a photo, a PDF or a sound."))
        return cleaned

    def _is_recorded(self, cleaned: dict[str, Any]) -> bool:
        """Return whether this very form was sent before: then its file is evidence already."""
        return Evidence.objects.filter(pk=str(cleaned.get("submission", "")), added_by=self.by).exists()

    def _keep(self, file: "UploadedFile[bytes]") -> None:
        before = self.upload
        try:
            self._take(Upload.take(file, by=self.by))
        except Refused as refused:
            self.add_error("file", refused)
            return
        if before:
            before.forget()
        kept = str(self.upload.pk) if self.upload else ""
        self.data = {**self.data.dict(), "kept": kept}  # type: ignore[attr-defined]  # a form of ours asks for each thing once

    def piece(self) -> dict[str, Any]:
        """Return what `Evidence.add` needs, once the form is valid."""
        words = {name: value for name, value in self.cleaned_data.items() if name not in {"file", "kept"}}
        return {"kind": self.kind, **words, "upload": self.upload}


class WorkProductForm(FileForm):
    """Something she made or wrote at work: a photo of it, a document, a recording."""

    kind = Evidence.Kind.WORK_PRODUCT
    heading = _("Add a photo, a PDF or a sound")


class PriorLearningForm(FileForm):
    """What she learned before: a certificate, or a course she can tell about."""

    kind = Evidence.Kind.PRIOR_LEARNING
    heading = _("Show what you learned before")
    needs_file = False
    file_label = _("Certificate, if you have one")
    seen_on = forms.DateField(
        label=_("When did you finish it?"),
        widget=forms.DateInput(format=ISO, attrs={"type": "date"}),
        error_messages={"required": _("Enter the day you finished it."), "invalid": _("Enter a real day, such as 23 11 2026.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("What did you learn, and where?")
        self.fields["title"].help_text = _("For example: First aid at work, Red Lane College.")
        self.order_fields(["submission", "kept", "title", "seen_on", "text", "file"])

    def clean_seen_on(self) -> Any:
        """Refuse a day that has not come yet."""
        return _not_in_future(self.cleaned_data["seen_on"])


EVIDENCE_FORMS: dict[str, type[EvidenceForm]] = {
    "reflective-account": ReflectiveAccountForm,
    "work-product": WorkProductForm,
    "seen-in-workplace": SeenInWorkplaceForm,
    "prior-learning": PriorLearningForm,
}


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
    seen_on = forms.DateField(
        label=_("When?"),
        initial=timezone.localdate,
        widget=forms.DateInput(format=ISO, attrs={"type": "date"}),
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

    def clean_seen_on(self) -> Any:
        """Refuse a day that has not come yet."""
        return _not_in_future(self.cleaned_data["seen_on"])

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


class UseEvidenceForm(RecordingForm):
    """A piece the learner already has, shown for one more outcome."""

    evidence = forms.ModelChoiceField(
        Evidence.objects.none(),
        label=_("Use evidence you already have"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a piece of evidence."), "invalid_choice": _("Choose a piece from the list.")},
    )

    def __init__(self, entry: LogEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["evidence"]
        field.queryset = Evidence.objects.usable_for(entry)
        field.label_from_instance = lambda piece: _title_in(piece, entry)


def _title_in(piece: Evidence, entry: LogEntry) -> str:
    """Return the title of a piece, and which other log it comes from."""
    if piece.log_id == entry.log_id:
        return piece.title
    return gettext("%(title)s (from %(log)s)") % {"title": piece.title, "log": piece.log.framework.title}


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
    seen_on = forms.DateField(
        label=_("When did you see it?"),
        widget=forms.DateInput(format=ISO, attrs={"type": "date"}),
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

    def clean_seen_on(self) -> Any:
        """Refuse a day that has not come yet."""
        return _not_in_future(self.cleaned_data["seen_on"])

    def statement(self) -> dict[str, Any]:
        """Return what `WitnessRequest.give` needs, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_true"}


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
