"""What a screen reader and an archive find in the PDF: asked of a validator, and looked up where no validator looks."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from reports.attached import COLUMNS, LEDGER, OUTCOMES, RECORD
from reports.finishing import MARKED, walk
from reports.record import LogRecord
from reports.rendering import progress_log_html, render_pdf, sealed
from tests.reports.samples import NAMES, RARER, all_kinds_of_logs, sample
from tests.reports.test_paper import hostile, pages_of
from tests.reports.validator import findings

# The paper knows no database: what is true of it on SQLite is true on PostgreSQL, and once is enough.
pytestmark = pytest.mark.once
SCHEMA = Draft202012Validator(json.loads((settings.BASE_DIR / "docs/formats/progress-log.schema.json").read_text()))


def long_areas() -> LogRecord:
    """Return a log whose areas go on over several pages."""
    record = sample(54, 30, pieces=40)
    return replace(record, areas=tuple(replace(area, rows=area.rows * 4) for area in record.areas))


@pytest.mark.parametrize(("name", "is_sealed"), list(zip(all_kinds_of_logs(), cycle([True, False]), strict=False)))
def test_a_validator_finds_nothing_against_it(name: str, is_sealed: bool) -> None:
    pdf = render_pdf(all_kinds_of_logs()[name])
    assert findings(sealed(pdf) if is_sealed else pdf) == []


def test_a_validator_finds_nothing_against_what_is_hostile_or_long() -> None:
    assert [findings(render_pdf(record)) for record in (hostile(), long_areas())] == [[], []]


def test_the_validator_would_say_so() -> None:
    """A test that cannot fail proves nothing: without its title the file is refused."""
    with pikepdf.open(io.BytesIO(render_pdf(sample(5, 2, 1)))) as opened:
        del opened.Root.ViewerPreferences
        del opened.Root.MarkInfo
        out = io.BytesIO()
        opened.save(out)
    assert [said.split()[0] for said in findings(out.getvalue())][:1] == ["PDFUA_1"]


@pytest.fixture(params=[sample, long_areas], ids=["usual", "long"])
def record(request: pytest.FixtureRequest) -> LogRecord:
    made: LogRecord = request.param()
    return made


@pytest.fixture
def opened(record: LogRecord) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(render_pdf(record))) as pdf:
        yield pdf


def tree(opened: pikepdf.Pdf) -> list[Any]:
    return list(walk(opened.Root.StructTreeRoot.K[0]))


def test_a_table_is_one_table_however_many_pages_it_goes_over(record: LogRecord, opened: pikepdf.Pdf) -> None:
    html = progress_log_html(record)
    tables = [element for element in tree(opened) if element.S == "/Table"]
    assert len(tables) == html.count("<table")
    rows = [sum(element.S == "/TR" for element in walk(table)) for table in tables]
    assert rows == [table.count("<tr") for table in re.findall(r"<table.*?</table>", html, re.DOTALL)]


def test_every_header_cell_says_whose_head_it_is(record: LogRecord, opened: pikepdf.Pdf) -> None:
    html = progress_log_html(record)
    scopes = [str(element.A.Scope) for element in tree(opened) if element.S == "/TH"]
    assert (scopes.count("/Column"), scopes.count("/Row")) == (html.count('scope="col"'), html.count('scope="row"'))


def test_an_element_knows_its_parent(opened: pikepdf.Pdf) -> None:
    for element in tree(opened):
        below = element.get("/K", [])
        for kid in below if isinstance(below, pikepdf.Array) else [below]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                assert kid.P.objgen == element.objgen


def test_whatever_is_marked_is_read_and_running_text_is_not(opened: pikepdf.Pdf) -> None:
    """The numbers in a page are those of the elements that are read; heads and page numbers are artifacts."""
    read = {element.objgen for element in tree(opened)}
    numbers = opened.Root.StructTreeRoot.ParentTree.Nums
    for number, page in enumerate(opened.pages):
        parents = numbers[2 * number + 1]
        in_page = {int(mark) for mark in MARKED.findall(page.Contents.read_bytes())}
        in_tree = {place for place, parent in enumerate(parents) if parent is not None}
        assert in_page == in_tree
        assert all(parents[place].objgen in read for place in in_tree)
        assert len(in_page) < len(parents) or number == 0  # the cover has no head; every other page lost some


def attached(opened: pikepdf.Pdf, name: str) -> bytes:
    return bytes(opened.attachments[name].get_file().read_bytes())


def test_the_record_is_attached_in_its_published_shape(record: LogRecord, opened: pikepdf.Pdf) -> None:
    said = json.loads(attached(opened, RECORD))
    SCHEMA.validate(said)
    rows = [row for area in record.areas for row in area.rows]
    assert [outcome["code"] for area in said["areas"] for outcome in area["outcomes"]] == [row.code for row in rows]
    signed = [outcome["signature"] and outcome["signature"]["name"] for area in said["areas"] for outcome in area["outcomes"]]
    assert signed == [row.signature and row.signature.name for row in rows]
    assert said["ledger"] == {"place": record.position, "head": record.head}


def test_the_outcomes_are_attached_for_a_spreadsheet(record: LogRecord, opened: pikepdf.Pdf) -> None:
    head, *lines = csv.reader(io.StringIO(attached(opened, OUTCOMES).decode("utf-8-sig")))
    rows = [row for area in record.areas for row in area.rows]
    assert head == list(COLUMNS)
    assert [(line[0], line[8], line[11]) for line in lines] == [
        (row.code, row.signature.name, row.signature.day.isoformat()) if row.signature else (row.code, "", "") for row in rows
    ]


def test_each_attachment_says_what_it_is_to_the_pages(opened: pikepdf.Pdf) -> None:
    files = {str(file.UF): str(file.AFRelationship) for file in opened.Root.AF}
    assert files == {RECORD: "/Source", OUTCOMES: "/Data", LEDGER: "/Supplement"}
    assert len(opened.Root.AF) == len(files)


@pytest.mark.parametrize("script", NAMES | RARER)
def test_a_name_in_any_script_of_ours_is_set_in_letters_and_not_in_boxes(script: str) -> None:
    """A letter that no font has is set as glyph 0."""
    record = replace(sample(2, 1, 0), learner=(NAMES | RARER)[script])
    with pikepdf.open(io.BytesIO(render_pdf(record))) as opened:
        shown = [text for page in opened.pages for text in re.findall(rb"<([0-9a-f]+)>", page.Contents.read_bytes())]
    assert [text for text in shown if "0000" in re.findall("....", text.decode())] == []


def test_a_sign_that_no_font_has_is_set_in_words() -> None:
    """Whoever writes on a phone writes such signs; an empty box would break both conformances."""
    words = "Her 🦷 hurt ❤️👍🏽 ✓ 𝒜𝓁𝓁 \u2028done ﷽"
    record = sample(5, 2, 3)
    signs = replace(record, evidence=tuple(replace(piece, title=words, paragraphs=(words,)) for piece in record.evidence))
    pdf = render_pdf(signs)
    assert findings(pdf) == []
    assert "Her [tooth] hurt [heavy black heart][thumbs up sign] [check mark] All done" in " ".join(pages_of(pdf))


@pytest.mark.parametrize(
    "name",
    [
        *(NAMES[script] for script in ("Arabic", "Hebrew", "Persian")),
        *(RARER[script] for script in ("Syriac", "Thaana", "N’Ko", "Adlam")),
        "ليلى الأحمد",
        "شَمْس",
        "Dr عائشة بنت خالد MBE",
    ],
)
def test_a_name_from_right_to_left_is_read_in_its_own_order(name: str) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(replace(sample(2, 1, 0), learner=name)))) as opened:
        said = [str(element.ActualText) for element in tree(opened) if "/ActualText" in element]
        assert said == [name.replace("\u200c", "")] * 2  # on the cover, and above the declaration; a joiner leaves no ink


def test_a_paper_without_such_letters_has_no_second_words() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(sample(2, 1, 0)))) as opened:
        assert [element for element in tree(opened) if "/ActualText" in element] == []
