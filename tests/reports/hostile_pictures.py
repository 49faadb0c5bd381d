"""Hostile pictures, watched from outside: cleaned, and on paper although they were never cleaned. Run by test_hostile_renders.py, under strace.

`python -m tests.reports.hostile_pictures SECRET PORT [--control]`: SECRET is a file that nothing may read, PORT one that nothing may call.
It has the memory of a worker and no more, and two minutes of a processor for all of it.
"""

import io
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import django
import pikepdf
from django.core.files.base import ContentFile

django.setup()

from progress.cleaning import photo  # noqa: E402  # after the setup that models need
from progress.models import Evidence  # noqa: E402
from reports.photos import small_photo  # noqa: E402
from reports.rendering import limit_memory, render_pdf  # noqa: E402
from tests.progress.hostile import KINDS, MARK, more_than_dots, pointing_elsewhere  # noqa: E402
from tests.reports.samples import sample  # noqa: E402

ON_ONE_PAPER = 60
SECONDS = 120
SIDE = 320  # dots of a picture on paper
NO_PICTURES = {"pdf_scripts", "nothing", "one_byte_too_many"}


def pointing_at(secret: str, port: str) -> list[bytes]:
    """Return pictures that would have a file read or somebody called."""
    return [picture for at in (f"file://{secret}", f"http://127.0.0.1:{port}/x") for picture in pointing_elsewhere(at)]


def every_picture(secret: str, port: str) -> Iterator[bytes]:
    """Yield all that an upload is tried with, and what points elsewhere."""
    for kind, files in KINDS.items():
        if kind not in NO_PICTURES:
            yield from files()
    yield from pointing_at(secret, port)


def as_if_kept(content: bytes, number: int) -> bytes:
    """Return what a paper would show of a file that stands in the store although nobody cleaned it."""
    piece = Evidence(file_kind="photo")
    piece.file.save(f"hostile/{number}.jpg", ContentFile(content), save=False)
    shown = small_photo(piece)
    assert MARK not in shown
    assert not shown or more_than_dots(shown) == ""
    return shown


def on_papers(photos: list[bytes]) -> list[bytes]:
    """Put photos into the indexes of a few logs, and return the pictures that are in the files then."""
    return [picture for start in range(0, len(photos), ON_ONE_PAPER) for picture in _on_paper(photos[start : start + ON_ONE_PAPER])]


def _on_paper(photos: list[bytes]) -> list[bytes]:
    record = sample(4, 2, 1)
    pieces = tuple(replace(record.evidence[0], reference=f"E{n}", photo=photo) for n, photo in enumerate(photos, 1))
    with pikepdf.open(io.BytesIO(render_pdf(replace(record, evidence=pieces)))) as opened:
        assert sorted(opened.attachments) == ["ledger.json", "outcomes.csv", "progress-log.json"]
        streams = [part for part in opened.objects if isinstance(part, pikepdf.Stream)]
        return [_picture(part) for part in streams if part.get("/Subtype") == "/Image"]


def _picture(part: Any) -> bytes:
    assert max(int(part.Width), int(part.Height)) <= SIDE
    return bytes(part.read_raw_bytes())


def cleaned(content: bytes) -> bool:
    """Clean a picture as an upload is; return whether anything was kept of it."""
    try:
        kept = photo(content).content
    except Exception:
        return False
    assert MARK not in kept
    assert more_than_dots(kept) == ""
    return True


def main(secret: str, port: str) -> None:
    """Try each door, and say how many pictures came through it."""
    limit_memory()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    tried = list(every_picture(secret, port))
    shown = [small for number, content in enumerate(tried) if (small := as_if_kept(content, number))]
    assert not [picture for picture in on_papers(shown) if MARK in picture or more_than_dots(picture)]
    pointing = pointing_at(secret, port)
    on_papers(pointing)  # past the last door too
    kept = sum(cleaned(content) for content in pointing)
    print(f"{len(tried)} pictures in the store: {len(shown)} on paper, small; of {len(pointing)} that point elsewhere {kept} kept")


if __name__ == "__main__":
    if sys.argv[3:] == ["--control"]:
        Path(sys.argv[1]).read_bytes()
        urlopen(f"http://127.0.0.1:{sys.argv[2]}/x")
    main(*sys.argv[1:3])
