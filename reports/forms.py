"""The forms of the public check, and the choice of a portfolio's form."""

from hashlib import sha256

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.models import Framework, Unit
from reports.codes import CODE_LENGTH, letters_of
from reports.models import Pack

LARGEST = 25 * 1024 * 1024  # bytes of a file to be checked
HEAD_OF_A_PDF = b"%PDF-"


class VerifyForm(forms.Form):
    """The code on the paper, typed with or without hyphens, in any case."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("It is on the first and the last page of the progress log. Capitals, spaces and hyphens do not matter."),
        max_length=80,
        error_messages={"required": _("Enter the verification code.")},
    )

    def clean_code(self) -> str:
        """Refuse what cannot be a code, and say why."""
        code: str = self.cleaned_data["code"]
        if len(letters_of(code)) != CODE_LENGTH:
            message = _("A verification code has %(length)d letters and numbers. Check what you typed.")
            raise forms.ValidationError(message, params={"length": CODE_LENGTH})
        return code


class HashForm(forms.Form):
    """The SHA-256 of a file, which a browser worked out so that the file need not be sent."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$")


class PackForm(forms.Form):
    """As what a learner wants her portfolio (the button she pressed), and whether of all outcomes or of those of one unit."""

    form = forms.ChoiceField(choices=Pack.Form.choices)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False)

    def __init__(self, framework: Framework, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = Unit.objects.linked_to(framework)  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A progress log as a PDF."""

    file = forms.FileField(
        label=_("The PDF"),
        help_text=_("A progress log or a portfolio as you were given it, up to 25 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": _("Choose the PDF."), "empty": _("This file is empty. Choose the PDF you were given.")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is no PDF, and what is too large to look at."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _("This file is larger than 25 MB. If it is a portfolio, save the progress log that is attached to it, and check that.")
            )
        if file.read(len(HEAD_OF_A_PDF)) != HEAD_OF_A_PDF:
            raise forms.ValidationError(_("This is not a PDF. Choose the progress log as you were given it, not a photo of it."))
        return file

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the file."""
        summed = sha256()
        for chunk in self.cleaned_data["file"].chunks():
            summed.update(chunk)
        return summed.hexdigest()
