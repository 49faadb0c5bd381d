"""Canonical JSON (RFC 8785) and the hashes of the ledger. Standard library only, no Django.

Payloads hold only objects, arrays, strings, whole numbers, booleans and null, and keys in
ASCII; within that, `json.dumps` as called here gives byte for byte what RFC 8785 asks for.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

GENESIS = "ledger/v1 birth\n"
LINK = "ledger/v1\n"
DECISION = "decision/v1\n"
DECISIONS = "decisions/v1\n"
LARGEST_WHOLE_NUMBER = 2**53 - 1


def canonical(payload: Mapping[str, object]) -> str:
    """Return the one text for `payload`; raise ValueError for what has no canonical text here."""
    _check(payload)
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _check(value: object) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"The key {key!r} is not ASCII text.")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST_WHOLE_NUMBER:
            raise ValueError(f"{value} is too large for JSON.")
    elif isinstance(value, str):
        value.encode()  # a lone surrogate has no UTF-8 form
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form.")


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def birth_hash(stream: str, framework: str, edition: str, installation: str) -> str:
    """Return the hash of a stream's birth certificate, which its first event links to."""
    certificate = {"stream": stream, "framework": framework, "edition": edition, "installation": installation}
    return sha256(GENESIS + canonical(certificate))


def link_hash(prev_hash: str, payload: str) -> str:
    """Return the hash of an event: of the one before it and its own canonical text."""
    return sha256(f"{LINK}{prev_hash}\n{payload}")


def commitment(salt: str, text: str) -> str:
    """Return what the chain holds instead of a personal text. Erase salt and text, and nobody can guess it."""
    return sha256(salt + text)


def fresh_salt() -> str:
    """Return 256 random bits, 64 hexadecimal digits."""
    return secrets.token_hex(32)


def salt_from(seed: bytes, name: str) -> str:
    """Return 256 bits that only who knows `seed` can tell; forget the seed, and they are as good as drawn at random."""
    return hmac.new(seed, name.encode(), hashlib.sha256).hexdigest()


def decision_hash(payload: Mapping[str, object]) -> str:
    """Return the hash of what a passkey approves: a decision's payload without its place, its moment and its proof."""
    data = payload["data"]
    assert isinstance(data, Mapping)  # noqa: S101 – every payload of ours has its data
    said = {name: value for name, value in payload.items() if name not in {"seq", "at"}}
    return sha256(DECISION + canonical({**said, "data": {name: value for name, value in data.items() if name != "proof"}}))


def decision_challenge(hashes: Sequence[str]) -> bytes:
    """Return the 32 bytes that a passkey signs for some decisions."""
    return hashlib.sha256((DECISIONS + "\n".join(hashes)).encode()).digest()


def utc_text(at: datetime) -> str:
    """Return a moment as the ledger writes it: UTC, microseconds, `2026-11-23T08:15:00.000000Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> datetime:
    """Read a moment back; raise ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
