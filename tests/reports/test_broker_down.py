"""A dead or a deaf Redis holds nobody up and loses nothing (trust.md 4).

Redis refuses, or accepts and never answers. Signing and asking for a PDF go on as always; when
a real Redis is there again, a real worker, which had been waiting for it all the time, makes the PDF.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from django.test import Client

from people.models import User
from people.permissions import Role
from progress.models import LogEntry, ProgressLog, SignOff
from reports import nudge
from reports.models import LogExport
from tests.cast import add_account, declare, employ, entry_of, person
from tests.reports.test_exports import log_of_somebody
from tests.reports.test_worker_death import a_worker, until

LONGEST = 3  # seconds a person may wait while the queue is down
REDIS = shutil.which("redis-server")


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Point web process and workers at a Redis on a port where nothing listens yet."""
    pytest.importorskip("redis", reason="the production extra is not installed")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        number = int(free.getsockname()[1])
    address = f"redis://127.0.0.1:{number}/0"
    monkeypatch.setenv("REDIS_URL", address)
    monkeypatch.setattr(nudge, "current_app", Celery(broker=address, set_as_current=False))
    return number


@contextmanager
def refusing(port: int) -> Iterator[None]:
    """Nothing listens: a connection is refused at once."""
    yield


@contextmanager
def deaf(port: int) -> Iterator[None]:
    """Connections are accepted (by the kernel) and nobody ever answers."""
    with socket.create_server(("127.0.0.1", port)):
        yield


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    """Run a Redis of our own until the end."""
    assert REDIS
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.kill()
        server.wait()


def at_work(log: ProgressLog) -> tuple[Client, Client, LogEntry]:
    """Return the learner's browser, the supervisor's, and an outcome that waits for her."""
    add_account(entry_of(log, "1.2"))
    declare(entry_of(log, "1.2"))
    supervisor = person("grace", "Grace Mwangi")
    employ(supervisor, log.workplace, Role.SUPERVISOR)
    return browser(log.learner), browser(supervisor), entry_of(log, "1.2")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def quickly(client: Client, address: str, form: dict[str, str]) -> Any:
    """Send a form and insist on an answer within the time a person waits."""
    began = time.monotonic()
    answer = client.post(address, form)
    assert time.monotonic() - began < LONGEST
    return answer


def sign_and_ask(log: ProgressLog) -> LogExport:
    """Sign one outcome and ask for the PDF, through the real views."""
    learner, supervisor, entry = at_work(log)
    said = {"decision": "sign_off", "method": "observation", "reason": "", "seen": str(entry.version)}
    form = {"submission": str(uuid4()), **{f"{entry.pk}-{name}": value for name, value in said.items()}}
    assert quickly(supervisor, f"/review/{log.pk}/decide/", form).status_code == 302
    for _press in range(3):  # the second and third find the first publish still hanging
        assert quickly(learner, f"/logs/{log.pk}/export/", {}).status_code == 302
    return LogExport.objects.get(log=log)


@pytest.mark.parametrize("broken", [refusing, deaf])
def test_nobody_waits_for_a_broken_redis_and_nothing_is_lost(shared_database: str, port: int, broken: Callable[[int], Any]) -> None:
    log = log_of_somebody()
    with broken(port):
        export = sign_and_ask(log)
    assert export.state == LogExport.State.WAITING
    assert SignOff.objects.filter(entry__log=log).count() == 1


@pytest.mark.skipif(REDIS is None, reason="needs redis-server")
@pytest.mark.parametrize("broken", [refusing, deaf])
def test_when_redis_is_back_the_pdf_is_made_without_help(
    shared_database: str, port: int, tmp_path: Path, broken: Callable[[int], Any]
) -> None:
    log = log_of_somebody()
    with ExitStack() as running:
        with broken(port):
            running.enter_context(a_worker(tmp_path))
            export = sign_and_ask(log)
            time.sleep(LONGEST)  # the worker has met the broken Redis by now
        running.enter_context(redis_server(port, tmp_path))
        until(lambda: LogExport.objects.filter(pk=export.pk, state=LogExport.State.READY).exists(), tmp_path)
    assert (tmp_path / "exports" / str(LogExport.objects.get(pk=export.pk).file.name)).read_bytes().startswith(b"%PDF-")
