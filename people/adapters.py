"""How allauth signs people in here."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


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
