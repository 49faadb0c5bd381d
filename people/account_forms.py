"""allauth's forms in our words: what each field is, and what to do when it is wrong."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

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
