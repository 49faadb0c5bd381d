"""Counts the browser tests that really ran, so that `.ci/run` can refuse a run without any."""

import fcntl
from pathlib import Path

import pytest

COUNT = Path(__file__).parent.parent / "var" / "browser-tests"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add one for every browser test that was carried out (in whichever process)."""
    if report.when != "call" or report.skipped or "tests/browser/" not in report.nodeid or hasattr(report, "node"):
        return
    COUNT.parent.mkdir(exist_ok=True)
    with COUNT.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        ran = int(file.read() or 0)
        file.truncate(0)
        file.write(str(ran + 1))
