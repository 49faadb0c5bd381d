"""Erased words are gone from papers and record files too, and everybody who holds one can still check it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import formats, timezone

from people.models import User
from progress.canonical import canonical
from progress.erasure import Reason, erase_person, erase_piece
from progress.models import Evidence, LogEntry, ProgressLog
from reports.bundle import bundle_of
from reports.codes import new_code
from reports.models import LogExport
from reports.progress_log import read_export, read_record
from tests.cast import add_account, add_file, entry_of, just_now
from tests.reports.test_bundle import change_payload, own_key, rewritten, told, verifier  # noqa: F401 – fixtures

PDF = b"%PDF-1.7 words"


@pytest.fixture(autouse=True)
def exports_are_there(exports_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FileSystemStorage:
    store = FileSystemStorage(exports_folder)
    monkeypatch.setattr(LogExport._meta.get_field("file"), "storage", store)
    monkeypatch.setitem(storages._storages, "exports", store)
    return store


def ready(log: ProgressLog) -> tuple[LogExport, str]:
    """Issue a PDF of a log; return it and the code that stands on it."""
    LogExport.request(log, by=log.learner)
    export = LogExport.objects.claim(LogExport.objects.pending().get(log=log).pk)
    record = read_export(export)
    assert export.finish(PDF, record)
    return LogExport.objects.get(pk=export.pk), record.code


def erase(*options: str) -> str:
    out = StringIO()
    call_command("erase_words", *options, stdout=out)
    return out.getvalue()


def why(by: str = "ada") -> tuple[str, ...]:
    return ("--by", by, "--reason", "names_somebody")


def today() -> str:
    return f"Erased on {formats.date_format(timezone.localdate(), 'j F Y')}"


# Papers


def test_a_paper_that_holds_erased_words_goes_and_stays_known(
    signed: LogEntry, ada: User, client: Client, exports_are_there: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    export, code = ready(signed.log)
    with django_capture_on_commit_callbacks(execute=True):
        said = erase("--evidence", str(signed.pieces[0].pk), *why(), "--yes")
    assert said.splitlines()[-1] == "Erased. PDFs deleted with it: 1. Backups hold the words until you delete those too."
    assert exports_are_there.exists(export.file.name) is False
    client.force_login(signed.learner)
    assert client.get(f"/exports/{export.pk}/download/").status_code == 404
    assert "This PDF was deleted" in client.get(f"/exports/{export.pk}/").content.decode()
    page = client.get(f"/verify/?code={code}").content.decode()
    assert ("Valid: this is the latest progress log" in page, "Some words on this paper were erased" in page) == (True, True)
    assert LogExport.request(signed.log, by=signed.learner).pk != export.pk


def test_a_paper_made_after_it_stays(signed: LogEntry, ada: User) -> None:
    erase("--evidence", str(signed.pieces[0].pk), *why(), "--yes")
    export, _code = ready(signed.log)
    assert (LogExport.objects.forget_papers(), LogExport.objects.get(pk=export.pk).is_ready) == (0, True)


def test_a_paper_being_drawn_while_words_are_erased_is_drawn_again(signed: LogEntry, ada: User, exports_folder: Path) -> None:
    LogExport.request(signed.log, by=signed.learner)
    export = LogExport.objects.claim(LogExport.objects.pending().get().pk)
    record = read_export(export)
    erase_piece(signed.pieces[0], by=ada, reason=Reason.MISTAKE, submission=uuid4())
    assert export.finish(PDF, record) is False
    assert LogExport.objects.get().state == LogExport.State.WAITING
    assert [path for path in exports_folder.rglob("*") if path.is_file()] == []


def test_the_index_of_evidence_says_when_it_was_erased(signed: LogEntry, ada: User) -> None:
    erase_piece(signed.pieces[0], by=ada, reason=Reason.MISTAKE, submission=uuid4())
    record = read_record(signed.log, export_id=uuid4(), code=new_code(), issued_at=timezone.now())
    [piece] = record.evidence
    assert (piece.title, piece.kept, piece.paragraphs, piece.codes) == (today(), "Its words cannot be read any more", (), ("1.2",))
    assert record.accounts == ()


# The record file


@pytest.fixture
def erased_record(signed: LogEntry, ada: User, tmp_path: Path) -> dict[str, Any]:
    """Amina's record after the evidence behind a sign-off, and a photo, were erased; another piece stands."""
    add_account(entry_of(signed.log, "1.3"), "Lunch")
    for piece in (signed.pieces[0], add_file(entry_of(signed.log, "1.3"))):
        erase_piece(piece, by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4())
    data: dict[str, Any] = json.loads(bundle_of(signed.log))
    return data


def test_a_record_with_erased_words_has_no_finding(erased_record: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(canonical(erased_record).encode())
    status, lines = told(path)
    assert (status, lines[2]) == (0, "Erased by the site, as its events say: 0 texts, 2 pieces of evidence")
    assert "I sat down first." in path.read_text()  # the piece that stands


def test_of_somebody_who_left_the_record_still_proves_itself(signed: LogEntry, ada: User, verifier: Any) -> None:  # noqa: F811
    signed.learner.memberships.get().end(by=ada)
    erase_person(signed.learner, by=ada, reason=Reason.ASKED, submission=uuid4())
    bundle = bundle_of(ProgressLog.objects.get(pk=signed.log_id))
    assert verifier.findings_in(bundle) == []
    assert "Amina" not in bundle.decode()
    assert "sat down" not in bundle.decode()


MISSING = "What is missing of the evidence is not what its events say was erased."


def test_a_piece_that_is_missing_without_an_event_is_told(erased_record: dict[str, Any], verifier: Any) -> None:  # noqa: F811
    [there] = [piece for piece in erased_record["evidence"] if "erased" not in piece]
    place = erased_record["evidence"].index(there)
    erased_record["evidence"][place] = {"id": there["id"], "erased": "2026-01-01T00:00:00.000000Z"}
    assert verifier.findings_in(canonical(erased_record).encode()) == [MISSING]


def test_another_day_of_erasing_is_told(erased_record: dict[str, Any], verifier: Any) -> None:  # noqa: F811
    next(piece for piece in erased_record["evidence"] if "erased" in piece)["erased"] = "2026-01-01T00:00:00.000000Z"
    assert verifier.findings_in(canonical(erased_record).encode()) == [MISSING]


def test_a_text_that_is_missing_without_an_event_is_told(erased_record: dict[str, Any], verifier: Any) -> None:  # noqa: F811
    signed = next(event for event in erased_record["events"] if '"type":"signed_off"' in event["payload"])
    signed["texts"] = {}
    assert verifier.findings_in(canonical(erased_record).encode())[0].startswith("It is not a record as a site writes it")


def test_an_event_that_erases_what_was_not_there_is_told(erased_record: dict[str, Any], verifier: Any) -> None:  # noqa: F811
    change_payload(erased_record, "redacted", '"texts":[]', '"texts":[{"field":"note","seq":4}]')
    rewritten(erased_record, verifier)
    said = verifier.findings_in(canonical(erased_record).encode())
    assert [finding.split(": ")[1] for finding in said if finding.startswith("Event")] == [
        "it erases words that were not there.",
        "it erases words that were not there.",
        "it erases words twice.",
        "words of it that were erased are still there.",
    ]


# The operator's command


def test_it_lists_what_can_be_erased_in_a_log(declared: LogEntry, grace: User) -> None:
    declared.send_back(by=grace, proof=just_now(), reason="Say more.", seen=declared.version, submission=uuid4())
    lines = erase("--log", str(declared.log_id)).splitlines()
    assert [line.split("   ")[0] for line in lines] == ["--event 4 --field reason", f"--evidence {declared.pieces[0].pk}"]
    assert "Say more." not in "".join(lines)


def test_without_yes_nothing_goes(signed: LogEntry, ada: User) -> None:
    said = erase("--evidence", str(signed.pieces[0].pk), *why())
    assert said.endswith("Nothing was erased yet. Add --yes to erase it. Nobody can undo it.\n")
    assert not Evidence.objects.get().is_erased


def test_the_same_words_in_another_log_are_pointed_to(signed: LogEntry, ada: User) -> None:
    other = add_account(entry_of(signed.log, "1.3"), "Lunch")
    assert f"The same words stand in another piece too: --evidence {other.pk}" in erase("--evidence", str(signed.pieces[0].pk), *why())


def test_a_person_goes_by_username(signed: LogEntry, grace: User, ada: User) -> None:
    for membership in (*signed.learner.memberships.all(), *grace.memberships.all()):
        membership.end(by=ada)
    assert "Her name stays" in erase("--person", "grace", "--by", "ada", "--reason", "asked")
    assert erase("--person", "amina", "--by", "ada", "--reason", "asked", "--yes").startswith(
        "Everything of Amina Okafor (amina): words and evidence in 1 logs"
    )
    assert not User.objects.filter(username="amina").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--evidence", "00000000-0000-4000-8000-000000000000", *why(), "--yes"), "There is no evidence 00000000"),
        (("--person", "grace", *why("grace"), "--yes"), "Only somebody who runs this site erases words"),
        (("--person", "grace", "--yes"), "Say who erases it with --by"),
        (("--yes",), "Name one thing to erase"),
    ],
)
def test_what_it_refuses(options: tuple[str, ...], says: str, grace: User, ada: User) -> None:
    with pytest.raises(CommandError, match=says):
        erase(*options)
