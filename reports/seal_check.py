"""What the seal of a file says that somebody sent us, because we do not know the file byte for byte.

Only for a worker: it loads pyHanko, and a hostile file may take it all the time and memory that a worker has.
"""

import io
import json
from dataclasses import dataclass
from hashlib import sha256

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from reports.attached import LOG, RECORD
from reports.codes import CODE_LENGTH, letters_of
from reports.models import SealCertificate, SealCheck

LARGEST_RECORD = 8 * 1024 * 1024  # bytes of the record inside, unpacked
Verdict = SealCheck.Verdict


@dataclass(frozen=True)
class Seen:
    """What was found. `beneath`: the SHA-256 of what was sealed, where something was added. `code`: what the file says its code is."""

    verdict: str
    beneath: str = ""
    code: str = ""


def seen_in(pdf: bytes) -> Seen:
    """Return what the seal of a file says. Nothing in the file is believed but what our own certificates signed."""
    try:
        seals = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        return _of_seal(seals[0], pdf) if seals else Seen(Verdict.UNSEALED, code=code_in(pdf))
    except Exception:  # a hostile file may break its reader in any way; the answer is the same
        return Seen(Verdict.UNREADABLE)


def _of_seal(seal: EmbeddedPdfSignature, pdf: bytes) -> Seen:
    if not SealCertificate.objects.filter(fingerprint=sha256(seal.signer_cert.dump()).hexdigest()).exists():
        return Seen(Verdict.FOREIGN, code=code_in(pdf))
    ours = ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(seal, ours, key_usage_settings=KeyUsageConstraints())
    if not (status.intact and status.valid):
        return Seen(Verdict.CHANGED, code=code_in(pdf))
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Seen(Verdict.UNKNOWN, code=code_in(pdf))
    _start, _size, again, rest = (int(number) for number in seal.byte_range)
    sealed = pdf[: again + rest]
    return Seen(Verdict.COVERED, beneath=sha256(sealed).hexdigest(), code=code_in(sealed))


def code_in(pdf: bytes) -> str:
    """Return the code in the record inside a progress log, or inside the log of a portfolio; nothing where there is none to be read."""
    return _code_in(pdf) or _code_in(_inside(pdf, LOG))


def _code_in(pdf: bytes) -> str:
    try:
        code = str(json.loads(_inside(pdf, RECORD)[:LARGEST_RECORD])["document"]["code"])
    except Exception:  # as above
        return ""
    return code if len(letters_of(code)) == CODE_LENGTH else ""


def _inside(pdf: bytes, name: str) -> bytes:
    """Return what is attached to a file under a name; nothing where nothing is."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return bytes(opened.attachments[name].get_file().read_bytes())
    except Exception:  # as above
        return b""
