"""What a progress log costs: ours beside a naive rendering of the same record.

The naive one is what anybody would write first: one six-column table for each area,
automatic column widths, no `colgroup`, `HTML(string).write_pdf()` with the style in the
page, the same variant and the same typefaces. Each render runs in a forked child of a warm
process, so that user+system time and peak memory are of that one render. Ours is a child as
our workers make it, with what was loaded before frozen (reports/tasks.py); the naive one is as
Python makes it. Pairs alternate, and the medians are compared: the ratio means the same on a
busy machine and on a quiet one.
One of the lines says how far it is to another engine (bench/typst_log.py).
"""

import gc
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from django.template import Context, Engine

from bench.typst_log import NAME, another_learners, typst_ready
from reports.record import LogRecord
from reports.rendering import FONTS, drawn_log, render_pdf, sealed, warm
from tests.reports.samples import sample

OUTCOMES = 60
ROUNDS = 7
BUDGET = 0.5
WHOLE = 1.3  # the whole way from record to file, beside the render alone
FACES = (
    ("Text", 400, "atkinson-hyperlegible-next-latin-400-normal"),
    ("Text", 700, "atkinson-hyperlegible-next-latin-700-normal"),
    ("TextExt", 400, "atkinson-hyperlegible-next-latin-ext-400-normal"),
    ("TextExt", 700, "atkinson-hyperlegible-next-latin-ext-700-normal"),
    ("Head", 600, "source-serif-4-latin-600-normal"),
    ("HeadExt", 600, "source-serif-4-latin-ext-600-normal"),
    ("Rest", 400, "dejavu-sans"),
    ("Rest", 700, "dejavu-sans-bold"),
)
NAIVE = """<!doctype html><html lang="en-gb"><head><meta charset="utf-8"><title>Progress log of {{ log.learner }}</title>
<style>{{ faces|safe }}
@page { size: A4; margin: 20mm; @bottom-left { content: "{{ log.learner }} · {{ log.framework.title }}" }
        @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
body { font: 10pt/1.36 Text, TextExt, Rest } h1, h2 { font-family: Head, HeadExt, Rest }
table { width: 100%; border-collapse: collapse } td, th { border: 1px solid #999; padding: 2mm; text-align: left; vertical-align: top }
</style></head><body><h1>Progress log of {{ log.learner }}</h1><p>{{ log.workplace }}, {{ log.employer }}</p>
<p>{{ log.framework.label }}</p>
<h2>Progress</h2><p>{{ log.signed_off }} of {{ log.total }} on {{ log.issued_on }}</p><table><thead><tr><th>Area</th><th>Signed off</th></tr></thead>
<tbody>{% for area in log.areas %}<tr><td>{{ area.code }} {{ area.title }}</td><td>{{ area.signed_off }} of {{ area.total }}</td></tr>
{% endfor %}</tbody></table>
{% for area in log.areas %}<h2>{{ area.code }} {{ area.title }}</h2><table><thead><tr>
<th>Outcome</th><th>Kind</th><th>How shown</th><th>Evidence</th><th>Signed off by</th><th>Date</th>
</tr></thead><tbody>
{% for row in area.rows %}<tr><td><strong>{{ row.code }}</strong> {{ row.text }}</td>
<td>{{ row.kind }}{% if row.workplace_specific %}<br><strong>Specific to this workplace</strong>{% endif %}
{% if row.sign_individually %}<br><strong>Signed on its own</strong>{% endif %}</td>
<td>{% if row.signature %}{{ row.shown }}{% else %}{{ row.status }}{% endif %}
{% if row.knowledge_met_on %}<br>Knowledge met {{ row.knowledge_met_on }}{% endif %}
{% if row.practice_met_on %}<br>Practice met {{ row.practice_met_on }}{% endif %}</td>
<td>{{ row.evidence|join:", " }}</td>
<td>{% if row.signature %}<strong>{{ row.signature.name }}</strong>
<br>{{ row.signature.status }}, {{ row.signature.workplace }}{% endif %}</td>
<td>{{ row.signature.day }}</td></tr>
{% endfor %}</tbody></table>{% endfor %}
<h2>Who signed</h2><table><thead><tr><th>Name</th><th>Status</th><th>Workplace</th><th>Employer</th><th>Outcomes</th><th>Days</th>
</tr></thead><tbody>
{% for one in log.signatories %}<tr><td>{{ one.name }}</td><td>{{ one.status }}</td><td>{{ one.workplace }}</td><td>{{ one.employer }}</td>
<td>{{ one.codes|join:", " }}{% if one.by_passkey %}<br>With a passkey: {{ one.by_passkey|join:", " }}{% endif %}</td>
<td>{{ one.first }} to {{ one.last }}</td></tr>{% endfor %}</tbody></table>
<h2>Quality assurance</h2><table><thead><tr><th>Name</th><th>Status</th><th>Workplace</th><th>Employer</th><th>Outcomes</th><th>Days</th>
</tr></thead><tbody>
{% for one in log.assurers %}<tr><td>{{ one.name }}</td><td>{{ one.status }}</td><td>{{ one.workplace }}</td><td>{{ one.employer }}</td>
<td>{{ one.codes|join:", " }}</td><td>{{ one.first }} to {{ one.last }}</td></tr>{% endfor %}</tbody></table>
<h2>Witnesses</h2><table><thead><tr><th>Name</th><th>Job</th><th>Relation</th><th>Outcomes</th><th>Day</th></tr></thead><tbody>
{% for one in log.witnesses %}<tr><td>{{ one.name }}</td><td>{{ one.job }}</td><td>{{ one.relation }}</td>
<td>{{ one.codes|join:", " }}</td><td>{{ one.day }}</td></tr>{% endfor %}</tbody></table>
<h2>Evidence</h2><table><thead><tr><th>Reference</th><th>Title</th><th>Kind</th><th>Day</th><th>For</th><th>Kept</th></tr></thead><tbody>
{% for piece in log.evidence %}<tr><td>{{ piece.reference }}</td><td>{{ piece.title }}</td><td>{{ piece.kind }}</td><td>{{ piece.day }}</td>
<td>{{ piece.codes|join:", " }}</td><td>{{ piece.kept }}</td></tr>{% endfor %}</tbody></table>
<h2>Accounts</h2>{% for piece in log.accounts %}<h3>{{ piece.reference }} {{ piece.title }}</h3>
{% for paragraph in piece.paragraphs %}<p>{{ paragraph }}</p>{% endfor %}{% endfor %}
<p>Code {{ log.code }} at {{ log.verify_url }}. Ledger {{ log.position }}: {{ log.head }}</p></body></html>"""


@dataclass(frozen=True)
class Cost:
    """One render: milliseconds of CPU, megabytes of memory at the peak, kilobytes of file."""

    cpu: float
    memory: float
    size: float


@dataclass(frozen=True)
class Compared:
    """A line of the bench's table: what, ours, what it is held against (the naive one, or another), and how large it may be beside that."""

    what: str
    ours: float
    naive: float
    unit: str
    budget: float | None = None
    beside: str = "naive"

    @property
    def ratio(self) -> float:
        """Return ours as a part of the naive one."""
        return self.ours / self.naive


def render_naively(record: LogRecord) -> bytes:
    """Return the same record as a plain PDF."""
    from weasyprint import HTML  # noqa: PLC0415  # as reports.rendering does: only where something is rendered

    faces = "".join(
        f'@font-face {{ font-family: {family}; font-weight: {weight}; src: url("{(FONTS / name).as_uri()}.woff2") }}'
        for family, weight, name in FACES
    )
    page = Engine().from_string(NAIVE).render(Context({"log": record, "faces": faces}))
    pdf: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/a-3a")
    return pdf


def cost_of(render: Callable[[LogRecord], bytes], record: LogRecord, *, frozen: bool = False, after: LogRecord | None = None) -> Cost:
    """Render in a forked child, and return what that child used beyond its start.

    `frozen`: the garbage collector passes over what was there before, as in a worker of ours.
    `after`: a log that the child renders before, for an engine that cannot be warm before the fork. Its CPU is not counted.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        size, spent = 0, 0.0
        if frozen:
            gc.freeze()
        try:
            if after is not None:
                render(after)
                spent = time.process_time()
            size = len(render(record))
        finally:
            os.write(write_end, pickle.dumps((size, spent)))
            os._exit(0 if size else 1)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as answer:
        size, spent = pickle.load(answer)  # our own child's
    _pid, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError("A render of the bench failed.")
    return Cost((used.ru_utime + used.ru_stime - spent) * 1000, used.ru_maxrss / 1024, size / 1024)


def whole(record: LogRecord) -> bytes:
    """Do all that a worker does with a record: render, both conformances, save again, seal, store under its hash."""
    pdf = sealed(render_pdf(record))
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{sha256(pdf).hexdigest()}.pdf").write_bytes(pdf)
    return pdf


def measure_pdf(rounds: int = ROUNDS) -> list[Compared]:
    """Return CPU, memory and size of a 60-outcome log, ours and naive, and its CPU beside Typst's: medians of alternating renders."""
    warm()
    record = sample(OUTCOMES, OUTCOMES // 2)
    whole(record)  # both have been here once: no first import, no first template in what is measured
    render_naively(record)
    with typst_ready(FACES) as by_typst:
        before = another_learners(record)
        costs = [
            (
                cost_of(whole, record, frozen=True),
                cost_of(drawn_log, record, frozen=True),
                cost_of(render_naively, record),
                cost_of(by_typst, record, after=before),
            )
            for _round in range(rounds)
        ]
    ours, drawn, naive, typst = zip(*costs, strict=True)
    cpu, alone = median(c.cpu for c in ours), median(c.cpu for c in drawn)
    return [
        Compared("CPU of a render", alone, median(c.cpu for c in naive), "ms", BUDGET),
        Compared("CPU beside the fastest engine", alone, median(c.cpu for c in typst), "ms", None, NAME),
        Compared("CPU of all of it: finished, sealed, stored", cpu, alone, "ms", WHOLE, "the render alone"),
        Compared("Peak memory", median(c.memory for c in ours), median(c.memory for c in naive), "MB"),
        Compared("Size of the file", median(c.size for c in ours), median(c.size for c in naive), "KB"),
    ]
