"""allauth's forms in our words: what each field is, and what to do when it is wrong."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import RegistrationResponse

from people.passkeys import ALGORITHMS

NEW_PASSWORD_HINT = _("At least 10 characters. Three words that you remember work well.")
ENTER_A_PASSWORD = _("Enter a new password.")


class SignInForm(allauth.LoginForm):  # type: ignore[misc]
    """The one door in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Enter your username.")
        self.fields["password"].error_messages["required"] = _("Enter your password.")


class PasswordAgainForm(allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something important."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages["required"] = _("Enter your password.")


class ForgottenPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """Where to send a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("E-mail address")
        email.error_messages = {"required": _("Enter your e-mail address."), "invalid": _("Enter a whole e-mail address, with an @.")}


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]
    """A new password for the old one. It is typed once: it can be shown, and so need not be typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Your password now")
        self.fields["oldpassword"].error_messages["required"] = _("Enter your password.")
        _choose_once(self)


class LinkedPasswordForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by the link from a letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_once(self)


def _choose_once(form: forms.Form) -> None:
    del form.fields["password2"]
    chosen = form.fields["password1"]
    chosen.label, chosen.help_text = _("New password"), NEW_PASSWORD_HINT
    chosen.error_messages["required"] = ENTER_A_PASSWORD


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """What one's device is called, and what it answered when it made the passkey."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What is this device called?")
        self.fields["name"].max_length = 40
        self.fields["name"].help_text = _("For example: my phone. Only you see this name.")
        self.fields["credential"].error_messages["required"] = _("Your device made no passkey. Try again.")

    def clean(self) -> dict[str, Any]:
        """Refuse a key that nobody could check years later with our verifier."""
        said: dict[str, Any] = super().clean()
        made = said.get("credential")
        key = RegistrationResponse.from_dict(made).response.attestation_object.auth_data.credential_data if made else None
        if key and key.public_key[3] not in ALGORITHMS:
            raise forms.ValidationError(_("This kind of passkey cannot sign here. Use another device."))
        return said
