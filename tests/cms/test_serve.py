"""`manage.py serve`: web server, worker and beat start together and stop together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The product, running from a data folder of its own."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"COUNTERSIGN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port))
        yield process, port
    finally:
        for pid in [*children(process.pid), process.pid]:
            os.kill(pid, signal.SIGKILL) if alive(pid) else None
        process.wait(10)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(happens: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something; fail when it does not happen."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.2)


def names(pids: list[int]) -> set[str]:
    words = [Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ") for pid in pids]
    return {name for line in words for name in ("gunicorn", "worker", "beat") if f" {name} " in line}


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_web_worker_and_beat_run_in_processes_of_their_own_and_are_started_again(served):
    process, port = served
    before = children(process.pid)
    assert names(before) == {"gunicorn", "worker", "beat"}
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len([pid for pid in children(process.pid) if alive(pid) and pid not in before]) == 1)
    until(lambda: answers(port))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(served, how):
    process, port = served
    everybody = children(process.pid)
    everybody += [grandchild for child in everybody for grandchild in children(child)]
    process.send_signal(how)
    process.wait(30)
    until(lambda: not any(alive(pid) for pid in everybody))
    assert not answers(port)
