"""What runs during the day: each service a process of its own, started again when it dies, as a machine's supervisor does."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.server import children_of

LOOK = 0.1  # seconds between two looks at what runs
PAUSE = 0.5  # seconds until what died is started again
SLOWEST_START = 600  # seconds
# Even a kill -9 of the harness leaves nothing behind.
DIES_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


@dataclass
class Service:
    """One process with its children."""

    name: str
    command: Sequence[str]
    folder: Path  # for its log
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self) -> None:
        """Start it. What is left of the one before goes first, as a container goes with its first process."""
        self.end()
        more = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*DIES_WITH_US, *self.command],
                env={**os.environ, **self.env},
                stdout=log,
                stderr=log,
                start_new_session=True,
                **more,  # type: ignore[call-overload]
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        """Return the process's number; 0 while it is not there.

        A dead one is looked at and left in the table: until `end`, nobody else can get its number, and be killed for it.
        """
        if self.process is None:
            return 0
        dead = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return 0 if dead else self.process.pid

    def kill(self, which: signal.Signals = signal.SIGKILL) -> bool:
        """Signal the process itself; its children stay."""
        return bool(self.pid) and _signal(self.pid, which)

    def kill_a_child(self, choose: Callable[[list[int]], int]) -> bool:
        """Kill one of its children; return whether there was one."""
        found = _children(self.pid) if self.pid else []
        return bool(found) and _signal(choose(found), signal.SIGKILL)

    def end(self) -> None:
        """Kill whatever there is of it."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _signal(pid: int, which: signal.Signals) -> bool:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return False
    return True


def _children(pid: int) -> list[int]:
    try:
        return children_of(pid)
    except OSError:
        return []


class Keeper:
    """Starts every service, and again whenever one dies, until the end."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = {service.name: service for service in services}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __getitem__(self, name: str) -> Service:
        return self.services[name]

    def start(self) -> None:
        """Start everything."""
        self._thread.start()

    def _keep(self) -> None:
        died: dict[str, float] = {}
        while not self._over.wait(LOOK):
            for service in self.services.values():
                if service.process is None:
                    service.start()
                elif not service.pid and time.monotonic() - died.setdefault(service.name, time.monotonic()) > PAUSE:
                    del died[service.name]
                    service.start()

    def stop(self) -> None:
        """Kill everything this keeper started, the last first."""
        self._over.set()
        if self._thread.ident:
            self._thread.join()
        for service in reversed(self.services.values()):
            service.end()


def answers(port: int) -> bool:
    """Return whether the web server, and the database behind it, answer."""
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=10).status == 200)
    except OSError:
        return False


def until(true: Callable[[], bool], what: str, seconds: float = SLOWEST_START) -> None:
    """Wait until something is true. Raise RuntimeError when it never is."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds:.0f} s.")
        time.sleep(0.1)
