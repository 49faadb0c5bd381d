"""What a day came to, in tables and one last line."""

from collections import Counter
from collections.abc import Mapping

from bench.faults.aftermath import Findings, strays
from bench.faults.book import Came
from bench.faults.day import Day

MOST = 50  # findings that are printed


def report(database: str, day: Day, found: Findings, papers: str) -> str:
    """Return everything that is printed; the last line says it all."""
    book = day.book
    came, failed = Counter(act.came for act in book.acts), Counter(missed.came for missed in book.missed)
    lines = [
        *_table("faults", day.harm.done),
        *_table("acts", Counter(act.kind for act in book.by(Came.DONE))),
        *_table("requests without a proper answer", failed),
        "",
        f"pressed again {book.again} times; told no {came[Came.REFUSED]} times; never answered {came[Came.UNKNOWN]}",
        f"papers that were ready when the day ended: {papers}",
        f"files that no row names, left by a kill between a file and its row: {len(strays())}",
        *found.all()[:MOST],
        "",
        _last(database, day, found),
    ]
    return "\n".join(lines)


def _table(title: str, counted: Mapping[str, int]) -> list[str]:
    rows = sorted(counted.items(), key=lambda pair: -pair[1])
    return ["", title, *(f"  {what:28} {count:6}" for what, count in rows)]


def _last(database: str, day: Day, found: Findings) -> str:
    else_wrong = len(found.unsent) + len(found.other)
    parts = [f"{len(found.lost)} lost", f"{len(found.twice)} twice", *([f"{else_wrong} otherwise wrong"] if else_wrong else [])]
    parts.append("ledger DOES NOT VERIFY" if found.against else "ledger verifies")
    return f"{day.harm.done.total()} faults in {day.book.done()} acts on {database}: {', '.join(parts)}"
