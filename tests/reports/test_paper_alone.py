"""A progress log in the hands of somebody who has the file and `verify_log.py`, on a machine without Countersign."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.utils import timezone

from progress.checkpoint import letter_about, make_checkpoint, public_key, read_checkpoint
from progress.models import LogEntry, ProgressLog
from reports.attached import LEDGER, RECORD
from reports.codes import new_code
from reports.models import SealCertificate
from reports.progress_log import read_record
from reports.rendering import render_pdf, seal_certificate, sealed
from tests.reports.test_bundle import approved as approved
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_bundle import told
from tests.reports.test_bundle import verifier as verifier
from tests.reports.test_paper import pages_of
from tests.reports.test_seal import one_byte_changed, overlaid, stripped
from tests.reports.test_seal import own_seal as own_seal
from tests.reports.test_seal_services import service as service

EXPORT = UUID("00000000-0000-4000-8000-000000000005")


def drawn(log: ProgressLog) -> bytes:
    seal = SealCertificate.noted(seal_certificate()).fingerprint
    return render_pdf(read_record(log, export_id=EXPORT, code=new_code(), issued_at=timezone.now(), seal=seal))


@pytest.fixture
def paper(signed: LogEntry) -> bytes:
    """Amina's log, with one outcome signed off."""
    return sealed(drawn(signed.log))


@pytest.fixture
def told_of(tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    """Let the program look at a file, as an assessor does."""

    def run(pdf: bytes, *more: str) -> tuple[int, list[str]]:
        path = tmp_path / "log.pdf"
        path.write_bytes(pdf)
        return told(path, *more)

    return run


def with_another(pdf: bytes, name: str, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Change a file that is attached, as a forger does who then seals it again."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (held,) = (file.EF.F for file in opened.Root.AF if str(file.UF) == name)
        said = json.loads(held.read_bytes())
        change(said)
        held.write(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
        out = io.BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return sealed(out.getvalue())


def test_it_says_who_signed_what_and_by_whom_the_file_was_sealed(paper: bytes, told_of: Any) -> None:
    seal = SealCertificate.objects.get().fingerprint
    status, lines = told_of(paper, "--key", public_key(), "--seal", seal)
    assert status == 0
    assert [line.split(",")[0].split(":")[0] for line in lines[:4]] == [
        "No fault found. dementia-care",
        "Progress log of Amina Okafor",
        "Sealed by “Countersign at localhost",
        "Whether every sign-off still stands",
    ]
    assert lines[2].endswith(seal)
    assert lines[5].strip() == "1.2  Explain matter number 2"
    assert lines[6].strip().startswith("signed off by Grace Mwangi, Senior care worker, Rosewood House, Rosewood Care, on ")


def test_what_was_done_to_the_file_is_told(paper: bytes, told_of: Any) -> None:
    changes = {one_byte_changed: "The file was changed after it was sealed.", overlaid: "Something was put over it after it was sealed."}
    assert [told_of(change(paper))[1][0].partition(" What is listed")[0] for change in changes] == list(changes.values())
    assert "it has no seal" in told_of(stripped(paper))[1][0]
    assert [told_of(change(paper))[0] for change in (one_byte_changed, overlaid, stripped)] == [1, 1, 1]


def test_an_object_that_a_new_table_leaves_out_is_told(paper: bytes, verifier: ModuleType, told_of: Any) -> None:
    """A page whose drawing is gone is blank, though every byte of what was sealed is there."""
    opened = verifier.Pdf(paper)
    (page,) = (one for one in map(opened.get, map(verifier.Ref, opened.places)) if isinstance(one, dict) and one.get("StructParents") == 1)
    left = {number: place for number, place in opened.places.items() if number != page["Contents"]}
    rows = b"".join(kind.to_bytes(1, "big") + one.to_bytes(4, "big") + two.to_bytes(2, "big") for kind, one, two in left.values())
    runs = " ".join(f"{number} 1" for number in left)
    number = max(opened.places) + 1
    about = f"/Type /XRef /Size {number} /Index [{runs}] /W [1 4 2] /Root {opened.trailer['Root']} 0 R /Length {len(rows)}"
    table = f"{number} 0 obj\n<< {about} >>\nstream\n".encode() + rows + b"\nendstream\nendobj\n"
    status, lines = told_of(paper + table + f"startxref\n{len(paper)}\n%%EOF\n".encode())
    assert (status, lines[0][:56]) == (1, "Something was put over it after it was sealed. What is l")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Somebody Else"),
        ("status", "Registered manager"),
        ("workplace", "Another House"),
        ("employer", "Another Care"),
        ("day", "2020-01-01"),
    ],
)
def test_a_paper_that_says_other_than_its_ledger_is_told_whoever_sealed_it(name: str, value: str, signed: LogEntry, told_of: Any) -> None:
    def forge(said: dict[str, Any]) -> None:
        (row,) = (row for area in said["areas"] for row in area["outcomes"] if row["signature"])
        row["signature"][name] = value

    forged = with_another(drawn(signed.log), RECORD, forge)
    assert told_of(forged) == (1, ["Outcome 1.2: the paper does not say what the ledger says.", "1 findings. Do not rely on this file."])


def test_a_passkey_that_signed_stands_on_the_paper_and_in_the_ledger(approved: dict[str, Any], told_of: Any) -> None:
    pdf = sealed(drawn(ProgressLog.objects.get(pk=approved["log"]["id"])))
    printed = " ".join(pages_of(pdf))
    status, lines = told_of(pdf)
    assert ("All with a passkey" in printed, status, "Decisions signed with a passkey: 1" in lines) == (True, 0, True)


def test_a_passkey_that_only_the_paper_knows_of_is_told(signed: LogEntry, told_of: Any) -> None:
    def forge(said: dict[str, Any]) -> None:
        said["signatories"][0]["by_passkey"] = ["1.2"]

    assert told_of(with_another(drawn(signed.log), RECORD, forge))[1][0] == (
        "Outcome 1.2: the paper says that a passkey signed it, and the ledger does not."
    )


def test_an_outcome_that_nobody_signed_is_told(signed: LogEntry, told_of: Any) -> None:
    def forge(said: dict[str, Any]) -> None:
        rows = [row for area in said["areas"] for row in area["outcomes"]]
        (by,) = (row["signature"] for row in rows if row["signature"])
        rows[0]["signature"] = by

    assert told_of(with_another(drawn(signed.log), RECORD, forge))[1][0] == "Outcome 1.1 is signed off on the paper only."


def test_a_ledger_written_anew_is_told(signed: LogEntry, told_of: Any) -> None:
    def forge(said: dict[str, Any]) -> None:
        said["events"][-1]["payload"] = said["events"][-1]["payload"].replace("Rosewood Care", "Somewhere else")

    status, lines = told_of(with_another(drawn(signed.log), LEDGER, forge))
    assert status == 1
    assert "not what was recorded" in lines[0]


def test_another_sites_keys_are_told(paper: bytes, told_of: Any) -> None:
    status, lines = told_of(paper, "--key", "elsewhere+00+AAAA", "--seal", "00" * 32)
    assert (status, lines[:2]) == (
        1,
        ["It was signed with another key than the one you gave.", "It was sealed with another certificate than the one you gave."],
    )


def test_a_checkpoint_and_a_letter_vouch_for_it(paper: bytes, signed: LogEntry, tmp_path: Path, settings: Any, told_of: Any) -> None:
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    checkpoint = make_checkpoint(datetime(2026, 11, 27, tzinfo=UTC))
    assert len(read_checkpoint(checkpoint)) == ProgressLog.objects.count()
    letter = tmp_path / "letter.txt"
    letter.write_text(letter_about(checkpoint, [signed.log_id]))
    assert told_of(paper, "--checkpoint", str(letter))[0] == 0
    letter.write_text(letter.read_text().replace(signed.log.head_hash, "0" * 64))
    assert told_of(paper, "--checkpoint", str(letter))[1][0] == "The checkpoint was not signed with this site's key, or was changed since."


def test_a_time_stamp_behind_the_seal_changes_nothing(service: str, signed: LogEntry, tmp_path: Path, settings: Any, told_of: Any) -> None:
    settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = service, str(tmp_path / "tsa.pem")
    paper = sealed(drawn(signed.log))
    assert b"/DSS" in paper
    assert told_of(paper)[0] == 0
    assert told_of(overlaid(paper))[1][0].startswith("Something was put over it after it was sealed.")


def test_summer_time_is_london_time(verifier: ModuleType) -> None:
    moments = {
        "2026-03-29T00:30:00Z": "2026-03-29",
        "2026-06-30T23:30:00.123Z": "2026-07-01",
        "2026-10-24T23:30:00Z": "2026-10-25",
        "2026-10-25T23:30:00Z": "2026-10-25",
        "2026-11-30T23:30:00Z": "2026-11-30",
    }
    assert {moment: verifier.london_day(moment) for moment in moments} == moments
