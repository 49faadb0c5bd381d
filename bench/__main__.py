"""`make bench`: what pages, PDFs and the ledger cost, in one table, each beside its budget.

Everything happens in a scratch folder and a database of its own (SQLite, or a new one on the
server of DATABASE_URL), which are thrown away. Exits with 1 when a budget does not hold.
"""

import importlib
import importlib.util
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bench.scratch import scratch_database

if TYPE_CHECKING:
    from bench.pages import Line


def measure() -> "list[Line]":
    """Return every line of the table."""
    # Django reads its settings when it is set up, so nothing of the product is imported before the database is chosen.
    _set_up()
    pages, naive_log = importlib.import_module("bench.pages"), importlib.import_module("bench.naive_log")
    lines: list[Line] = pages.measure_pages()
    for row in naive_log.measure_pdf():
        budget, holds = (f"≤ {row.budget} × {row.beside}", row.ratio <= row.budget) if row.budget else ("", None)
        figure = f"{row.ours:.1f} {row.unit}, {row.ratio:.2f} × {row.beside}"
        lines.append(pages.Line(f"PDF of 60 outcomes: {row.what}", figure, budget, holds))
    lines += _ledger(pages.Line)
    # The desk comes last: it fills other homes with logs that have no ledger, which verification would rightly find.
    desk: list[Line] = importlib.import_module("bench.desk").measure_desk()
    return lines + desk


def _ledger(line: "type[Line]") -> "list[Line]":
    """Return the ledger's lines, which come in the form of the PDF's or in ours."""
    if importlib.util.find_spec("bench.ledger") is None:
        return []
    return [line(row.what, row.figure, row.budget, row.holds) for row in importlib.import_module("bench.ledger").measure_ledger()]


def _set_up() -> None:
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)


def show(lines: "list[Line]") -> None:
    """Print the table."""
    widths = [max(len(getattr(line, column)) for line in lines) for column in ("what", "figure", "budget")]
    for line in lines:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[line.holds]
        print("  ".join(text.ljust(width) for text, width in zip((line.what, line.figure, line.budget), widths, strict=True)), verdict)


def main() -> int:
    """Measure, print, and return 1 when a budget does not hold."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder, suppress(KeyboardInterrupt):
        os.environ["COUNTERSIGN_DATA_DIR"] = folder
        with scratch_database(Path(folder)):
            lines = measure()
        show(lines)
        return int(any(line.holds is False for line in lines))
    return 130


if __name__ == "__main__":
    sys.exit(main())
