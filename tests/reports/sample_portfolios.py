"""Portfolios of the sample logs: no database. Used by the tests of conformance and by `make sample-logs`."""

import io
from dataclasses import replace

from progress.models import Evidence
from reports.portfolio_pdf import Shown, rows_of, write_shown
from reports.record import LogRecord, Piece
from reports.rendering import render_pdf
from tests.reports.samples import HEAD, TEXTS, all_kinds_of_logs

A_PHOTO = {"file": "sample.jpg", "file_kind": "photo", "file_size": 400_000, "file_sha256": HEAD}


def portfolio(record: LogRecord) -> bytes:
    """Return the portfolio of a sample log, sealed, its own log attached."""
    out = io.BytesIO()
    write_shown(out, replace(record, seal=HEAD), [shown(piece, record) for piece in record.evidence], render_pdf(record))
    return out.getvalue()


def shown(piece: Piece, record: LogRecord) -> Shown:
    """Return a piece of a sample as a portfolio shows it: each with its words, some with a photo, some kept elsewhere."""
    stays = not (piece.photo or piece.paragraphs)
    source = Evidence(title=piece.title, kept_where=piece.kept if stays else "", **(A_PHOTO if piece.photo else {}))
    here = piece if stays else replace(piece, kept="In this portfolio, in full", paragraphs=())
    one = Shown(source, here, rows_of(piece, record), piece.paragraphs or (f"{TEXTS[1]}.",))
    return replace(one, file="sample.jpg", photo=piece.photo, note="It follows, as large as a page allows.") if piece.photo else one


def five() -> dict[str, LogRecord]:
    """Return five of the sample logs: short and long, with a name from right to left, a long one, and many hands."""
    logs = all_kinds_of_logs()
    names = ("5 outcomes, 5 signed, 5 pieces", "54 outcomes, 54 signed, 40 pieces", "a Hebrew name", "a long name", "many hands")
    return {name: logs[name] for name in names}
