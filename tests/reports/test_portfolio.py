"""The portfolio pack: what is in it, that its paper and its record still prove themselves, and who may take it."""

import io
import re
import subprocess
import sys
from os.path import dirname, join, normpath
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client

from people.models import User
from progress.erasure import Reason, erase_piece
from progress.models import ErasedFile, LogEntry, ProgressLog
from reports import tasks
from reports.models import LogExport, Pack
from tests.cast import add_account, add_file, entry_of
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_seal import own_seal as own_seal


def made(pack: Pack) -> Pack:
    """Let a worker make it: the paper first, then the pack around it."""
    for _time in range(2):
        Pack.objects.filter(pk=pack.pk).update(not_before=None)
        tasks.make_pack(str(pack.pk))
        for export in LogExport.objects.pending():
            tasks.render_log(str(export.pk))
    pack.refresh_from_db()
    return pack


@pytest.fixture
def pack(signed: LogEntry) -> Pack:
    """Amina's, with one outcome signed off, a photo and an account."""
    add_file(entry_of(signed.log, "1.1"))
    add_account(entry_of(signed.log, "1.3"))
    return made(Pack.request(signed.log, by=signed.log.learner))


@pytest.fixture
def opened(pack: Pack) -> ZipFile:
    with pack.file.open("rb") as file:
        return ZipFile(io.BytesIO(file.read()))


def test_it_holds_the_log_as_issued_and_each_piece_with_its_page(pack: Pack, opened: ZipFile) -> None:
    assert pack.is_ready
    pieces = list(pack.log.evidence.order_by("added_at"))
    pages = [f"evidence/E{n}.html" for n in range(1, len(pieces) + 1)]
    files = [f"evidence/E{n}{Path(piece.file.name).suffix}" for n, piece in enumerate(pieces, 1) if piece.file]
    others = ["index.html", "style.css", "progress-log.pdf", "outcomes.csv", "record.json", "verify_log.py"]
    assert sorted(opened.namelist()) == sorted(pages + files + others)
    with pack.export.file.open("rb") as paper:  # type: ignore[union-attr]
        assert opened.read("progress-log.pdf") == paper.read()
    (photo,) = (piece for piece in pieces if piece.file)
    assert opened.read(files[0]) == photo.file.open("rb").read()


def test_every_link_in_it_leads_to_a_file_in_it_or_to_the_check(opened: ZipFile) -> None:
    names = set(opened.namelist())
    for name in (name for name in names if name.endswith(".html")):
        page = opened.read(name).decode()
        anchors, links = re.findall(r'href="#([^"]+)"', page), re.findall(r'(?:href|src)="([^"#]+)', page)
        inside = {normpath(join(dirname(name), link)) for link in links if "/verify/" not in link}
        assert inside <= names
        assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


def test_it_is_in_the_order_in_which_an_assessor_works(opened: ZipFile) -> None:
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", opened.read("index.html").decode())
    assert headings == [
        "Summary",
        "Who signed, and witnesses",
        "Outcomes and their evidence",
        "Where each piece is",
        "Learner’s declaration",
        "Check it",
    ]


def test_its_own_program_finds_nothing_in_log_and_record(opened: ZipFile, tmp_path: Path) -> None:
    opened.extractall(tmp_path)
    for name in ("progress-log.pdf", "record.json"):
        done = subprocess.run(
            [sys.executable, "-I", tmp_path / "verify_log.py", tmp_path / name], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout[:15]) == (0, "No fault found.")


def test_a_learners_words_are_text_there(log: ProgressLog) -> None:
    add_account(entry_of(log, "1.1"), text="<script>alert(1)</script>\n\nI waited.")
    with made(Pack.request(log, by=log.learner)).file.open("rb") as file:
        page = ZipFile(io.BytesIO(file.read())).read("evidence/E1.html").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_an_unchanged_log_has_its_pack_already_and_a_changed_one_a_new_one(pack: Pack) -> None:
    assert Pack.request(pack.log, by=pack.log.learner) == pack
    add_account(entry_of(pack.log, "1.1"))
    newer = made(Pack.request(pack.log, by=pack.log.learner))
    assert newer != pack
    assert list(Pack.objects.all()) == [newer]  # the older one went, with its file
    assert not pack.file.storage.exists(pack.file.name) or ErasedFile.objects.filter(name=pack.file.name).exists()


def test_asking_leads_to_the_page_that_waits_then_to_the_file(client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    address = client.post(f"/logs/{log.pk}/pack/", {"form": "zip"}).headers["Location"]
    assert "We are making your portfolio" in client.get(address).content.decode()
    made(Pack.objects.get())
    assert "Your portfolio is ready" in client.get(address).content.decode()
    response: Any = client.get(f"{address}download/")
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == ("application/zip", "no-store, private")
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_poll_hears_what_is_done_and_nothing_while_there_is_no_news(client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    pack = Pack.request(log, by=log.learner)

    def polled(seen: str) -> tuple[int, str]:
        response = client.get(f"{pack.get_absolute_url()}?seen={seen}", headers={"HX-Request": "true"})
        return response.status_code, response.content.decode()

    assert "It waits for its turn." in polled("")[1]
    assert polled("waiting") == (204, "")
    tasks.make_pack(str(pack.pk))
    assert "Your progress log is made first." in polled("waiting")[1]
    assert polled("paper") == (204, "")
    made(pack)
    status, said = polled("paper")
    assert (status, "Your portfolio is ready" in said, "hx-get" in said) == (200, True, False)


@pytest.mark.parametrize("wish", [{}, {"form": "exe"}])
def test_a_wish_for_no_form_that_there_is_leads_back_to_the_log(wish: dict[str, str], client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    assert client.post(f"/logs/{log.pk}/pack/", wish).headers["Location"] == log.get_absolute_url()
    assert not Pack.objects.exists()


def test_a_pack_whose_paper_cannot_be_made_fails_and_does_not_ask_for_ever(log: ProgressLog, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = Pack.request(log, by=log.learner)
    monkeypatch.setattr(tasks, "render_pdf", lambda record: 1 / 0)
    for _time in range(30):
        Pack.objects.filter(pk=pack.pk).update(not_before=None)
        tasks.make_pack(str(pack.pk))
        for export in LogExport.objects.pending():
            tasks.render_log(str(export.pk))
    pack.refresh_from_db()
    assert (pack.state, pack.last_error, LogExport.objects.count()) == ("failed", "PaperFailed", 1)


def test_a_pack_goes_with_words_that_are_erased(pack: Pack, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    assert Pack.objects.forget_erased_words() == 0
    with django_capture_on_commit_callbacks(execute=True):
        erase_piece(pack.log.evidence.first(), by=ada, reason=Reason.MISTAKE, submission=uuid4())
        assert Pack.objects.forget_erased_words() == 1
    assert not Pack.objects.exists()


def test_a_pack_that_was_being_made_while_words_were_erased_is_made_again(pack: Pack, ada: User) -> None:
    Pack.objects.update(state=Pack.State.WAITING, file="")
    claimed = Pack.objects.claim(pack.pk)
    erase_piece(pack.log.evidence.first(), by=ada, reason=Reason.MISTAKE, submission=uuid4())
    assert claimed.finish(io.BytesIO(b"PK"), pack.export) is False
    assert Pack.objects.get().state == Pack.State.WAITING


def test_of_an_erased_piece_nothing_is_in_the_pack(signed: LogEntry, ada: User) -> None:
    erase_piece(signed.pieces[0], by=ada, reason=Reason.MISTAKE, submission=uuid4())
    with made(Pack.request(signed.log, by=signed.log.learner)).file.open("rb") as file:
        page = ZipFile(io.BytesIO(file.read())).read("evidence/E1.html").decode()
    assert "Its words cannot be read any more" in page
    assert "I waited" not in page


def test_a_pack_waits_for_its_paper_and_is_taken_up_again_when_that_may_be_there(log: ProgressLog, nudges: list[tuple[str, float]]) -> None:
    pack = Pack.request(log, by=log.learner)
    tasks.make_pack(str(pack.pk))
    assert nudges == [(Pack.task, tasks.WAIT_FOR_A_PAPER)]
    assert Pack.objects.claim(pack.pk) is None
