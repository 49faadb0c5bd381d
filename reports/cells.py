"""Cells of a table that a spreadsheet opens: text that would be taken for a formula is made harmless."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

FORMULA = frozenset("=+-@\t\r\n")


def neutral(value: object) -> str:
    """Return a value as a cell's text. What a spreadsheet would run (also full-width, also behind what cannot be seen) gets a quote before it."""
    text = str(value)
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) not in {"Cf", "Zs"})
    first = next(iter(seen), "")
    return f"'{text}" if first in FORMULA else text


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV that spreadsheets read as UTF-8, each text neutralised; whole numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else neutral(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")
