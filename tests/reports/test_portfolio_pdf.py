"""The portfolio as one PDF: what stands in it and in which order, what goes along, and what it may say of itself."""

import io
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from people.models import User
from progress.erasure import Reason, erase_piece
from progress.models import Evidence, LogEntry, ProgressLog, Upload
from reports import portfolio_pdf
from reports.finishing import walk
from reports.models import LogExport, MadePack, Pack
from tests.cast import add_account, entry_of
from tests.reports.sample_portfolios import five, portfolio
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_paper import pages_of
from tests.reports.test_portfolio import made
from tests.reports.test_seal import overlaid, seen_by_pyhanko
from tests.reports.test_seal import own_seal as own_seal
from tests.reports.test_verify_files import said_of as said_of
from tests.reports.validator import findings


def a_jpeg(width: int = 1800, height: int = 2400) -> bytes:
    """Return a photo of nobody, as large as they are kept."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def a_pdf(*pages: tuple[int, int], turned: int = 0) -> bytes:
    """Return a PDF of hers: pages of these sizes in points, a grey square on each."""
    with pikepdf.new() as pdf:
        for size in pages:
            page = pdf.add_blank_page(page_size=size)
            page.Contents = pdf.make_stream(b"0.8 g 20 20 100 100 re f")
            page.Rotate = turned
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def add_a_file(entry: LogEntry, content: bytes, suffix: str, title: str, text: str = "I made it.") -> Evidence:
    """Add a file to an entry, as its learner."""
    kind = {"jpg": "photo", "pdf": "document"}.get(suffix, "sound")
    upload = Upload.objects.create(
        owner=entry.learner,
        file=ContentFile(content, f"{uuid4().hex}.{suffix}"),
        kind=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
    words = {"kind": "work_product", "title": title, "text": text}
    return Evidence.add(entry.log, [entry], by=entry.learner, submission=uuid4(), upload=upload, **words)


def portfolio_of(log: ProgressLog) -> Pack:
    return made(Pack.request(log, by=log.learner, form=Pack.Form.PDF))


def content_of(pack: Pack) -> bytes:
    with pack.file.open("rb") as file:
        return bytes(file.read())


@pytest.fixture
def filled(signed: LogEntry) -> ProgressLog:
    """Amina's log: an account that is signed for, a photo, a sound, and another account."""
    log: ProgressLog = signed.log
    add_a_file(entry_of(log, "1.1"), a_jpeg(), "jpg", "The table laid for two")
    add_a_file(entry_of(log, "1.3"), b"ID3" + bytes(2000), "mp3", "What I said at handover")
    add_account(entry_of(log, "1.3"), title="A walk in the garden", text="She chose her own coat.\n\nWe went slowly.")
    return log


@pytest.fixture
def pack(filled: ProgressLog) -> Pack:
    return portfolio_of(filled)


@pytest.fixture
def pdf(pack: Pack) -> bytes:
    assert pack.is_ready, pack.last_error
    return content_of(pack)


@pytest.fixture
def pages(pdf: bytes) -> list[str]:
    return pages_of(pdf)


def header_of(pages: list[str], title: str) -> int:
    """Return the place of the header page of a piece."""
    return next(number for number, page in enumerate(pages) if title in page and "It shows" in page)


# What stands in it


def test_it_is_in_the_order_in_which_an_assessor_works(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        log, *pieces = outline.root
        parts = [item.title for item in log.children]
    assert log.title == "Amina Okafor"
    assert parts[:3] == ["Progress", "How to read this portfolio", "Who signed"]
    assert parts[-3:] == ["Evidence index", "Learner’s declaration", "Check this portfolio"]
    assert [item.title for item in pieces] == [
        "E1 Breakfast with Mrs C",
        "E2 The table laid for two",
        "E3 What I said at handover",
        "E4 A walk in the garden",
    ]


def test_a_header_page_says_what_a_piece_is_which_outcomes_it_shows_and_who_signed_them(pages: list[str], filled: ProgressLog) -> None:
    first = pages[header_of(pages, "E1 Breakfast with Mrs C")]
    outcome = entry_of(filled, "1.2").outcome
    for said in ("It shows", f"1.2 {outcome.text}", "Grace Mwangi", "In words", "I sat down first. I waited."):
        assert said in first


def test_words_are_there_once_and_in_full(pages: list[str]) -> None:
    text = " ".join(pages)
    assert (text.count("She chose her own coat."), text.count("Accounts in full")) == (1, 0)


def test_the_index_says_on_which_page_a_piece_begins(pages: list[str], filled: ProgressLog) -> None:
    number = header_of(pages, "E3 What I said at handover") + 1
    index = " ".join(pages[: header_of(pages, "E1 Breakfast")])
    assert f"Attached to this PDF: {filled.evidence.get(file_kind='sound').file_in_words} Page {number}" in index


def test_every_page_says_whose_it_is_and_which_of_how_many(pages: list[str]) -> None:
    for number, page in enumerate(pages, start=1):
        assert "Amina Okafor · " in page
        assert f"Page {number} of {len(pages)}" in page


def test_a_photo_is_there_no_finer_than_a_page_can_show(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sizes = {(int(one.Width), int(one.Height)) for page in opened.pages for one in page.Resources.XObject.values()}
    assert max(sizes) == (997, 1330)


# What it says of itself


def test_a_validator_finds_nothing_against_it(pdf: bytes) -> None:
    assert findings(pdf) == []


@pytest.mark.once
@pytest.mark.parametrize("name", five())
def test_nor_against_one_of_any_size_in_any_script(name: str) -> None:
    assert findings(portfolio(five()[name])) == []


def test_nor_against_one_without_evidence(log: ProgressLog) -> None:
    assert findings(content_of(portfolio_of(log))) == []


def test_a_screen_reader_finds_one_title_headings_in_steps_and_words_for_each_picture(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tree = list(walk(opened.Root.StructTreeRoot.K[0]))
        levels = [int(str(one.S)[2:]) for one in tree if str(one.S)[1:] in {"H1", "H2", "H3"}]
        pictures = [str(one.Alt) for one in tree if one.S == "/Figure"]
        cells = [one for one in tree if one.S == "/TH"]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert pictures.count("Photo: The table laid for two") == 2  # in the index, and large
        assert [one for one in cells if "/Scope" not in one.A] == []


def test_it_is_sealed_whole(pdf: bytes) -> None:
    status = seen_by_pyhanko(pdf)
    assert (status.intact, status.valid, status.coverage.name, status.docmdp_ok) == (True, True, "ENTIRE_FILE", True)


# What goes along


def test_the_issued_log_and_the_sound_go_along_and_nothing_else(pack: Pack, pdf: bytes) -> None:
    sound = pack.log.evidence.get(file_kind="sound")
    with pikepdf.open(io.BytesIO(pdf)) as opened, pack.export.file.open("rb") as paper:  # type: ignore[union-attr]
        inside = {name: opened.attachments[name].get_file().read_bytes() for name in opened.attachments}
        assert inside == {"progress-log.pdf": paper.read(), "E3.mp3": sound.file.open("rb").read()}
        said = {str(one.UF): str(one.AFRelationship) for one in opened.Root.AF}
    assert said == {"progress-log.pdf": "/Source", "E3.mp3": "/Supplement"}


def test_the_log_that_goes_along_still_has_its_own_seal(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        inside = opened.attachments["progress-log.pdf"].get_file().read_bytes()
    assert seen_by_pyhanko(inside).intact


def test_what_is_too_large_is_in_the_zip_and_its_page_says_so(filled: ProgressLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio_pdf, "MOST_ATTACHED", 1000)
    pdf = content_of(portfolio_of(filled))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["progress-log.pdf"]
    pages = pages_of(pdf)
    assert "It is in the ZIP of this portfolio, as E3.mp3" in pages[header_of(pages, "E3 What I said at handover")]


# PDFs of hers


@pytest.mark.parametrize("turned", [0, 90])
def test_pages_of_her_own_pdf_stand_behind_its_header_page(turned: int, filled: ProgressLog) -> None:
    add_a_file(entry_of(filled, "1.1"), a_pdf((595, 842), (842, 595), turned=turned), "pdf", "Certificate")
    pdf = content_of(portfolio_of(filled))
    pages = pages_of(pdf)
    header = header_of(pages, "E5 Certificate")
    assert "Its 2 pages follow." in pages[header]
    assert [f"E5, page {n} of 2: Certificate" in pages[header + n] for n in (1, 2)] == [True, True]
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["E3.mp3", "progress-log.pdf"]
        drawn = [one for one in opened.pages[0].Resources.XObject.values() if one.Subtype == "/Form"]
        assert [b"20 20 100 100 re" in one.read_bytes() for one in drawn] == [True, True]
        wide = [page.mediabox[2] > page.mediabox[3] for page in opened.pages[header + 1 : header + 3]]
    assert wide == ([False, True] if not turned else [True, False])


def test_with_pages_of_others_in_it_it_claims_nothing_and_is_sealed(filled: ProgressLog) -> None:
    add_a_file(entry_of(filled, "1.1"), a_pdf((595, 842)), "pdf", "Certificate")
    pdf = content_of(portfolio_of(filled))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        said = opened.Root.Metadata.read_bytes()
        assert (b"pdfaid" in said, b"pdfuaid" in said) == (False, False)
        words = [str(one.Alt) for one in walk(opened.Root.StructTreeRoot.K[0]) if one.S == "/Figure"]
    assert "E5, page 1 of 1: Certificate" in words
    assert seen_by_pyhanko(pdf).intact


NASTY = 'a  "b" <i> & \\ ( ) ) 🦷 \u202e عائشة {{ 7 }} \u00ad ﷽'


def test_whatever_she_calls_it_each_page_finds_its_place(filled: ProgressLog) -> None:
    add_a_file(entry_of(filled, "1.1"), a_pdf((595, 842), (300, 400)), "pdf", NASTY)
    with pikepdf.open(io.BytesIO(content_of(portfolio_of(filled)))) as opened:
        drawn = [one for one in opened.pages[0].Resources.XObject.values() if one.Subtype == "/Form"]
    assert len(drawn) == 2


def locked(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


@pytest.mark.parametrize("harm", [lambda pdf: b"%PDF-1.7 nothing", locked, lambda pdf: pdf[:200]], ids=["empty", "locked", "cut"])
def test_a_pdf_that_cannot_be_read_only_goes_along(harm: Callable[[bytes], bytes], filled: ProgressLog) -> None:
    content = harm(a_pdf((595, 842)))
    add_a_file(entry_of(filled, "1.1"), content, "pdf", "Certificate")
    pdf = content_of(portfolio_of(filled))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.attachments["E5.pdf"].get_file().read_bytes() == content
    pages = pages_of(pdf)
    header = pages[header_of(pages, "E5 Certificate")]
    assert "It could not be put on a page here. It is attached to this PDF as E5.pdf." in header
    assert findings(pdf) == []


def test_a_pdf_with_more_pages_than_there_is_room_for_only_goes_along(filled: ProgressLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio_pdf, "MOST_SHEETS", 1)
    add_a_file(entry_of(filled, "1.1"), a_pdf((595, 842), (595, 842)), "pdf", "Certificate")
    with pikepdf.open(io.BytesIO(content_of(portfolio_of(filled)))) as opened:
        assert "E5.pdf" in opened.attachments


# Words that were erased


def test_of_an_erased_piece_nothing_is_in_it(filled: ProgressLog, ada: User) -> None:
    erase_piece(filled.evidence.get(file_kind="photo"), by=ada, reason=Reason.MISTAKE, submission=uuid4())
    text = " ".join(pages_of(content_of(portfolio_of(filled))))
    assert "Its words cannot be read any more" in text
    assert "The table laid for two" not in text


def test_it_goes_with_words_that_are_erased_and_is_still_known(
    pack: Pack, pdf: bytes, ada: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase_piece(pack.log.evidence.get(file_kind="sound"), by=ada, reason=Reason.MISTAKE, submission=uuid4())
        assert (Pack.objects.forget_erased_words(), LogExport.objects.forget_papers()) == (1, 1)
    assert not Pack.objects.exists()
    page = client.get(f"/verify/?sha256={sha256(pdf).hexdigest()}").content.decode()
    assert "It is a portfolio that this site made around a progress log." in page
    assert "Some words on this paper were erased" in page


# Who may take it, and what an assessor is told


def test_each_form_is_made_once_and_neither_takes_the_place_of_the_other(pack: Pack) -> None:
    zipped = made(Pack.request(pack.log, by=pack.log.learner, form=Pack.Form.ZIP))
    assert set(Pack.objects.all()) == {pack, zipped}
    assert Pack.request(pack.log, by=pack.log.learner, form=Pack.Form.PDF) == pack
    assert (pack.file_name[:22], pack.file_name[-4:], zipped.file_name[-4:]) == ("portfolio-amina-okafor", ".pdf", ".zip")


def test_only_she_may_take_it(pack: Pack, client: Client, grace: User) -> None:
    client.force_login(pack.log.learner)
    response: Any = client.get(f"{pack.get_absolute_url()}download/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content)[:5] == b"%PDF-"
    client.force_login(grace)
    assert {client.get(f"{pack.get_absolute_url()}{end}").status_code for end in ("", "download/")} == {404}
    assert client.post(f"/logs/{pack.log_id}/pack/", {"form": "pdf"}).status_code == 404


def test_an_assessor_is_told_whose_portfolio_it_is_and_how_its_log_stands(
    pack: Pack, pdf: bytes, client: Client, said_of: Callable[[bytes], str]
) -> None:
    for page in (client.get(f"/verify/?sha256={sha256(pdf).hexdigest()}").content.decode(), said_of(pdf)):
        assert "exactly the one that this site made" in page
        assert "It is a portfolio that this site made around a progress log." in page
        assert "Valid: this is the latest progress log" in page
        assert "Amina Okafor" in page


def test_an_older_portfolio_is_still_ours_when_a_newer_one_took_its_place(
    pack: Pack, pdf: bytes, client: Client, said_of: Callable[[bytes], str]
) -> None:
    add_account(entry_of(pack.log, "1.1"))
    portfolio_of(pack.log)
    assert (Pack.objects.count(), MadePack.objects.count()) == (1, 2)
    page = client.get(f"/verify/?sha256={sha256(pdf).hexdigest()}").content.decode()
    assert "It is a portfolio that this site made" in page
    assert "Genuine, but there is a later one" in page


def test_of_a_portfolio_that_something_was_added_to_the_log_is_told(pdf: bytes, said_of: Callable[[bytes], str]) -> None:
    page = said_of(overlaid(pdf))
    assert "Somebody added to it after it was sealed" in page
    assert "It is a portfolio that this site made" in page


def test_of_one_that_was_saved_again_the_log_is_one_press_away(pdf: bytes, said_of: Callable[[bytes], str]) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm
        del opened.pages[-1].Annots
        out = io.BytesIO()
        opened.save(out)
    page = said_of(out.getvalue())
    assert "It has no seal" in page
    assert "It bears the code of a progress log that this site did issue." in page
