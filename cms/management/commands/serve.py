"""Run the whole product on one machine: web server, Celery worker and beat, started and stopped together.

For somebody trying it. In production each is a container of its own (docker-compose.yml).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

PR_SET_PDEATHSIG = 1
PATIENCE = 10  # seconds a child gets to stop by itself
LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying


def die_with_parent() -> None:
    """Ask Linux to stop this child when its parent is gone, even after a kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the product, started again when it dies."""

    name: str
    command: list[str]
    pause: float = 1.0
    not_before: float = 0.0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def keep_running(self) -> None:
        """Start the process if it is not there; wait longer each time it dies at once."""
        if self.process and self.process.poll() is None:
            return
        now = time.monotonic()
        if now < self.not_before:
            return
        if self.process:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            print(f"{self.name} stopped with {self.process.returncode}; it is started again", file=sys.stderr)
        self.not_before = now + self.pause
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent, start_new_session=True)  # noqa: PLW1509, S603

    def stop(self) -> None:
        """Ask the process to stop, then insist, and take its own children along."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self._signal(signal.SIGKILL)

    def _signal(self, which: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, which)  # type: ignore[union-attr]
        except ProcessLookupError:
            return


class Command(BaseCommand):
    """`manage.py serve [--port 8000]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        """Run until Ctrl-C."""
        signal.signal(signal.SIGTERM, _interrupt)
        children = self._children(port)
        try:
            self._watch(children, port)
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for child in children:
                child.stop()

    def _watch(self, children: list[Child], port: int) -> None:
        said = False
        while True:
            for child in children:
                child.keep_running()
            if not said:
                self.stdout.write(f"\nOpen http://localhost:{port}/  (Ctrl-C stops everything)\n")
                self.stdout.flush()
                said = True
            time.sleep(0.5)

    def _children(self, port: int) -> list[Child]:
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "--app", "cms", "--quiet"]
        web = [
            "gunicorn",
            "cms.wsgi",
            "--bind",
            f"0.0.0.0:{port}",
            "--workers",
            "2",
            "--worker-class",
            "gthread",
            "--threads",
            "4",
            "--log-level",
            "warning",
        ]
        return [
            Child("web", [*python, *web]),
            Child("worker", [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]),
            Child("beat", [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"]),
        ]


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
