"""The same progress log laid out by Typst, the fastest engine we know of: how far from it ours is.

It says what ours says, on the same paper in the same typefaces, with the same files attached, and keeps to the same two
standards; its template is `typst_log.typ`. Three things it leaves out, all in its favour: which cell is the head of its row
(Typst says that only behind a switch), the field for the seal, and the small photos of the evidence.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from fontTools.ttLib import TTFont  # it has none

from reports.attached import outcomes_csv, record_json
from reports.record import LogRecord
from reports.rendering import FONTS, qr_code

NAME = f"Typst {version('typst')} (PDF/A-3a and PDF/UA-1, as ours)"
TEMPLATE = Path(__file__).with_suffix(".typ")
FAMILY_NAMES = (1, 16)  # of a font's name table: the family, and the family as its maker calls it
ON_WINDOWS, UNICODE, ENGLISH = 3, 1, 0x409  # the one way of naming that every reader of fonts knows


@contextmanager
def typst_ready(faces: tuple[tuple[str, int, str], ...]) -> Iterator[Callable[[LogRecord], bytes]]:
    """Give what renders a record with Typst: template read and `faces` (family, weight, file) found, as a worker has them.

    Render in forked children only: Typst's threads start with its first PDF, and would be missing after a fork.
    """
    with TemporaryDirectory(prefix="countersign-typst-") as folder:
        for family, _weight, name in faces:
            _unpack(name, family, Path(folder))
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(TEMPLATE, font_paths=fonts)
        yield lambda record: _render(compiler, record)


def another_learners(record: LogRecord) -> LogRecord:
    """Return a log to warm up with: a second learner of the same outcomes.

    Typst remembers what it has laid out, and gives the very same log again for a fifth of its price. A worker meets no log twice.
    """
    areas = tuple(replace(area, rows=tuple(reversed(area.rows))) for area in record.areas)
    return replace(record, learner="Joseph Mensah", workplace="Elm Court", areas=areas, head=record.head[::-1], code=record.code[::-1])


def _render(compiler: typst.Compiler, record: LogRecord) -> bytes:
    said = asdict(record)
    ledger: bytes = said.pop("ledger")
    for piece in said["evidence"]:
        del piece["photo"]
    said["qr"] = qr_code(record.verify_url).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)  # HTML needs no namespace
    said["files"] = {"record": record_json(record).decode(), "outcomes": outcomes_csv(record).decode(), "ledger": ledger.decode()}
    # All in one input: several come in an order of chance, and Typst remembers nothing across another order.
    inputs = {"log": json.dumps(said, default=_as_printed)}
    issued = datetime.fromisoformat(record.issued_at)
    pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"], timestamp=issued)
    if not isinstance(pdf, bytes):  # it would be a list of pages for pictures, and nothing when written to a file
        raise TypeError("Typst gave no PDF.")
    return pdf


def _as_printed(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _unpack(name: str, family: str, folder: Path) -> None:
    """Write a face as TrueType, since Typst reads no WOFF2, under the family that our stylesheet knows it by: parts of one family would hide each other."""
    font = TTFont(FONTS / f"{name}.woff2", recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = None
    for kind in FAMILY_NAMES:
        font["name"].setName(family, kind, ON_WINDOWS, UNICODE, ENGLISH)
    font.save(folder / f"{name}.ttf")
