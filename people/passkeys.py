"""Passkeys: a fingerprint, a face or a phone's own code instead of a password.

allauth adds and keeps them, and signs people in with them. Here one approves something: the browser signs a
challenge that we choose (WebAuthn level 2, section 7.2), and what it answers can be checked years later without us.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.utils.translation import gettext as _
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from people.models import AuditEvent, Refused, User
from people.proof import Assertion

# What every phone and computer offers, and what static/verifier/verify_log.py can check with nothing but Python.
ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
LONGEST_ANSWER = 8192  # characters; a real one has some 700


def passkeys_of(user: User) -> list[AttestedCredentialData]:
    """Return the public part of each passkey of a person. One query."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return [data for one in kept if (data := one.wrap().authenticator_data.credential_data)]


def asks_for(challenge: bytes, passkeys: list[AttestedCredentialData]) -> dict[str, Any]:
    """Return what a page hands to the browser so that one of these passkeys signs a challenge (bytes as base64url)."""
    begun, _state = _server().authenticate_begin(passkeys, UserVerificationRequirement.REQUIRED, challenge=challenge)
    return dict(begun)


def approved(answer: Mapping[str, Any], challenge: bytes, passkeys: list[AttestedCredentialData]) -> Assertion:
    """Return what a browser answered, once it is sure that one of these passkeys signed this challenge. Raise Refused otherwise."""
    state = {"challenge": _text(challenge), "user_verification": UserVerificationRequirement.REQUIRED}
    try:
        said = AuthenticationResponse.from_dict(answer)
        signed_with = _server().authenticate_complete(state, passkeys, said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(_("Your passkey did not sign this. Try again, or use your password.")) from error
    return Assertion(
        credential=_text(signed_with.credential_id),
        key=key_in_numbers(signed_with.public_key),
        client_data=_text(bytes(said.response.client_data)),
        authenticator_data=_text(bytes(said.response.authenticator_data)),
        signature=_text(said.response.signature),
    )


def key_in_numbers(key: CoseKey) -> dict[str, object]:
    """Return a public key as the ledger writes it (RFC 9053): alg, and x and y, or x alone, or n and e."""
    names = {ES256.ALGORITHM: {-2: "x", -3: "y"}, EdDSA.ALGORITHM: {-2: "x"}, RS256.ALGORITHM: {-1: "n", -2: "e"}}
    return {"alg": key[3], **{name: _text(key[number]) for number, name in names[key[3]].items()}}


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(**get_adapter().get_public_key_credential_rp_entity()))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@receiver(authenticator_added)
def note_added(user: User, **_kwargs: Any) -> None:
    """Keep who added a passkey, and when."""
    AuditEvent.record("added a passkey", about=user, by=user)


@receiver(authenticator_removed)
def note_removed(user: User, **_kwargs: Any) -> None:
    """Keep who removed a passkey, and when."""
    AuditEvent.record("removed a passkey", about=user, by=user)
