"""The seal on a progress log: what a reader of PDFs says of it, and what becomes of every way to change the file."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from reports import sealing
from reports.rendering import render_pdf, sealed
from tests.reports.samples import sample
from tests.reports.validator import findings

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def own_seal(tmp_path: Path, settings: Any) -> None:
    """A key made for each test, as for somebody who tries the product."""
    settings.SEAL_KEY = str(tmp_path / "seal.p12")
    sealing._signer.cache_clear()


@pytest.fixture
def paper() -> bytes:
    return sealed(render_pdf(sample(12, 5, 3)))


def seen_by_pyhanko(pdf: bytes) -> PdfSignatureStatus:
    """Return what pyHanko finds when nothing at all may have changed since."""
    seal = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    return validate_pdf_signature(seal, ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False))


def seen_by_poppler(pdf: bytes, folder: Path) -> str:
    """Return what pdfsig says."""
    path = folder / "log.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout


def overlaid(pdf: bytes) -> bytes:
    """Put something over a page in the way a signature allows technically: by adding to the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    drawing = writer.add_object(StreamObject(stream_data=b"0 0 0 rg 100 100 200 200 re f"))
    page[NameObject("/Contents")] = drawing
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stripped(pdf: bytes) -> bytes:
    """Save it again without its form."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm
        del opened.pages[-1].Annots
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def one_byte_changed(pdf: bytes) -> bytes:
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    return bytes(changed)


def test_a_sealed_log_is_still_both_kinds_of_pdf(paper: bytes) -> None:
    assert findings(paper) == []


def test_two_readers_find_the_seal_whole(paper: bytes, tmp_path: Path) -> None:
    status = seen_by_pyhanko(paper)
    assert (status.intact, status.valid, status.coverage.name, status.docmdp_ok) == (True, True, "ENTIRE_FILE", True)
    said = seen_by_poppler(paper, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_two_readers_tell_a_changed_byte(paper: bytes, tmp_path: Path) -> None:
    changed = one_byte_changed(paper)
    assert not seen_by_pyhanko(changed).intact
    assert "Digest Mismatch" in seen_by_poppler(changed, tmp_path)


def test_two_readers_tell_what_was_put_over_it(paper: bytes, tmp_path: Path) -> None:
    assert seen_by_pyhanko(overlaid(paper)).docmdp_ok is False
    assert "Not total document signed" in seen_by_poppler(overlaid(paper), tmp_path)


def test_it_is_the_same_file_before_the_seal_and_the_seal_only_adds_to_it() -> None:
    before = render_pdf(sample(12, 5, 3))
    assert sealed(before).startswith(before)


def test_the_key_is_made_once_and_is_the_owners_alone(paper: bytes, settings: Any) -> None:
    path = Path(settings.SEAL_KEY)
    made = path.read_bytes()
    sealing._signer.cache_clear()
    assert seen_by_pyhanko(sealed(render_pdf(sample(1, 0, 0)))).intact
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (made, 0o600)


def test_in_production_no_key_is_made(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(sealing.CannotSeal, match="cannot be read"):
        sealed(render_pdf(sample(1, 0, 0)))
    assert not Path(settings.SEAL_KEY).exists()


def test_a_key_made_as_the_manual_says_seals_too(tmp_path: Path, settings: Any) -> None:
    manual = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    commands = manual.split("## The seal")[1].split("```")[1]
    (tmp_path / "secrets").mkdir()
    subprocess.run(
        ["bash", "-ec", commands.replace("-export", "-export -passout pass:three-plain-words")],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    settings.SEAL_KEY, settings.SEAL_PASSWORD = str(tmp_path / "secrets/seal.p12"), "three-plain-words"
    status = seen_by_pyhanko(sealed(render_pdf(sample(1, 0, 0))))
    assert (status.intact, status.valid, status.signing_cert.subject.native["common_name"]) == (
        True,
        True,
        "Countersign at learn.example.org",
    )
