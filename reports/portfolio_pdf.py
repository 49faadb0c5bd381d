"""The portfolio as one PDF, in the order in which an assessor works: summary, who signed and witnesses, outcomes, where each piece
is, the declaration, how to check it; then each piece of evidence behind a header page that says which outcomes it shows.

One document is laid out, so all of it is tagged. A photo stands on its page, and of a PDF of hers each page is put in. A sound, and
what cannot be shown on a page, is attached. So is the progress log itself, for its seal and its code hold for that file only.
"""

import io
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from progress.models import Evidence, ProgressLog
from progress.models.upload import FileKind
from reports.attached import LOG, Attached, Theirs
from reports.models import LogExport, SealCertificate
from reports.photos import large_photo
from reports.portfolio import name_of_file, pieces_of
from reports.progress_log import paragraphs, printable
from reports.record import LogRecord, Piece, Row, in_groups
from reports.rendering import Opens, pages_in, qr_code, seal_certificate, write_bound

MOST_ATTACHED = 100 * 1024 * 1024  # bytes in all: what a worker holds in memory, and what can still be sent to somebody
MOST_SHEETS = 200  # pages of PDFs of hers
LONGEST_SIDE = 600  # dots of a picture that keeps the place of a page


@dataclass(frozen=True)
class Sheet:
    """One page of a PDF of hers: the picture that keeps its place, what a screen reader says of it, and its shape."""

    picture: str
    says: str
    width: float
    height: float

    @property
    def is_wide(self) -> bool:
        """Whether it lies rather than stands."""
        return self.width > self.height


@dataclass(frozen=True)
class Shown:
    """One piece as the portfolio shows it. `file`: its name here; `note`: what became of it, in a sentence."""

    source: Evidence
    piece: Piece
    rows: tuple[Row, ...]
    paragraphs: tuple[str, ...]
    file: str = ""
    note: str = ""
    photo: bytes = b""
    sheets: tuple[Sheet, ...] = ()
    is_attached: bool = False

    @property
    def hash_in_groups(self) -> str:
        """Return the SHA-256 of its file in groups of eight, so that eyes can compare it."""
        return in_groups(self.source.file_sha256)

    @property
    def witness(self) -> str:
        """Return who saw it and said so: name, job, and how they know her; nothing where she says it herself."""
        said = (self.source.witness_name, self.source.witness_job, self.source.witness_relation)
        return printable(". ".join([", ".join(filter(None, said[:2])), said[2]]).removesuffix(". "))

    @property
    def picture(self) -> str:
        """Return how the page names its photo, large."""
        return f"{self.piece.reference}-large.jpg"


def write_portfolio(out: IO[bytes], log: ProgressLog, record: LogRecord, export: LogExport) -> None:
    """Write the portfolio of a log into a file. `record`: the log as the issued paper in `export` says it."""
    seal = SealCertificate.noted(seal_certificate()).fingerprint
    with export.file.open("rb") as paper:
        write_shown(out, replace(record, seal=seal), _shown(log, record), paper.read())


def write_shown(out: IO[bytes], record: LogRecord, shown: Sequence[Shown], paper: bytes) -> None:
    """Write the portfolio of a record and its pieces into a file, with the issued log in it. No database."""
    write_bound(
        out,
        portfolio_html(replace(record, evidence=tuple(one.piece for one in shown)), shown),
        named=f"portfolio {record.export_id} {record.only_for}",
        pictures=_pictures(shown),
        theirs=[Theirs(partial(one.source.file.open, "rb"), tuple(sheet.says for sheet in one.sheets)) for one in shown if one.sheets],
        attached=_attached(shown, record, paper),
    )


def portfolio_html(record: LogRecord, shown: Iterable[Shown]) -> str:
    """Return the page that is laid out on paper."""
    qr = qr_code(record.verify_url)
    return render_to_string("reports/portfolio.html", {"log": record, "qr": qr, "shown": shown, "portfolio": True, "attached_log": LOG})


def _shown(log: ProgressLog, record: LogRecord) -> list[Shown]:
    found: list[Shown] = []
    room = MOST_SHEETS
    for source, piece in zip(pieces_of(log, record), record.evidence, strict=True):
        one = Shown(source, piece, rows_of(piece, record), paragraphs(source.text))
        if source.file:
            one = _with_its_pages(replace(one, file=name_of_file(source, piece)), room)
            room -= len(one.sheets)
        found.append(one)
    attached = _that_go_along(found)
    return [_told(one, is_attached=one.source.pk in attached) for one in found]


def rows_of(piece: Piece, record: LogRecord) -> tuple[Row, ...]:
    """Return the outcomes that a piece shows, in the order of the log."""
    return tuple(row for area in record.areas for row in area.rows if row.code in piece.codes)


def _with_its_pages(one: Shown, room: int) -> Shown:
    """Return a piece with its photo, or with the pages of its PDF while there is room for so many."""
    if one.source.file_kind == FileKind.PHOTO:
        return replace(one, photo=large_photo(one.source))
    if one.source.file_kind != FileKind.DOCUMENT:
        return one
    with one.source.file.open("rb") as file:
        sizes = pages_in(file, most=room)
    return replace(one, sheets=tuple(_sheets(one.piece, sizes)))


def _sheets(piece: Piece, sizes: list[tuple[float, float]]) -> Iterator[Sheet]:
    for number, (width, height) in enumerate(sizes, 1):
        about = {"reference": piece.reference, "number": number, "total": len(sizes), "title": piece.title}
        says = _("%(reference)s, page %(number)d of %(total)d: %(title)s") % about
        yield Sheet(f"{piece.reference}-{number}.png", says, width, height)


def _that_go_along(found: Iterable[Shown]) -> set[Any]:
    """Return the keys of the pieces whose file is attached: what stands on no page, the small ones first, as far as there is room."""
    chosen: set[Any] = set()
    room = MOST_ATTACHED
    for one in sorted((one for one in found if one.file and not (one.photo or one.sheets)), key=lambda one: one.source.file_size):
        room -= one.source.file_size
        if room >= 0:
            chosen.add(one.source.pk)
    return chosen


def _told(one: Shown, *, is_attached: bool) -> Shown:
    """Return a piece that says where it is: in the index, and on its header page. What is on paper elsewhere is not printed twice."""
    kept, note = _where(one, is_attached=is_attached)
    return replace(one, piece=replace(one.piece, kept=kept, paragraphs=()), note=note, is_attached=is_attached)


def _where(one: Shown, *, is_attached: bool) -> tuple[str, str]:
    """Return where a piece is in a few words, and the same of its file in a sentence."""
    about = {"file": one.source.file_in_words, "name": one.file}
    if not one.file:
        return (_("In this portfolio, in full") if one.paragraphs and not _stays(one) else one.piece.kept), ""
    if one.photo:
        return _("In this portfolio: %(file)s") % about, _("It follows, as large as a page allows.")
    if one.sheets:
        pages = ngettext("Its page follows.", "Its %(n)d pages follow.", len(one.sheets)) % {"n": len(one.sheets)}
        return _("In this portfolio: %(file)s") % about, pages
    if is_attached:
        note = _("It is attached to this PDF as %(name)s. A PDF reader lists it under “Attachments”.") % about
        return _("Attached to this PDF: %(file)s") % about, _why_attached(one, note)
    left_out = _("It is too large to go along here. It is in the ZIP of this portfolio, as %(name)s in the folder “evidence”.") % about
    return _("In the ZIP of this portfolio: %(file)s") % about, left_out


def _stays(one: Shown) -> bool:
    return bool(one.source.kind == Evidence.Kind.SEEN_IN_WORKPLACE)


def _why_attached(one: Shown, note: str) -> str:
    if one.source.file_kind == FileKind.SOUND:
        return note
    return " ".join([_("It could not be put on a page here."), note])


def _pictures(shown: Iterable[Shown]) -> dict[str, Opens]:
    """Return what opens each picture: photos small and large, and what keeps the place of a page."""
    found: dict[str, Opens] = {}
    for one in shown:
        if one.piece.photo:
            found[one.piece.photo_name] = partial(bytes, one.piece.photo)
        if one.photo:
            found[one.picture] = partial(bytes, one.photo)
        found |= {sheet.picture: partial(_an_empty_sheet, sheet) for sheet in one.sheets}
    return found


def _an_empty_sheet(sheet: Sheet) -> bytes:
    scale = LONGEST_SIDE / max(sheet.width, sheet.height)
    out = io.BytesIO()
    Image.new("L", (max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))), "white").save(out, "PNG")
    return out.getvalue()


def _attached(shown: Iterable[Shown], record: LogRecord, paper: bytes) -> Iterator[Attached]:
    """Yield what goes along, one after the other: each is let go before the next is read."""
    about = _("The progress log as it was issued, with its own seal")
    yield Attached(LOG, paper, about, "Source", datetime.fromisoformat(record.issued_at), "application/pdf")
    for one in shown:
        if one.is_attached:
            kind = mimetypes.guess_type(one.file)[0] or "application/octet-stream"
            with one.source.file.open("rb") as file:
                yield Attached(one.file, file.read(), one.piece.title, "Supplement", one.source.added_at, kind)
