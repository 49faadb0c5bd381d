"""Our quick way to read our own pages gives the bytes that WeasyPrint's own way gives."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from reports import rendering
from reports.portfolio_pdf import portfolio_html
from reports.record import LogRecord
from reports.rendering import drawn_log, progress_log_html
from tests.reports.sample_portfolios import five, shown
from tests.reports.samples import all_kinds_of_logs, sample
from tests.reports.test_paper import hostile, pages_of

pytestmark = pytest.mark.once
SOME = {
    name: all_kinds_of_logs()[name]
    for name in (
        "0 outcomes, 0 signed, 0 pieces",
        "54 outcomes, 23 signed, 12 pieces",
        "100 outcomes, 50 signed, 60 pieces",
        "a Hebrew name",
        "a long name",
        "many hands",
        "an edition withdrawn",
    )
} | {"hostile": hostile()}


@pytest.fixture
def as_weasyprint_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every page with WeasyPrint's own parser and its own sheet of what elements are."""

    def page(html: str, _stylesheet: str, fetcher: Any) -> Any:
        return rendering._tools().weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=rendering.SCHEME)

    monkeypatch.setattr(rendering, "_page", page)


@pytest.fixture(scope="module")
def quickly() -> dict[str, bytes]:
    """Each log as we draw it."""
    return {name: drawn_log(record) for name, record in SOME.items()}


def test_every_log_has_the_same_bytes(quickly: dict[str, bytes], as_weasyprint_does: None) -> None:
    assert [name for name, record in SOME.items() if drawn_log(record) != quickly[name]] == []


def drawn(record: LogRecord) -> bytes:
    """Return a portfolio as it is laid out: before its seal, of which no two are alike."""
    pieces = [shown(piece, record) for piece in record.evidence]
    pictures = {one.picture: lambda photo=one.photo: photo for one in pieces if one.photo}
    small = {piece.photo_name: lambda photo=piece.photo: photo for piece in record.evidence if piece.photo}
    return rendering._drawn(portfolio_html(record, pieces), rendering.PORTFOLIO, "a portfolio", {**small, **pictures})


def test_every_portfolio_has_the_same_bytes(request: pytest.FixtureRequest) -> None:
    ours = [drawn(record) for record in five().values()]
    request.getfixturevalue("as_weasyprint_does")
    assert [drawn(record) for record in five().values()] == ours


@pytest.mark.parametrize("name", all_kinds_of_logs())
def test_a_page_is_well_formed(name: str) -> None:
    assert ElementTree.fromstring(progress_log_html(all_kinds_of_logs()[name])).tag == "html"


def test_a_control_character_in_an_authors_words_harms_nothing() -> None:
    record = sample(2, 1, 0)
    record = replace(record, framework=replace(record.framework, publisher="Rosewood\x0bCare"))
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(progress_log_html(record))
    assert "Amina Yusuf" in pages_of(drawn_log(record))[0]
