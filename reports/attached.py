"""What is attached to a progress-log PDF: the record as JSON, for programs, and the outcomes as CSV, for a spreadsheet.

Nothing stands in these two that is not on the paper. A third is the ledger behind it (reports/bundle.py). Shape of the JSON:
docs/formats/progress-log.schema.json. A change that an old reader would stumble over has a new number in `format`.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from progress.canonical import canonical
from reports.cells import csv_of
from reports.record import LogRecord, Piece, Row, Unit

FORMAT = "countersign progress log, version 1"
RECORD, OUTCOMES, LEDGER = "progress-log.json", "outcomes.csv", "ledger.json"  # as they are called in the PDF
LOG = "progress-log.pdf"  # as the whole PDF is called in a portfolio
COLUMNS = (
    "code",
    "outcome",
    "area",
    "kind",
    "status",
    "knowledge met on",
    "practice met on",
    "how it was shown",
    "signed off by",
    "status of signer",
    "workplace",
    "signed off on",
    "evidence",
)


@dataclass(frozen=True)
class Attached:
    """A file that goes along inside a PDF. `relation`: what it is to the pages, in the words of PDF/A-3 (Source, Data, Supplement)."""

    name: str
    content: bytes
    about: str
    relation: str
    made_at: datetime
    mime_type: str = ""


@dataclass(frozen=True)
class Theirs:
    """A PDF that somebody made elsewhere, whose pages go into ours. `says`: what a screen reader says of each, none the same."""

    opens: Callable[[], Any]  # a file of bytes
    says: tuple[str, ...]


def record_json(record: LogRecord) -> bytes:
    """Return the record as canonical JSON (RFC 8785) in UTF-8. Days are ISO 8601."""
    said = {
        "format": FORMAT,
        "document": {
            "id": record.export_id,
            "issued_at": record.issued_at,
            "code": record.code,
            "verify": record.verify_url,
            "seal": record.seal,
        },
        "learner": record.learner,
        "workplace": record.workplace,
        "employer": record.employer,
        "framework": _framework(record),
        "areas": [{"code": area.code, "title": area.title, "outcomes": [_outcome(row) for row in area.rows]} for area in record.areas],
        "signatories": [_plain(asdict(one)) for one in record.signatories],
        "assurers": [_plain(asdict(one)) for one in record.assurers],
        "witnesses": [_plain(asdict(one)) for one in record.witnesses],
        "evidence": [_piece(piece) for piece in record.evidence],
        "units": [_unit(unit) for unit in record.units],
        "ledger": {"place": record.position, "head": record.head},
    }
    return canonical(said).encode()


def outcomes_csv(record: LogRecord) -> bytes:
    """Return one line for each outcome, with a first line of names."""
    lines = [_line(f"{area.code} {area.title}", row) for area in record.areas for row in area.rows]
    return csv_of([COLUMNS, *lines])


def _framework(record: LogRecord) -> dict[str, str]:
    words = record.framework
    wording = "own" if words.is_own_wording else "publisher"
    return {"title": words.title, "edition": words.edition, "publisher": words.publisher, "wording": wording, "status": words.status}


def _outcome(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "text": row.text,
        "kind": row.kind,
        "state": row.state,
        "shown": row.shown,
        "knowledge_met_on": _iso(row.knowledge_met_on),
        "practice_met_on": _iso(row.practice_met_on),
        "evidence": list(row.evidence),
        "signature": _plain(asdict(row.signature)) if row.signature else None,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    said = _plain(asdict(piece))
    del said["photo"]  # it is on the page, and whole with the evidence
    return said


def _unit(unit: Unit) -> dict[str, Any]:
    named = {"qualification": unit.qualification, "code": unit.code, "title": unit.title}
    return {**named, "outcomes": [{"code": link.code, "strength": "whole" if link.is_whole else "part"} for link in unit.links]}


def _line(area: str, row: Row) -> list[str]:
    by = row.signature
    signed = [by.name, by.status, by.workplace, by.day.isoformat()] if by else [""] * 4
    met = [_iso(row.knowledge_met_on), _iso(row.practice_met_on)]
    return [row.code, row.text, area, row.kind, row.status, *met, row.shown, *signed, " ".join(row.evidence)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _iso(value) if isinstance(value, date) or value is None else value for name, value in values.items()}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
