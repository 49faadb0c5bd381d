"""Proof that the person at the screen is the one whose session it is, asked for again before a signature.

A phone that lies on a table is signed in. Whoever picks it up does not know the password.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

FRESH_FOR = timedelta(minutes=10)
PROVED_AT = "proved_at"  # in the session: when the password was last typed, in seconds since 1970


@dataclass(frozen=True)
class Proof:
    """How and when somebody last proved who she is."""

    kind: str
    at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether it is young enough to sign with."""
        return timezone.now() - self.at < FRESH_FOR


@receiver(user_logged_in)
def note_proof(request: HttpRequest, **_kwargs: Any) -> None:
    """Remember that somebody has just proved who she is: by signing in, or by her password again."""
    request.session[PROVED_AT] = int(timezone.now().timestamp())


def last_proof(request: HttpRequest) -> Proof:
    """Return the last proof of this session; a session from before this was kept has an old one."""
    return Proof("password", datetime.fromtimestamp(request.session.get(PROVED_AT, 0), UTC))
