"""The form of the public check."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.codes import CODE_LENGTH, letters_of


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
