"""Whether a passkey approved just the decision that its event records (WebAuthn level 2, section 7.2, steps 11 to 20).

Reads nothing but the payload: the public key stands in it. The same is checked, by other code and without any library,
in static/verifier/verify_log.py.
"""

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from progress.canonical import decision_challenge, decision_hash

PRESENT_AND_VERIFIED = 0b101  # flags: somebody was there, and the device knew who


class Passkeys:
    """The passkeys of one log while its chain is read: whose each is."""

    def __init__(self) -> None:
        self.whose: dict[str, tuple[str, Any]] = {}  # by the passkey's number: who decided with it, and its public key

    def findings(self, actor: str, payload: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with the passkey of a decision: it approved something else, or it is another person's."""
        try:
            wrong = wrong_with_passkey(payload)
        except (KeyError, TypeError, ValueError, IndexError):
            wrong = "Its passkey's signature cannot be read."
        if wrong:
            yield wrong
        passkey = payload["data"].get("proof", {}).get("passkey")
        if passkey and self.whose.setdefault(passkey["credential"], (actor, passkey["key"])) != (actor, passkey["key"]):
            yield "Its passkey is another person's, or another key."


def wrong_with_passkey(payload: Mapping[str, Any]) -> str | None:
    """Say what is wrong with the passkey's signature in a decision's payload; None when it holds or there is none.

    Raise KeyError, TypeError or ValueError for one that is not shaped as we write it.
    """
    passkey = payload["data"].get("proof", {}).get("passkey")
    if passkey is None:
        return None
    if decision_hash(payload) not in passkey["approved"]:
        return "The passkey approved another decision than this one."
    client, seen = raw(passkey["client_data"]), raw(passkey["authenticator_data"])
    said = json.loads(client)
    asked = said["type"] == "webauthn.get" and raw(said["challenge"]) == decision_challenge(passkey["approved"])
    site = hashlib.sha256((urlsplit(said["origin"]).hostname or "").encode()).digest()
    if not asked or seen[:32] != site or seen[32] & PRESENT_AND_VERIFIED != PRESENT_AND_VERIFIED:
        return "The passkey was asked for something else."
    try:
        SIGNED_BY[passkey["key"]["alg"]](passkey["key"], raw(passkey["signature"]), seen + hashlib.sha256(client).digest())
    except InvalidSignature:
        return "The passkey's signature does not hold."
    return None


def raw(text: str) -> bytes:
    """Return the bytes of a base64url text without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(raw(text), "big")


def _es256(key: Mapping[str, Any], signature: bytes, message: bytes) -> None:
    numbers = EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), SECP256R1())
    numbers.public_key().verify(signature, message, ECDSA(SHA256()))


def _eddsa(key: Mapping[str, Any], signature: bytes, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(raw(key["x"])).verify(signature, message)


def _rs256(key: Mapping[str, Any], signature: bytes, message: bytes) -> None:
    RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key().verify(signature, message, PKCS1v15(), SHA256())


# By the number of the algorithm (COSE, RFC 9053).
SIGNED_BY: Mapping[int, Callable[[Mapping[str, Any], bytes, bytes], None]] = {-7: _es256, -8: _eddsa, -257: _rs256}
