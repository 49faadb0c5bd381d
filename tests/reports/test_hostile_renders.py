"""Hostile text in every field of a log, watched from outside the process: no file of others is opened, nobody is called."""

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
    """Draw the hostile logs under strace; return what the program said, and every file it opened and every address it called."""

    def run(*more: str) -> tuple[str, str]:
        trace, secret = tmp_path / "trace", tmp_path / "secret.txt"
        secret.write_text("nobody reads this")
        program = [sys.executable, "-m", "tests.reports.hostile_renders", str(secret), NOBODYS_PORT, *more]
        seen = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,connect,sendto,sendmsg", "-o", str(trace), *program]
        environment = {**os.environ, "COUNTERSIGN_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cms.settings"}
        done = subprocess.run(seen, capture_output=True, text=True, check=False, cwd=settings.BASE_DIR, env=environment)
        return done.stdout + done.stderr, trace.read_text(errors="replace")

    return run


def test_nothing_is_read_and_nobody_is_called(watched: Callable[..., tuple[str, str]]) -> None:
    said, trace = watched()
    assert said.splitlines()[-1] == "280 texts in 5 logs"
    assert [line for line in trace.splitlines() if "secret.txt" in line or "AF_INET" in line] == []


def test_the_watch_would_see_it(watched: Callable[..., tuple[str, str]]) -> None:
    said, trace = watched("--control")
    assert "Connection refused" in said
    assert ("secret.txt" in trace, "AF_INET" in trace) == (True, True)
