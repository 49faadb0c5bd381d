"""How allauth signs people in here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """One door in; the only way to get an account is a join code (`people.views.join`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: allauth's own sign-up form would make people who belong nowhere."""
        return False
