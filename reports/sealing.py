"""The seal on a PDF: PAdES (ETSI EN 319 142-1), made with this site's own key, so that a reader sees at once whether a byte was changed.

The key lies in a PKCS#12 file, or in a hardware module that is named by a `pkcs11:` address (RFC 7512). Somebody who tries the
product gets one made. The seal is invisible and certifies: nothing may be changed afterwards. With a time-stamp service
configured it is of level B-LTA; when that service does not answer, of B-B, because nobody's paper may wait for it.

Loads pyHanko, which the web process never needs: import it where rendering does.
"""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from reports.finishing import SEAL_FIELD

logger = logging.getLogger(__name__)
MADE_FOR = timedelta(days=3650)  # how long a made certificate is good; a paper is kept for years
PATIENCE = 5  # seconds for a time-stamp service
BYTES_OF_A_SEAL = 16_384  # without a time stamp; room for a chain of certificates


class CannotSeal(Exception):
    """The key of the seal could not be read. The message says what to do."""


def sealed(pdf: bytes) -> bytes:
    """Return a finished PDF with its empty field filled: nothing can be changed in it unseen. Raise CannotSeal without a key."""
    out = io.BytesIO()
    seal_into(out, io.BytesIO(pdf))
    return out.getvalue()


def seal_into(out: IO[bytes], pdf: IO[bytes]) -> None:
    """Write the same into an empty file, from a file: a portfolio may be too large to be held in memory several times."""
    if settings.TIMESTAMP_URL:
        try:
            _with_the_key(lambda signer: _sign(signer, out, pdf, long_term=True))
            return
        except (timestamps.TimestampRequestError, PathError, OSError) as error:
            logger.error("The time-stamp service did not serve us (%s): the seal is of level B-B.", type(error).__name__)
    _with_the_key(lambda signer: _sign(signer, out, pdf, long_term=False))


def certificate() -> bytes:
    """Return the certificate of the seal, in DER. Raise CannotSeal without a key."""
    return bytes(_with_the_key(lambda signer: signer.signing_cert.dump()))


def _with_the_key(make: Callable[[Any], Any]) -> Any:
    """Return what `make` makes with the signer."""
    if not _is_in_a_module():
        return make(_signer())
    from reports import key_module  # noqa: PLC0415  # only who has a module has what this needs

    return key_module.made_again_if_it_was_started_anew(lambda: make(_signer()), settings.SEAL_KEY, _signer.cache_clear)


def _sign(signer: Any, out: IO[bytes], pdf: IO[bytes], *, long_term: bool) -> None:
    out.seek(0)  # what an attempt before left goes
    out.truncate()
    about = signers.PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        embed_validation_info=long_term,
        use_pades_lta=long_term,
        validation_context=_trust(signer) if long_term else None,
    )
    stamper = timestamps.HTTPTimeStamper(settings.TIMESTAMP_URL, timeout=PATIENCE) if long_term else None
    hand = signers.PdfSigner(about, signer, timestamper=stamper)
    hand.sign_pdf(
        IncrementalPdfFileWriter(pdf),
        existing_fields_only=True,
        bytes_reserved=None if long_term else BYTES_OF_A_SEAL,
        output=out,
    )


@cache
def _signer() -> Any:
    """Load the key once: with RSA most of the time of a seal would go there."""
    if not _is_in_a_module():
        return _in_a_file(Path(settings.SEAL_KEY))
    from reports import key_module  # noqa: PLC0415

    return key_module.signer_at(settings.SEAL_KEY, settings.SEAL_PASSWORD)


def _is_in_a_module() -> bool:
    return str(settings.SEAL_KEY).startswith("pkcs11:")


def _in_a_file(path: Path) -> Any:
    if not path.exists() and not settings.PRODUCTION:
        _make(path)
    signer = signers.SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        str(path), passphrase=settings.SEAL_PASSWORD.encode() or None
    )
    if signer is None:  # pyHanko has said why in the log
        raise CannotSeal(f"The key of the seal at {path} cannot be read. docs/operations.md says how to make one.")
    return signer


def _make(path: Path) -> None:
    """Make a key and a certificate that says whose it is. Readers of PDFs will call it unknown: nobody has vouched for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Countersign at {urlsplit(settings.SITE_URL).netloc}"[:64])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + MADE_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_only_for_seals(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.touch(mode=0o600)
    path.write_bytes(serialize_key_and_certificates(b"seal", key, made, None, NoEncryption()))


def _only_for_seals() -> x509.KeyUsage:
    no = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False
    )
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **no)


def _trust(signer: Any) -> ValidationContext:
    """Return what a long-term seal is checked against: our own chain, and the roots of the time-stamp service."""
    ours: list[asn1_x509.Certificate] = [signer.signing_cert, *signer.cert_registry]
    given = x509.load_pem_x509_certificates(Path(settings.TIMESTAMP_ROOTS).read_bytes()) if settings.TIMESTAMP_ROOTS else []
    roots = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in given]
    return ValidationContext(trust_roots=[*ours, *roots], allow_fetching=True, revocation_mode="soft-fail")
