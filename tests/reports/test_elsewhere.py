"""The same record makes the same bytes in two processes: years apart, in other zones and languages, with other hashes and folders."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

from tests.reports.renders_elsewhere import ISSUED_NOW

pytestmark = pytest.mark.once


class Elsewhere(NamedTuple):
    """Where and when a process takes itself to be."""

    moment: str
    zone: str
    language: str
    seed: str
    folder: str


# The first ends one second before its day, and so its month, does; the clocks of the second have just gone back.
PLACES = (
    Elsewhere("2027-02-28 23:59:55", "Pacific/Kiritimati", "C", "1", "here"),
    Elsewhere("2031-10-26 01:30:00", "America/St_Johns", "tr_TR.UTF-8", "4294967295", "somewhere/else"),
)


def rendered(place: Elsewhere, base: Path) -> dict[str, str]:
    """Render the sample records in a fresh process whose clock stands elsewhere: libfaketime answers Python and the C libraries alike."""
    folder = base / place.folder
    folder.mkdir(parents=True)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(settings.BASE_DIR),
        "PYTHONHASHSEED": place.seed,
        "TZ": place.zone,
        "LANG": place.language,
        "LC_ALL": place.language,
        "HOME": str(folder),
        "COUNTERSIGN_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    program = ["faketime", place.moment, sys.executable, "-m", "tests.reports.renders_elsewhere"]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=folder, env=environment)
    return dict(line.split() for line in done.stdout.splitlines())


def test_the_same_record_makes_the_same_bytes_on_another_day_and_in_another_place(tmp_path: Path) -> None:
    first, second = (rendered(place, tmp_path) for place in PLACES)
    assert (first.pop("today")[:4], second.pop("today")[:4]) == ("2027", "2031")
    assert first.pop(ISSUED_NOW) != second.pop(ISSUED_NOW)
    assert sorted(first) == ["photos", "right-to-left", "statement"]
    assert first == second
