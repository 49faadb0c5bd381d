"""The portfolio pack: one ZIP that opens in a browser without a network, in the order in which an assessor works.

- `index.html`: summary, who signed and who witnessed, each outcome with its evidence, where each piece is, the declaration.
- `progress-log.pdf`: the log exactly as it was issued, so that its code, its hash and its seal hold.
- `evidence/E1.html` …: a page for each piece that says which outcomes it shows, with her words and her file beside it.
- `outcomes.csv`, `record.json` (her whole record, which proves itself) and `verify_log.py`, which checks log and record.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string

from progress.models import Evidence, ProgressLog
from reports.attached import LOG, OUTCOMES, outcomes_csv
from reports.bundle import bundle_of
from reports.models import LogExport
from reports.record import LogRecord, Piece, Row

PROGRAM = settings.BASE_DIR / "static" / "verifier" / "verify_log.py"
RECORD, INDEX, STYLE = "record.json", "index.html", "style.css"


@dataclass(frozen=True)
class Shown:
    """One piece as the pack shows it: as the paper names it, its words, and its file under the name it has here."""

    piece: Piece
    text: str
    file: str = ""
    file_kind: str = ""
    file_says: str = ""
    sha256: str = ""

    @property
    def page(self) -> str:
        """Return the address of its page, as the index gives it."""
        return f"evidence/{self.piece.reference}.html"


def write_pack(out: IO[bytes], log: ProgressLog, record: LogRecord, export: LogExport) -> None:
    """Write the pack of a log into a file. `record`: the log as the issued paper in `export` says it."""
    with ZipFile(out, "w") as pack:
        put_log(pack, "", log, record, export)


def put_log(pack: ZipFile, folder: str, log: ProgressLog, record: LogRecord, export: LogExport) -> None:
    """Put all of a log's pack into a folder of a ZIP (one that ends with a stroke, or none)."""
    pieces = pieces_of(log, record)
    shown = [_shown(piece, said) for piece, said in zip(pieces, record.evidence, strict=True)]
    rows = {row.code: row for area in record.areas for row in area.rows}
    made_at = datetime.fromisoformat(record.issued_at).astimezone(UTC)
    about = {"log": record, "shown": shown, "by_reference": {one.piece.reference: one for one in shown}}
    put(pack, f"{folder}{INDEX}", _page("reports/pack/index.html", **about), made_at)
    put(pack, f"{folder}{STYLE}", render_to_string("reports/pack/style.css").encode(), made_at)
    with export.file.open("rb") as paper:
        put(pack, f"{folder}{LOG}", paper, made_at)
    put(pack, f"{folder}{OUTCOMES}", outcomes_csv(record), made_at)
    if not record.only_for:  # it holds her words about every other outcome too
        put(pack, f"{folder}{RECORD}", bundle_of(log), made_at)
    put(pack, f"{folder}{PROGRAM.name}", PROGRAM.read_bytes(), made_at)
    for piece, one in zip(pieces, shown, strict=True):
        put(pack, f"{folder}{one.page}", _page("reports/pack/piece.html", one=one, log=record, rows=_rows_of(one, rows)), made_at)
        if one.file:
            with piece.file.open("rb") as file:
                put(pack, f"{folder}evidence/{one.file}", file, made_at)


def pieces_of(log: ProgressLog, record: LogRecord) -> list[Evidence]:
    """Return the evidence that a record shows, in its order: each beside its `Piece`. E3 is the third piece of the log."""
    pieces = list(log.evidence.order_by("added_at"))
    return [pieces[int(said.reference[1:]) - 1] for said in record.evidence]


def _shown(piece: Evidence, said: Piece) -> Shown:
    if not piece.file:
        return Shown(said, piece.text)
    return Shown(said, piece.text, name_of_file(piece, said), piece.file_kind, piece.file_in_words, piece.file_sha256)


def name_of_file(piece: Evidence, said: Piece) -> str:
    """Return what the file of a piece is called in a portfolio: its reference, for what it was called may name a person."""
    return f"{said.reference}{PurePosixPath(str(piece.file.name)).suffix}"


def _rows_of(one: Shown, rows: dict[str, Row]) -> Iterator[Row]:
    return (rows[code] for code in one.piece.codes if code in rows)


def _page(template: str, **shown: Any) -> bytes:
    return render_to_string(template, shown).encode()


def put(pack: ZipFile, name: str, content: bytes | IO[bytes], made_at: datetime) -> None:
    """Put a file in: pages and data packed, and what is packed already (photos, sound, PDFs) as it is."""
    about = ZipInfo(name, made_at.timetuple()[:6])
    about.external_attr = 0o644 << 16
    about.compress_type = ZIP_DEFLATED if isinstance(content, bytes) else ZIP_STORED
    with pack.open(about, "w") as entry:
        if isinstance(content, bytes):
            entry.write(content)
        else:
            shutil.copyfileobj(content, entry)
