"""A phone that keeps a passkey: it makes one for somebody, and answers as a browser does (WebAuthn)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256, RS256, EdDSA
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from people.models import User

SITE = "http://localhost"
HOST = hashlib.sha256(b"localhost").digest()


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class Phone:
    """One device with one passkey, of the kind `algorithm` names. `flags`: somebody was there (1), and was known to it (4)."""

    def __init__(self, owner: User, algorithm: str = "ES256", flags: int = 0b101) -> None:
        self.owner, self.flags, self.number = owner, flags, secrets.token_bytes(16)
        self.algorithm = algorithm
        makers: dict[str, tuple[Any, Any]] = {
            "ES256": (ES256, lambda: generate_private_key(SECP256R1())),
            "EdDSA": (EdDSA, Ed25519PrivateKey.generate),
            "RS256": (RS256, lambda: generate_rsa_key(65537, 2048)),
        }
        kind, make_key = makers[algorithm]
        self.key = make_key()
        public = kind.from_cryptography_key(self.key.public_key())
        self.public = AttestedCredentialData.create(b"\0" * 16, self.number, public)

    def made(self, challenge: str) -> dict[str, Any]:
        """Answer a page that asks for a new passkey; `challenge` as the page holds it."""
        seen = AuthenticatorData.create(HOST, AuthenticatorData.FLAG(self.flags) | AuthenticatorData.FLAG.AT, 0, self.public)
        client = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": SITE}).encode()
        made = {
            "clientDataJSON": base64url(CollectedClientData(client)),
            "attestationObject": base64url(AttestationObject.create("none", seen, {})),
        }
        number = base64url(self.number)
        return {"id": number, "rawId": number, "type": "public-key", "response": made, "clientExtensionResults": {}}

    def is_added(self) -> "Phone":
        """Stand among its owner's passkeys, without the way through the pages."""
        data = {"name": "My phone", "credential": self.made(base64url(b"x" * 32))}
        Authenticator.objects.create(user=self.owner, type=Authenticator.Type.WEBAUTHN, data=data)
        return self

    def answer(self, challenge: str, origin: str = SITE, kind: str = "webauthn.get") -> dict[str, Any]:
        """Sign a challenge, given as the page holds it."""
        client = json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
        seen = bytes(AuthenticatorData.create(HOST, AuthenticatorData.FLAG(self.flags), 0))
        number = base64url(self.number)
        signed = {
            "clientDataJSON": base64url(client),
            "authenticatorData": base64url(seen),
            "signature": base64url(self._signed(seen + hashlib.sha256(client).digest())),
        }
        return {"id": number, "rawId": number, "type": "public-key", "response": signed, "clientExtensionResults": {}}

    def _signed(self, message: bytes) -> bytes:
        if self.algorithm == "ES256":
            return bytes(self.key.sign(message, ECDSA(SHA256())))
        if self.algorithm == "EdDSA":
            return bytes(self.key.sign(message))
        return bytes(self.key.sign(message, PKCS1v15(), SHA256()))
