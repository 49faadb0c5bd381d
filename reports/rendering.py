"""A record becomes a PDF: Django's template, our own fonts and stylesheet, WeasyPrint.

WeasyPrint is imported by the first render and by nothing else, so the web process never
loads it. Import, fonts and stylesheet are kept for the life of the worker: a new
`FontConfiguration` for each render grew the process by 28 MB in 100 renders.
"""

import gc
import logging
import os
import resource
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import segno
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from reports.attached import LEDGER, OUTCOMES, RECORD, Attached, Theirs, outcomes_csv, record_json
from reports.record import LogRecord

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

FONTS = Path(__file__).parent / "fonts"
STYLESHEET = "reports/print/progress_log.css"
PORTFOLIO = "reports/print/portfolio.css"
BASE = "reports/print/base.css"  # of both
SCHEME = "print-asset:"
Opens = Callable[[], bytes]
MOST_MEMORY = 1536 * 1024 * 1024  # bytes of address space for a worker; a warm one uses about 100 MB of memory


def render_pdf(record: LogRecord) -> bytes:
    """Return the PDF of a record: PDF/UA-1 and PDF/A-3a, the record attached, room for a seal; the same bytes for the same record."""
    return _finished(drawn_log(record), seal=_("Electronic seal of the site that issued this log. Your PDF reader can check it."))


def drawn_log(record: LogRecord) -> bytes:
    """Return the log as WeasyPrint leaves it: laid out, tagged and with its attachments, not finished."""
    issued = datetime.fromisoformat(record.issued_at)
    attached = [
        Attached(RECORD, record_json(record), _("The record, for programs"), "Source", issued),
        Attached(OUTCOMES, outcomes_csv(record), _("The outcomes, for a spreadsheet"), "Data", issued),
        Attached(LEDGER, record.ledger, _("The ledger, for the checking program"), "Supplement", issued),
    ]
    photos = {piece.photo_name: partial(bytes, piece.photo) for piece in record.evidence if piece.photo}
    return _drawn(progress_log_html(record), STYLESHEET, record.export_id, photos, attached)


def sealed(pdf: bytes) -> bytes:
    """Return the PDF of a log with this site's seal in it. Raise CannotSeal without a key."""
    done: bytes = _tools().sealing.sealed(pdf)
    return done


def seal_certificate() -> bytes:
    """Return the certificate of this site's seal, in DER. Raise CannotSeal without a key."""
    found: bytes = _tools().sealing.certificate()
    return found


def seen_in(pdf: bytes) -> Any:
    """Return what the seal of somebody's file says (a `reports.seal_check.Seen`)."""
    return _tools().seal_check.seen_in(pdf)


def code_in(pdf: bytes) -> str:
    """Return the code that stands in a progress log: this site keeps only its hash."""
    return str(_tools().seal_check.code_in(pdf))


def progress_log_html(record: LogRecord) -> str:
    """Return the page that is laid out on paper."""
    return render_to_string("reports/progress_log.html", {"log": record, "qr": qr_code(record.verify_url)})


def qr_code(url: str) -> str:
    """Return a QR code as an SVG element of fixed size, in markup that is safe to print."""
    title = _("QR code of the address where this paper can be checked")
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, "svg", xmldecl=False, nl=False, border=0, dark="#22211e", title=title, omitsize=True)
    return out.getvalue().decode()


def warm() -> None:
    """Load the renderer before the first learner waits for it."""
    _css(STYLESHEET)
    _tools().letters.in_our_letters("✓")


def limit_memory() -> None:
    """Let this process, a worker's child, fail one render rather than take the machine down with it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def document(html: str, stylesheet: str, *, named: str, pictures: Mapping[str, Opens] | None = None) -> bytes:
    """Return a page as a PDF, tagged: PDF/UA-1 and PDF/A-3a. The same page with the same name gives the same bytes.

    `pictures` are what it may show beside our own print assets: what opens each, by the address it has in the page.
    """
    return _finished(_drawn(html, stylesheet, named, pictures))


def write_bound(
    out: IO[bytes], html: str, *, named: str, pictures: Mapping[str, Opens], theirs: Sequence[Theirs], attached: Iterable[Attached]
) -> None:
    """Write a portfolio into an empty file, sealed. Raise CannotSeal without a key.

    PDF/UA-1 and PDF/A-3a, unless pages of `theirs` go in: nobody can say that of those, so the file does not.
    """
    tools = _tools()
    drawn = _drawn(html, PORTFOLIO, named, pictures, variant="" if theirs else "pdf/a-3a")
    with TemporaryFile() as unsealed:
        seal = _("Electronic seal of the site that made this portfolio. Your PDF reader can check it.")
        as_drawn = [replace(one, says=tuple(map(tools.letters.in_our_letters, one.says))) for one in theirs]
        tools.binding.bind(unsealed, drawn, as_drawn, attached, seal=seal)
        tools.sealing.seal_into(out, unsealed)


def pages_in(file: IO[bytes], *, most: int) -> list[tuple[float, float]]:
    """Return the width and height of each page of somebody's PDF, in points; nothing where there are more, or they cannot be taken out."""
    found: list[tuple[float, float]] = _tools().binding.pages_in(file, most=most)
    return found


class Tools(NamedTuple):
    """What a render needs and the web process does not. None of it has types."""

    weasyprint: Any
    fonts: "FontConfiguration"
    assets: Any
    page: Any
    letters: Any
    finishing: Any
    binding: Any
    sealing: Any
    seal_check: Any


def _drawn(
    html: str,
    stylesheet: str,
    named: str,
    pictures: Mapping[str, Opens] | None = None,
    attached: Iterable[Attached] = (),
    variant: str = "pdf/a-3a",
) -> bytes:
    tools = _tools()
    fetcher = tools.assets.showing(pictures) if pictures else tools.assets
    files = [
        tools.weasyprint.Attachment(
            string=one.content, name=one.name, description=one.about, relationship=one.relation, created=one.made_at, modified=one.made_at
        )
        for one in attached
    ]
    identifier = sha256(named.encode()).hexdigest()[:32].encode()
    # The finisher reads every page again; what is compressed here would be compressed twice, a twentieth of a render.
    how = {
        "font_config": tools.fonts,
        "pdf_variant": variant or None,
        "pdf_tags": True,
        "pdf_identifier": identifier,
        "uncompressed_pdf": True,
    }
    with _without_garbage_collector():
        page = _page(tools.letters.in_our_letters(html), stylesheet, fetcher)
        pdf: bytes = page.write_pdf(stylesheets=[_css(stylesheet)], attachments=files, **how)
    return pdf


def _page(html: str, stylesheet: str, fetcher: Any) -> Any:
    """Read a page: the log and the portfolio in our quick way, and what holds an author's own HTML (a handout) as WeasyPrint does."""
    tools = _tools()
    if stylesheet in {STYLESHEET, PORTFOLIO}:
        return tools.page.Page(html, base=_css(BASE), url_fetcher=fetcher, base_url=SCHEME)
    return tools.weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=SCHEME)


def _finished(pdf: bytes, *, seal: str = "") -> bytes:
    done: bytes = _tools().finishing.finished(pdf, seal=seal)
    return done


@cache
def _css(stylesheet: str) -> "CSS":
    """Parse a stylesheet once."""
    tools = _tools()
    return tools.weasyprint.CSS(string=render_to_string(stylesheet), url_fetcher=tools.assets, base_url=SCHEME, font_config=tools.fonts)


@cache
def _tools() -> Tools:
    """Load WeasyPrint once, with our fonts and no others, and what finishes and seals its PDFs."""
    # A machine's own fonts would make the same record look, and hash, different elsewhere.
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    import weasyprint  # noqa: PLC0415  # the one lazy import: 60 MB that the web process never needs
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    from reports import binding, finishing, letters, page, seal_check, sealing  # noqa: PLC0415  # load pikepdf and pyHanko, which the web process does not need either
    from reports.fetcher import PrintAssets  # noqa: PLC0415  # derives from a WeasyPrint class

    # Its warnings quote what they could not print, and a log file holds nothing a learner wrote.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)
    fonts, fetcher = FontConfiguration(), PrintAssets(FONTS, SCHEME)
    return Tools(weasyprint, fonts, fetcher, page, letters, finishing, binding, sealing, seal_check)


@contextmanager
def _without_garbage_collector() -> Iterator[None]:
    """Spare a render a fifth of its time: WeasyPrint makes many small objects and little rubbish.

    What there is goes at the end, in 12 ms, because what was loaded before is frozen (reports/tasks.py); else in 150. Left to gather, or
    with only the young ones looked at, it takes a worker 20 MB more.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        if was_on:
            gc.enable()
