"""Forms by which a learner adds evidence, one for each kind, or uses a piece she has."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.needs import EvidenceKind
from people.models import Refused, User
from progress.forms.recording import DAY_ERRORS, PastDayField, RecordingForm, too_long
from progress.models import Evidence, LogEntry, Upload
from progress.models.evidence import ACCOUNT_CAP
from progress.models.upload import room_in_words
from progress.uploads import ACCEPT


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
    seen_on = PastDayField(
        label=_("When did you do this?"),
        error_messages=DAY_ERRORS,
    )


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
    seen_on = PastDayField(
        label=_("When did you finish it?"),
        error_messages={"required": _("Enter the day you finished it."), "invalid": _("Enter a real day, such as 23 11 2026.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("What did you learn, and where?")
        self.fields["title"].help_text = _("For example: First aid at work, Red Lane College.")
        self.order_fields(["submission", "kept", "title", "seen_on", "text", "file"])


EVIDENCE_FORMS: dict[str, type[EvidenceForm]] = {
    "reflective-account": ReflectiveAccountForm,
    "work-product": WorkProductForm,
    "seen-in-workplace": SeenInWorkplaceForm,
    "prior-learning": PriorLearningForm,
}


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

    @property
    def has_pieces(self) -> bool:
        """Whether there is a piece to choose. The list is read once, for this and for the page."""
        return len(self["evidence"].subwidgets) > 1  # the first one says “Choose”


def _title_in(piece: Evidence, entry: LogEntry) -> str:
    """Return the title of a piece, and which other log it comes from."""
    if piece.log_id == entry.log_id:
        return piece.title
    return gettext("%(title)s (from %(log)s)") % {"title": piece.title, "log": piece.log.framework.title}
