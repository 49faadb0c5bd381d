"""Logs with a hostile text in every field, drawn one after another. Run by test_hostile_renders.py, under strace.

`python -m tests.reports.hostile_renders SECRET PORT [--control]`: SECRET is a file that nothing may read, PORT one that nothing may call.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import django
import pikepdf

VECTORS = (
    '<img src="{at}">',
    '<img srcset="{at} 2x">',
    '<picture><source srcset="{at}"><img></picture>',
    '<link rel="stylesheet" href="{at}">',
    '<link rel="attachment" href="{at}">',
    '<a rel="attachment" href="{at}">x</a>',
    '<style>@import url("{at}");</style>',
    '<style>@font-face {{ font-family: f; src: url("{at}"); }} * {{ font-family: f; }}</style>',
    '<style>p {{ background: url("{at}"); }}</style>',
    '<style>p::before {{ content: url("{at}"); }}</style>',
    '<p style="list-style-image: url({at}); display: list-item">x</p>',
    '<p style="border-image: url({at}) 1">x</p>',
    '<object data="{at}"></object>',
    '<embed src="{at}">',
    '<iframe src="{at}"></iframe>',
    '<video poster="{at}"></video>',
    '<input type="image" src="{at}">',
    '<body background="{at}">',
    '<base href="{at}">',
    '<svg><image href="{at}"/></svg>',
    '<svg><use href="{at}#x"/></svg>',
    '<svg><style>@import "{at}";</style></svg>',
    '<meta http-equiv="refresh" content="0; url={at}">',
    '<?xml-stylesheet href="{at}"?>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "{at}">]>&e;',
    "{{% include '{at}' %}}{{{{ settings.SECRET_KEY }}}}",
    "url({at})",
    '"><script src="{at}"></script>',
)
WRAPPED = (
    "{}",
    "{}" * 20,
    "<b>{}",
    "</p></td></tr></table>{}",
    "\u202e{}\u202c",
    "<!--{}",
    "<![CDATA[{}]]>",
    "&lt;{}&gt;",
    "{}\x00",
    "'\"`>{}",
)


def payloads(secret: str, port: str) -> list[str]:
    """Return a few hundred hostile texts, one half after a file, the other half after a connection."""
    places = (f"file://{secret}", f"http://127.0.0.1:{port}/x")
    return [wrap.replace("{}", vector.format(at=places[n % 2])) for wrap in WRAPPED for n, vector in enumerate(VECTORS)]


def filled(value: Any, texts: Iterator[str], printable: Any) -> Any:
    """Return a record with each of its texts but codes replaced by the next hostile one, as the product would clean it."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"export_id", "issued_at", "verify_url", "head", "code", "codes", "reference", "evidence_refs", "state", "seal"}
        return replace(value, **{f.name: filled(getattr(value, f.name), texts, printable) for f in fields(value) if f.name not in kept})
    if isinstance(value, tuple):
        return tuple(filled(one, texts, printable) for one in value)
    return printable(next(texts)) if isinstance(value, str) and value else value


def main(secret: str, port: str) -> None:
    """Draw logs until every text was in a field, and see what is attached to each."""
    from reports.progress_log import printable  # noqa: PLC0415  # after the setup that models need
    from reports.rendering import render_pdf  # noqa: PLC0415
    from tests.reports.samples import sample, with_units  # noqa: PLC0415

    every = payloads(secret, port)
    texts = cycle(every)
    used, drawn = 0, 0
    while used < len(every):
        counted = [next(texts) for _place in range(60)]
        pdf = render_pdf(filled(with_units(sample(4, 2, 2), 2), islice(cycle(counted), 100_000), printable))
        used, drawn = used + len(counted), drawn + 1
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert sorted(opened.attachments) == ["ledger.json", "outcomes.csv", "progress-log.json"]
    print(f"{len(every)} texts in {drawn} logs")


if __name__ == "__main__":
    django.setup()
    if sys.argv[3:] == ["--control"]:
        Path(sys.argv[1]).read_bytes()
        urlopen(f"http://127.0.0.1:{sys.argv[2]}/x")
    main(*sys.argv[1:3])
