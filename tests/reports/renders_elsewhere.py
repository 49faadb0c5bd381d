"""A few sample records, rendered in a process of their own. Run by test_elsewhere.py, on another day and in another place.

`python -m tests.reports.renders_elsewhere` prints the day it takes for today, then a name and the SHA-256 of the PDF for each record, and
for a statement of learning. One record was issued just now: it must differ, or the comparison sees nothing.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import django

ISSUED_NOW = "issued-now"


def main() -> None:
    """Render each record and say what came of it."""
    from reports.rendering import render_pdf  # noqa: PLC0415  # after the setup that models need
    from reports.statement import statement_pdf  # noqa: PLC0415
    from tests.reports.samples import NAMES, learned, sample  # noqa: PLC0415

    records = {
        "photos": sample(20, 8, 6),
        "right-to-left": replace(sample(6, 3, 2), learner=NAMES["Arabic"], workplace=NAMES["Hebrew"]),
        ISSUED_NOW: replace(sample(3, 1, 0), issued_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    }
    print("today", date.today().isoformat())
    for name, record in records.items():
        print(name, sha256(render_pdf(record)).hexdigest())
    statement = statement_pdf(learned(), named="a statement", issued_at=datetime(2026, 11, 23, 9, 15, tzinfo=UTC))
    print("statement", sha256(statement).hexdigest())


if __name__ == "__main__":
    django.setup()
    main()
