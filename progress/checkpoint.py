"""Checkpoints: a signed list of where every log stands, to be kept where this site's operator cannot reach.

A hash chain alone cannot tell that its tail was cut, or that all of it was written anew.
Against an older checkpoint both show. The form is a C2SP signed note (c2sp.org/signed-note)
over a C2SP checkpoint (c2sp.org/tlog-checkpoint): origin, number of leaves, and the Merkle
root of RFC 6962 over one leaf a log, “log seq hash”, sorted. The leaves lie beside it.

A letter to an employer (progress/letters.py) is one file: that note, a second note over the
leaves of the employer's own logs, and those leaves, with an empty line between each.
"""

import base64
import hashlib
import logging
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from django.conf import settings
from django.utils import timezone

from progress.models import ProgressLog

log = logging.getLogger(__name__)
ED25519 = b"\x01"  # the signature type, in C2SP's numbering
SIGNED_BY = "\u2014 "  # an em dash begins each signature line


class CannotRun(Exception):
    """A key or a checkpoint could not be read, or is not what it says. The message says what to do."""


@dataclass(frozen=True)
class Leaf:
    """Where one log stood: its id, its last event's seq and that event's hash."""

    log: UUID
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.log} {self.seq} {self.hash}"


def leaves_now() -> list[Leaf]:
    """Return where every log stands, sorted by id."""
    heads = ProgressLog.objects.order_by("pk").values_list("pk", "head_seq", "head_hash")
    return sorted((Leaf(*head) for head in heads.iterator(chunk_size=2000)), key=str)


def merkle_root(leaves: Iterable[str]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1."""
    return _root([hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in leaves])


def _root(hashes: list[bytes]) -> bytes:
    """Join neighbours level by level; an odd one out moves up, which is the same tree as the RFC's split."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        pairs = [hashlib.sha256(b"\x01" + hashes[n] + hashes[n + 1]).digest() for n in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(hashes) & ~1 :]
    return hashes[0]


def origin() -> str:
    """Return the name this site signs with: its host and what is signed."""
    return f"{urlsplit(settings.SITE_URL).netloc}/ledger"


def signing_key() -> Ed25519PrivateKey:
    """Read the key of LEDGER_KEY_FILE; somebody who tries the product gets one made. Raise CannotRun without one."""
    path: Path = settings.LEDGER_KEY_FILE
    if not path.exists():
        if settings.PRODUCTION:
            raise CannotRun(f"There is no ledger key at {path}. docs/operations.md says how to make one.")
        path.touch(mode=0o600)
        path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, OSError) as error:
        raise CannotRun(f"The ledger key at {path} cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotRun(f"The ledger key at {path} is not an Ed25519 key.")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + _raw(key)).digest()[:4]


def verifier_key(key: Ed25519PublicKey) -> str:
    """Return the public key as C2SP writes it, to be kept with the checkpoints: `name+id+key`."""
    return f"{origin()}+{_key_id(origin(), key).hex()}+{base64.b64encode(ED25519 + _raw(key)).decode()}"


def public_key() -> str:
    """Return this site's public key for a page, as C2SP writes it; nothing where there is no key yet."""
    try:
        return verifier_key(signing_key().public_key())
    except CannotRun:
        return ""


def note(leaves: list[Leaf], key: Ed25519PrivateKey) -> str:
    """Return the signed note over these leaves."""
    root = base64.b64encode(merkle_root(str(leaf) for leaf in leaves)).decode()
    text = f"{origin()}\n{len(leaves)}\n{root}\n"
    signature = _key_id(origin(), key.public_key()) + key.sign(text.encode())
    return f"{text}\n{SIGNED_BY}{origin()} {base64.b64encode(signature).decode()}\n"


def make_checkpoint(at: datetime | None = None) -> Path:
    """Write a checkpoint and its leaves into CHECKPOINT_DIR, under names never used before; return the checkpoint's path."""
    key, leaves = signing_key(), leaves_now()
    folder: Path = settings.CHECKPOINT_DIR
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{(at or timezone.now()).strftime('%Y-%m-%dT%H-%M-%S-%fZ')}"
    _write_once(folder / f"{stem}.leaves", "".join(f"{leaf}\n" for leaf in leaves))
    return _write_once(folder / f"{stem}.checkpoint", note(leaves, key))


def _write_once(path: Path, text: str) -> Path:
    """Write a file that is not there yet, whole and for good, readable only. Raise CannotRun when other bytes stand under its name."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    except FileExistsError as error:
        if path.read_bytes() == text.encode():
            return path
        log.error("Somebody wrote another checkpoint under the name %s.", path.name)
        raise CannotRun(f"{path} is there already, with other bytes. Nothing was written over it. Find out who put it there.") from error
    with os.fdopen(file, "w", encoding="utf-8", newline="") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    _keep_the_name(path.parent)
    return path


def _keep_the_name(folder: Path) -> None:
    """Have the folder itself written to disk: without it a power cut may lose the file's name."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def letter_about(checkpoint: Path, logs: Collection[UUID]) -> str:
    """Return what goes to an employer: the site's note, a note over the leaves of these logs as they stood then, and the leaves.

    Raise CannotRun as `read_checkpoint` does.
    """
    leaves = [leaf for leaf in read_checkpoint(checkpoint) if leaf.log in logs]
    return "\n".join([checkpoint.read_text(encoding="utf-8"), note(leaves, signing_key()), "".join(f"{leaf}\n" for leaf in leaves)])


def read_checkpoint(path: Path) -> list[Leaf]:
    """Return the leaves of a checkpoint, or of a letter about one, having checked every signature and the root over the leaves.

    Raise CannotRun when one is wrong, or the file cannot be read.
    """
    try:
        notes, listed = _parts_of(path)
        leaves = [_leaf(line) for line in listed.splitlines()]
        for text, line in notes:
            _insist_on_signature(text, line)
        _origin, size, root = notes[-1][0].splitlines()[:3]
        counted = int(size)
    except (OSError, ValueError) as error:
        raise CannotRun(f"The checkpoint {path} cannot be read: {error}") from error
    except InvalidSignature as error:
        raise CannotRun(f"The checkpoint {path} was not signed with this site's key, or was changed since.") from error
    if (counted, root) != (len(leaves), base64.b64encode(merkle_root(str(leaf) for leaf in leaves)).decode()):
        raise CannotRun(f"The leaves of {path} are not the ones it was made of.")
    return leaves


def _insist_on_signature(text: str, line: str) -> None:
    """Raise InvalidSignature unless this line, to its last byte, is our signature under this text; ValueError where it is no such line."""
    name, key = text.split("\n", 1)[0], signing_key().public_key()
    signature = base64.b64decode(line.rpartition(" ")[2], validate=True)
    if line != f"{SIGNED_BY}{name} {base64.b64encode(signature).decode()}" or signature[:4] != _key_id(name, key):
        raise InvalidSignature
    key.verify(signature[4:], text.encode())


def _parts_of(path: Path) -> tuple[list[tuple[str, str]], str]:
    """Return the notes of a file, each as its text and its signature line, and the leaves, which lie beside a checkpoint and in a letter."""
    parts = path.read_text(encoding="utf-8").split("\n\n")
    if len(parts) == 5:
        return [(f"{parts[0]}\n", parts[1]), (f"{parts[2]}\n", parts[3])], parts[4]
    text, signature = parts
    return [(f"{text}\n", signature.rstrip("\n"))], path.with_suffix(".leaves").read_text(encoding="utf-8")


def _leaf(line: str) -> Leaf:
    log, seq, head = line.split(" ")
    return Leaf(UUID(log), int(seq), head)
