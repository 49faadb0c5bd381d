"""Hostile text in every field of a log, and hostile pictures, watched from outside the process: no file of others is opened, nobody is called."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
NOBODYS_PORT = "9"


@pytest.fixture
def watched(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """Run a program of hostile things under strace; return what it said, and every file it opened and every address it called."""

    def run(name: str, *more: str) -> tuple[str, str]:
        trace, secret = tmp_path / "trace", tmp_path / "secret.txt"
        secret.write_text("nobody reads this")
        program = [sys.executable, "-m", f"tests.reports.{name}", str(secret), NOBODYS_PORT, *more]
        seen = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,connect,sendto,sendmsg", "-o", str(trace), *program]
        environment = {**os.environ, "COUNTERSIGN_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cms.settings"}
        done = subprocess.run(seen, capture_output=True, text=True, check=False, cwd=settings.BASE_DIR, env=environment)
        return done.stdout + done.stderr, trace.read_text(errors="replace")

    return run


PROGRAMS = {
    "hostile_renders": "280 texts in 5 logs",
    "hostile_pictures": "514 pictures in the store: 123 on paper, small; of 118 that point elsewhere 58 kept",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_read_and_nobody_is_called(name: str, watched: Callable[..., tuple[str, str]]) -> None:
    said, trace = watched(name)
    assert PROGRAMS[name] in said.splitlines()
    assert [line for line in trace.splitlines() if "secret.txt" in line or "AF_INET" in line] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_watch_would_see_it(name: str, watched: Callable[..., tuple[str, str]]) -> None:
    said, trace = watched(name, "--control")
    assert "Connection refused" in said
    assert ("secret.txt" in trace, "AF_INET" in trace) == (True, True)
