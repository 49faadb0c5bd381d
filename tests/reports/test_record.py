"""What is read for the paper, and at what price."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from people.models import User
from progress.models import LogEntry, ProgressLog, Sample
from reports.attached import record_json
from reports.progress_log import ACCOUNTS_CAP, paragraphs, printable, read_record
from reports.record import Assurer, LogRecord
from tests.cast import add_account, add_file, declare, entry_of, just_now, sign


def read(log: ProgressLog) -> LogRecord:
    fresh = ProgressLog.objects.select_related("learner", "framework", "workplace__employer").get(pk=log.pk)
    return read_record(fresh, export_id=uuid4(), code="7K3MQ-XW9PZ-4TNB8-HV2RD-6YCJE-5", issued_at=timezone.now())


def sign_it(log: ProgressLog, code: str, by: User) -> None:
    entry = entry_of(log, code)
    add_account(entry, f"Account for {code}")
    declare(entry)
    sign(entry, by)


IDRIS = ("Idris Bello", "Quality lead", "Rosewood House", "Rosewood Care")


def test_a_record_costs_the_same_queries_whatever_is_signed(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.1", grace)
    with CaptureQueriesContext(connection) as one:
        read(log)
    sign_it(log, "1.2", grace)
    sign_it(log, "1.3", grace)
    with CaptureQueriesContext(connection) as three:
        read(log)
    assert len(three) == len(one) <= 13


def test_a_signed_row_says_how_it_was_shown_by_whom_where_and_when(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.2", grace)
    _first, row, _third = read(log).areas[0].rows
    assert (row.code, row.shown, row.evidence) == ("1.2", "Direct observation", ("E1",))
    assert row.signature is not None
    assert (row.signature.name, row.signature.status) == ("Grace Mwangi", "Senior care worker")
    assert (row.signature.workplace, row.signature.employer) == ("Rosewood House", "Rosewood Care")
    assert row.signature.day == timezone.localdate()


def test_a_withdrawn_sign_off_leaves_room_for_ink(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.2", grace)
    entry = entry_of(log, "1.2")
    entry.withdraw_sign_off(by=grace, proof=just_now(), reason="I mixed up two people.", seen=entry.version, submission=uuid4())
    record = read(log)
    assert record.areas[0].rows[1].signature is None
    assert record.signatories == ()


def test_a_photo_stands_small_in_the_index_and_not_in_what_is_attached(declared: LogEntry) -> None:
    piece = add_file(declared)
    with piece.file.open("wb") as file:
        Image.new("RGB", (1600, 1200), "teal").save(file, "JPEG")
    record = read(declared.log)
    (small,) = (one.photo for one in record.evidence if one.photo)
    assert Image.open(io.BytesIO(small)).size == (320, 240)
    assert "photo" not in json.loads(record_json(record))["evidence"][0]


def test_a_photo_that_is_gone_or_none_keeps_no_paper_from_coming_about(declared: LogEntry) -> None:
    piece = add_file(declared)
    assert [one.photo for one in read(declared.log).evidence if one.photo] == []  # the cast's photo is no JPEG
    piece.file.storage.delete(piece.file.name)
    assert [one.photo for one in read(declared.log).evidence if one.photo] == []


def test_everyone_who_signed_is_listed_once_with_the_outcomes_signed(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.3", grace)
    sign_it(log, "1.2", grace)
    (signatory,) = read(log).signatories
    assert (signatory.name, signatory.codes) == ("Grace Mwangi", ("1.2", "1.3"))


def test_who_looked_at_sign_offs_and_agreed_is_listed(log: ProgressLog, grace: User, idris: User) -> None:
    for code in ("1.2", "1.3"):
        sign_it(log, code, grace)
        entry = entry_of(log, code)
        how: dict[str, Any] = {"by": idris, "proof": just_now(), "seen": entry.version}
        sample = Sample.take(entry, why=["share"], submission=uuid4(), **how)
        if code == "1.3":
            assert read(log).assurers == (Assurer(*IDRIS, ("1.2",), today := timezone.localdate(), today),)
        sample.agree(submission=uuid4(), **how)
    (assurer,) = read(log).assurers
    assert (assurer.name, assurer.codes) == ("Idris Bello", ("1.2", "1.3"))
    entry = entry_of(log, "1.2")
    entry.withdraw_sign_off(by=grace, proof=just_now(), reason="I mixed up two people.", seen=entry.version, submission=uuid4())
    assert read(log).assurers[0].codes == ("1.3",)


def test_the_index_says_where_each_piece_is(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.2", grace)
    (piece,) = read(log).evidence
    assert (piece.reference, piece.codes, piece.kept) == ("E1", ("1.2",), "Printed in this log, under “Accounts in full”")
    assert piece.paragraphs == ("I sat down first. I waited.",)


def test_accounts_beyond_the_cap_are_named_and_not_printed(log: ProgressLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.progress_log.ACCOUNTS_CAP", 30)
    add_account(entry_of(log, "1.2"), "First")
    add_account(entry_of(log, "1.3"), "Second")
    first, second = read(log).evidence
    assert first.paragraphs
    assert not second.paragraphs
    assert second.kept == "Kept in Countersign, with this log"
    assert ACCOUNTS_CAP > 30


def test_the_record_stands_at_one_place_of_the_ledger(log: ProgressLog, grace: User) -> None:
    sign_it(log, "1.2", grace)
    record = read(log)
    log.refresh_from_db()
    assert (record.position, record.head) == (log.head_seq, log.head_hash)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Amina\u202eevil\u202c", "Aminaevil"),
        ("a\u0301" + "\u0301" * 20_000 + "b", "á" + "\u0301" * 3 + "b"),
        ("one\ttwo\x00", "one two"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_ink_shows_no_control_characters_and_no_towers_of_accents(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_blank_lines_make_no_paragraphs() -> None:
    assert paragraphs("One.\r\n\r\n \u202e \nTwo.") == ("One.", "Two.")
