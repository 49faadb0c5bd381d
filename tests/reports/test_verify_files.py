"""Checking a file at /verify/: by its hash, and what its seal says when the hash is none of ours."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from progress.models import LogEntry
from reports import tasks
from reports.forms import LARGEST
from reports.models import LogExport, SealCheck
from reports.models.seal import KEPT_FOR, MOST_WAITING
from reports.rendering import render_pdf, sealed
from tests.reports.samples import sample
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_pages import answer
from tests.reports.test_seal import one_byte_changed, overlaid, stripped
from tests.reports.test_seal import own_seal as own_seal


@pytest.fixture
def paper(signed: LogEntry) -> LogExport:
    """Amina's log as a worker made it: one outcome signed off."""
    export = LogExport.request(signed.log, by=signed.log.learner)
    tasks.render_log(str(export.pk))
    export.refresh_from_db()
    return export


@pytest.fixture
def held(paper: LogExport) -> bytes:
    """The file in somebody's hands."""
    with paper.file.open("rb") as file:
        return bytes(file.read())


@pytest.fixture
def said_of(client: Client) -> Callable[[bytes], str]:
    """Send a file as a browser without JavaScript does, let the worker look at it, and read the answer."""

    def send(pdf: bytes) -> str:
        response = client.post("/verify/file/", {"file": SimpleUploadedFile("log.pdf", pdf, "application/pdf")})
        for check in SealCheck.objects.pending():
            tasks.check_seal(str(check.pk))
        page = client.get(response.headers["Location"]) if response.status_code == 302 else response
        return page.content.decode()

    return send


def test_the_file_itself_is_known_by_its_hash(paper: LogExport, held: bytes, client: Client, said_of: Any) -> None:
    assert (sha256(held).hexdigest(), paper.file.name.split("-")[0]) == (paper.sha256, paper.sha256)
    for page in (client.get(f"/verify/?sha256={paper.sha256}").content.decode(), said_of(held)):
        assert "exactly the one that this site made" in page
        assert "Valid: this is the latest progress log" in page
    assert SealCheck.objects.count() == 0  # nothing had to be kept


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (one_byte_changed, "It was changed after it was sealed"),
        (overlaid, "Somebody added to it after it was sealed"),
        (stripped, "It has no seal"),
    ],
)
def test_what_was_done_to_it_is_told_by_hash_and_by_seal(
    done: Callable[[bytes], bytes], says: str, held: bytes, client: Client, said_of: Any
) -> None:
    changed = done(held)
    by_hash = client.get(f"/verify/?sha256={sha256(changed).hexdigest()}").content.decode()
    assert "Not ours, or changed" in by_hash
    assert says in said_of(changed)


def test_beneath_what_was_added_the_real_paper_is_shown(held: bytes, signed: LogEntry, said_of: Any) -> None:
    page = said_of(overlaid(held))
    assert "Valid: this is the latest progress log" in page
    assert signed.log.learner.full_name in page


def test_of_a_changed_file_the_real_paper_is_one_press_away(paper: LogExport, held: bytes, client: Client, said_of: Any) -> None:
    page = said_of(stripped(held))
    address = page.split('href="/verify/?code=')[1].split('"')[0]
    assert "Valid: this is the latest progress log" in answer(client, address)


def test_somebody_elses_seal_is_not_ours(said_of: Any, db: None) -> None:
    assert "Not ours: somebody else sealed it" in said_of(sealed(render_pdf(sample(1, 0, 0))))


@pytest.mark.parametrize("rest", [b"", b"1.7\n", b"1.7\n" + b"<<" * 50_000, b"1.7\nstartxref\n7\n%%EOF"])
def test_what_no_program_should_open_is_told_so(rest: bytes, said_of: Any, db: None) -> None:
    assert "We cannot read it" in said_of(b"%PDF-" + rest)


def test_a_file_that_is_no_pdf_or_too_large_is_refused_in_words(said_of: Any, db: None) -> None:
    assert "This is not a PDF." in said_of(b"\x89PNG")
    assert "larger than 25 MB" in said_of(b"%PDF-" + bytes(LARGEST))
    assert "This file is empty." in said_of(b"")
    assert SealCheck.objects.count() == 0


def test_a_file_goes_as_soon_as_it_was_looked_at_and_the_answer_the_next_day(held: bytes, said_of: Any) -> None:
    said_of(stripped(held))
    check = SealCheck.objects.get()
    assert check.file.name == ""
    assert list(check.file.storage.listdir("checks")[1]) == []
    SealCheck.objects.update(created_at=timezone.now() - KEPT_FOR)
    tasks.sweep_exports()
    assert SealCheck.objects.count() == 0


def test_files_without_end_do_not_fill_the_disk(client: Client, db: None) -> None:
    SealCheck.objects.bulk_create(SealCheck() for _file in range(MOST_WAITING))
    page = client.post("/verify/file/", {"file": SimpleUploadedFile("log.pdf", b"%PDF-1.7")}).content.decode()
    assert "Many files came just now. Wait a minute, then send it again." in page
    assert SealCheck.objects.count() == MOST_WAITING


def test_guessing_is_put_off_and_whoever_holds_a_paper_is_not(paper: LogExport, client: Client, db: None) -> None:
    wrong = "/verify/?code=00000-00000-00000-00000-00000-0"
    assert [client.get(wrong).status_code for _time in range(32)] == [200] * 30 + [429] * 2
    assert "Many wrong codes came from your network" in client.get(wrong).content.decode()
    assert client.get(f"/verify/?sha256={paper.sha256}").status_code == 200


def test_the_checking_program_has_an_address_that_stays(client: Client, db: None) -> None:
    response = client.get("/verify/verify_log.py")
    assert b"".join(response.streaming_content).startswith(b"#!/usr/bin/env python3")  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"] == 'attachment; filename="verify_log.py"'
