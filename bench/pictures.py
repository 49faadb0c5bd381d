"""`make pictures`: real pages of the demonstration's progress log as pictures, for the README and docs/progress-log.md.

The demonstration is made anew in a folder of its own, its one log is read, drawn and sealed as a worker does, and poppler makes the pictures.
"""

import importlib
import io
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DOTS = 58  # to an inch: 480 dots across a page
CODE = "00000-00000-00000-00000-00000-0"  # no real one: anybody may see the pictures
COVER, LAST = 1, -1
WHAT = {"log": COVER, "log-area": 2, "log-signed": -4, "log-units": -2, "log-check": LAST}  # the picture's name, and its page


def draw(folder: Path) -> Path:
    """Make the demonstration, and return its log as a file."""
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("demo", stdout=io.StringIO())
    log: Any = importlib.import_module("progress.models").ProgressLog.objects.get()
    rendering: Any = importlib.import_module("reports.rendering")
    read: Any = importlib.import_module("reports.progress_log").read_record
    known: Any = importlib.import_module("reports.models").SealCertificate.noted(rendering.seal_certificate())
    record = read(log, export_id=UUID(int=1), code=CODE, issued_at=datetime.now(UTC), seal=known.fingerprint)
    path = folder / "log.pdf"
    path.write_bytes(rendering.sealed(rendering.render_pdf(record)))
    return path


def picture(pdf: Path, page: int, name: str, pages: int) -> None:
    """Write one page; one below zero counts from the end."""
    number = page if page > 0 else pages + 1 + page
    which = ["-f", str(number), "-l", str(number), "-singlefile", "-r", str(DOTS), "-png"]
    subprocess.run(["pdftoppm", *which, str(pdf), str(PICTURES / name)], check=True)


def main() -> int:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({"COUNTERSIGN_DATA_DIR": folder, "COUNTERSIGN_SITE_URL": "http://localhost:8000"})
        pdf = draw(Path(folder))
        said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
        pages = int(said.split("Pages:")[1].split()[0])
        for name, page in WHAT.items():
            picture(pdf, page, name, pages)
    print(f"{len(WHAT)} pictures are in {PICTURES.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    sys.exit(main())
