"""How allauth signs people in here."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """One door in; the only way to get an account is a join code (`people.views.join`)."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("This is not your password. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "username_password_mismatch": _("This username and password do not work together. Check both."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: allauth's own sign-up form would make people who belong nowhere."""
        return False


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """How passkeys are called, and what they are for."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The passkey did not work. Try again."),
    }

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """Return False: the computer in the office has no fingerprint reader, and a password must open the door there."""
        return False

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return what a passkey is called until its owner names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("My phone") if number == 1 else gettext("Device %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site as the phone shows it; passkeys belong to the host name of the address people use."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.WAGTAIL_SITE_NAME}
