"""The paper itself: what is on it, page by page, and what cannot get onto it."""

import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from reports.progress_log import paragraphs, printable
from reports.record import Link, LogRecord, Unit
from reports.rendering import render_pdf
from tests.reports.samples import a_photo, sample

HOSTILE = '<img src="file:///etc/passwd"><script>alert(1)</script></td></table><link rel=attachment href=file:///etc/hosts>{{ 7 }}&amp;'


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, spaces and line ends as single spaces."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return pages_of(render_pdf(sample()))


def test_every_page_says_whose_it_is_what_it_is_and_which_of_how_many(pages: list[str]) -> None:
    for number, page in enumerate(pages, start=1):
        assert "Amina Yusuf · Dementia care" in page
        assert f"Page {number} of {len(pages)}" in page


def test_every_page_after_the_cover_says_whose_wording_it_is(pages: list[str]) -> None:
    assert "Countersign’s own words" in pages[0]
    assert all("in Countersign’s own words" in page for page in pages[1:])


def test_every_outcome_is_on_it(pages: list[str]) -> None:
    text = " ".join(pages[1:])
    missing = [row.code for area in sample().areas for row in area.rows if f"{row.code} {row.text}" not in text]
    assert missing == []


def test_unsigned_outcomes_have_room_for_ink_and_signed_ones_do_not(pages: list[str]) -> None:
    rows = [row for area in sample().areas for row in area.rows]
    assert " ".join(pages[1:-1]).count("Name and role") == sum(row.signature is None for row in rows)


def test_an_area_that_goes_on_says_so_on_the_next_page() -> None:
    record = sample()
    long_area = replace(record.areas[3], rows=record.areas[3].rows * 3)
    pages = pages_of(render_pdf(replace(record, areas=(*record.areas[:3], long_area, *record.areas[4:]))))
    going_on = [page for page in pages if "4 Rights, choice and risk, continued" in page]
    assert len(going_on) == 2
    assert all("How it was shown" in page for page in going_on)


def test_the_last_page_says_how_to_check_it_and_what_it_is_not(pages: list[str]) -> None:
    assert sample().code in pages[0]
    for words in (sample().code, "/verify/", "had 57 entries", sample().head[:8], "not an award", "no assessment decision"):
        assert words in pages[-1]


@pytest.mark.parametrize("signed", [0, 54])
def test_an_empty_and_a_full_log_are_whole(signed: int) -> None:
    pages = pages_of(render_pdf(sample(54, signed, pieces=0)))
    assert f"{signed} of 54 outcomes signed off" in pages[0]
    assert ("The log is complete." in pages[0]) is (signed == 54)
    assert ("Nobody has signed off an outcome yet." in " ".join(pages)) is (signed == 0)


def hostile() -> LogRecord:
    """Return a log with markup, direction marks, long words and towers of accents wherever somebody may type."""
    record = sample(20, 10, pieces=4)
    account = (*paragraphs((HOSTILE * 60)[:5000]), printable("Z" + "\u0301" * 5000), "unbroken" * 600)
    return replace(
        record,
        learner=printable(HOSTILE + "\u202e")[:120],
        workplace="Ñ" * 120,
        areas=tuple(replace(a, title=HOSTILE[:160], rows=tuple(replace(row, text=HOSTILE) for row in a.rows)) for a in record.areas),
        units=(Unit(HOSTILE[:120], HOSTILE[:20], HOSTILE[:160], (Link("1.1", is_whole=True, why=HOSTILE),)),),
        evidence=tuple(replace(piece, title=HOSTILE[:100], kept=HOSTILE, paragraphs=account) for piece in record.evidence),
    )


def test_hostile_text_is_printed_as_text_and_does_nothing() -> None:
    pdf = render_pdf(hostile())
    text = "".join(pages_of(pdf)).replace(" ", "")
    for words in ('<imgsrc="file:///etc/passwd">', "<script>alert(1)</script>", "{{7}}&amp;"):
        assert words in text
    assert "root:x:0" not in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert sorted(opened.attachments) == ["ledger.json", "outcomes.csv", "progress-log.json"]  # ours, and no other
        assert "/OpenAction" not in opened.Root


def test_the_same_record_makes_the_same_bytes() -> None:
    first = render_pdf(sample())
    render_pdf(sample(20, 20))
    assert render_pdf(sample()) == first


def test_each_paper_shows_its_own_photos() -> None:
    """Two learners' photos have the same name on their papers, and a worker draws both."""

    def photos(number: int) -> set[bytes]:
        record = sample(4, 0, 2)
        other = replace(record, evidence=tuple(replace(one, photo=one.photo and a_photo(number)) for one in record.evidence))
        with pikepdf.open(io.BytesIO(render_pdf(other))) as opened:
            pictures = [part for part in opened.objects if isinstance(part, pikepdf.Stream) and part.get("/Subtype") == "/Image"]
            return {bytes(part.read_raw_bytes()) for part in pictures}

    assert photos(2) != photos(6)


def elements(node: Any) -> list[Any]:
    """Return a structure element and all below it, in reading order."""
    kids = node.get("/K", [])
    below = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [node, *(element for kid in below if isinstance(kid, pikepdf.Dictionary) and "/S" in kid for element in elements(kid))]


def test_the_structure_is_one_a_screen_reader_can_walk() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(sample()))) as opened:
        kinds = [str(element.S) for element in elements(opened.Root.StructTreeRoot.K[0])]
        alternatives = [str(e.Alt) for e in elements(opened.Root.StructTreeRoot.K[0]) if str(e.S) == "/Figure"]
        assert str(opened.Root.Lang) == "en-gb"
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"]) == "Dementia care: progress log of Amina Yusuf"
    assert kinds.count("/H1") == 1
    headings = [kind for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert headings[0] == "/H1"
    assert all(int(after[2]) <= int(before[2]) + 1 for before, after in pairwise(headings))
    assert kinds.count("/TH") >= 54 + 3 * 8
    photos = ["Photo: The table laid for two"] * 3
    assert alternatives == ["Countersign", *photos, "QR code of the address where this paper can be checked"]


def test_its_letters_are_our_own_fonts_and_embedded() -> None:
    record = replace(sample(20, 10), learner="Nguyễn Thị Hoa, Вера, شركة, 介護")
    with pikepdf.open(io.BytesIO(render_pdf(record))) as opened:
        fonts = {str(font.BaseFont).partition("+")[2] for page in opened.pages for font in page.Resources.Font.values()}
    ours = {"Text", "TextExt", "Head", "HeadExt", "HeadVi", "HeadEl", "HeadCy", "Rest", "Droid"}  # a TTF keeps its own name
    assert {name.partition("-")[0].rstrip(",") for name in fonts} <= ours
