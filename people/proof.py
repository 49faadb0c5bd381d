"""Proof that the person at the screen is the one whose session it is, asked for again before a signature.

A phone that lies on a table is signed in. Whoever picks it up knows no password and has no passkey.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from people.models import User

FRESH_FOR = timedelta(minutes=10)
PROVED_AT = "proved_at"  # in the session: when she last proved who she is, in seconds since 1970
PROVED_BY = "proved_by"
SEED = "seed"  # in the session: for which submission, and the random bytes
PASSWORD, PASSKEY = "password", "passkey"


@dataclass(frozen=True)
class Assertion:
    """What a passkey answered, in the text forms the ledger keeps: base64url without padding, and the key's own numbers."""

    credential: str
    key: Mapping[str, object]
    client_data: str
    authenticator_data: str
    signature: str


@dataclass(frozen=True)
class Approval:
    """What a passkey is asked to approve: a hash for each thing, and one challenge over them all.

    `seed`: random bytes from which the salts of those things are made, so that the hashes are known before anything is recorded.
    """

    hashes: tuple[str, ...]
    challenge: bytes
    seed: bytes


@dataclass(frozen=True)
class Proof:
    """How and when somebody last proved who she is; with a passkey, what it approved and its own signature."""

    kind: str
    at: datetime
    approved: tuple[str, ...] = ()
    assertion: Assertion | None = None
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def is_fresh(self) -> bool:
        """Whether it is young enough to sign with."""
        return timezone.now() - self.at < FRESH_FOR


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Remember that somebody has just proved who she is by signing in, and how."""
    records = get_authentication_records(request, user)
    note_proof(request, PASSKEY if records and records[-1].get("method") == "mfa" else PASSWORD)


def note_proof(request: HttpRequest, kind: str = PASSWORD) -> Proof:
    """Remember that somebody has just proved who she is; return the proof."""
    request.session[PROVED_AT], request.session[PROVED_BY] = int(timezone.now().timestamp()), kind
    return last_proof(request)


def last_proof(request: HttpRequest) -> Proof:
    """Return the last proof of this session; a session from before this was kept has an old one."""
    return Proof(request.session.get(PROVED_BY, PASSWORD), datetime.fromtimestamp(request.session.get(PROVED_AT, 0), UTC))


def new_seed(request: HttpRequest, submission: UUID) -> bytes:
    """Draw what the salts of one submission are made from, and keep it until that is recorded."""
    seed = secrets.token_bytes(32)
    request.session[SEED] = [str(submission), seed.hex()]
    return seed


def seed_of(request: HttpRequest, submission: UUID) -> bytes | None:
    """Return what was drawn for this submission; None when nothing was, or something else since."""
    kept = request.session.get(SEED)
    return bytes.fromhex(kept[1]) if kept and kept[0] == str(submission) else None


def forget_seed(request: HttpRequest) -> None:
    """Forget it: whoever reads the session later can not tell the salts."""
    request.session.pop(SEED, None)
