"""kill -9, ten times in the middle of a render: every export ends ready, once, with nobody's help (trust.md 5).

The worker is a real one: Celery's own command, its pool, its beat, and a broker. Five times
the pool's child dies (as the kernel's out-of-memory killer does it) and the parent lives on; five
times everything dies at once and is started again, as a service manager does.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from people.models import Employer, Workplace
from people.permissions import Role
from progress.models import EventType, LedgerEvent, ProgressLog
from reports.models import LogCollection, LogExport
from tests.cast import employ, make_framework, person

KILLS = 10
LONGEST = 120  # seconds from the last kill to the last PDF


def logs(number: int) -> list[ProgressLog]:
    """Return that many logs of one workplace, whose PDF takes about a second."""
    workplace = Workplace.objects.create(employer=Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    framework = make_framework(60)
    learners = [person(f"learner{n}", f"Learner Number {n}") for n in range(number)]
    for learner in learners:
        employ(learner, workplace, Role.LEARNER)
    return [ProgressLog.open(by=learner, framework=framework, workplace=workplace, submission=uuid4()) for learner in learners]


def wishes(number: int) -> None:
    """Let that many learners ask for their PDF."""
    for log in logs(number):
        LogExport.objects.create(log=log, requested_by=log.learner)  # no nudge: the sweep must find it


def a_collection(number: int) -> LogCollection:
    """Let a manager ask for so many logs in one file."""
    home = logs(number)[0].workplace
    manager = person("priya", "Priya Shah")
    employ(manager, home, Role.MANAGER)
    return LogCollection.request(home, by=manager)


def address_of_the_database() -> str:
    """Return the DATABASE_URL of the database this test stands on."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    login = f"{found['USER']}:{found['PASSWORD']}@" if found["USER"] else ""
    return f"postgres://{login}{found['HOST']}:{found['PORT']}/{found['NAME']}"


@contextmanager
def a_worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start worker and beat in a process group of their own; kill the whole group at the end."""
    (folder / "schedule").unlink(missing_ok=True)
    command = [sys.executable, "-m", "celery", "-A", "tests.reports.quick_worker", "worker", "-B", "-s", str(folder / "schedule")]
    environment = {**os.environ, "DATABASE_URL": address_of_the_database(), "COUNTERSIGN_DATA_DIR": str(folder)}
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [*command, "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def until(true: Callable[[], bool], folder: Path, seconds: float = LONGEST) -> None:
    """Wait until something is true; fail with the end of the worker's log when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if true():
                return
        except OperationalError:  # SQLite, while a killed writer's journal is rolled back
            connection.close()
        time.sleep(0.02)
    pytest.fail(f"Waited {seconds} s. The worker's last words:\n{(folder / 'worker.log').read_text()[-3000:]}")


def children_of(pid: int) -> list[int]:
    """Return the processes started by one process (its pool and its beat)."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def rendering(other_than: Collection[UUID] = ()) -> bool:
    """Return whether somebody is at work, with a live lease and none of these claims."""
    at_work = LogExport.objects.filter(state=LogExport.State.RENDERING, lease_until__gt=timezone.now())
    return at_work.exclude(claim_id__in=other_than).exists()


def test_ten_kills_in_the_middle_of_a_render_lose_nothing_and_double_nothing(shared_database: str, tmp_path: Path) -> None:
    wishes(KILLS + 4)  # some are done between two kills
    killed = Counter[str]()
    for moment in range(KILLS // 2):
        with a_worker(tmp_path) as worker:
            until(rendering, tmp_path)
            time.sleep(0.05 + moment * 0.12)
            for child in children_of(worker.pid):
                os.kill(child, signal.SIGKILL)
            killed["child"] += 1
            held = set(LogExport.objects.exclude(claim_id=None).values_list("claim_id", flat=True))
            until(lambda held=held: rendering(other_than=held), tmp_path)  # type: ignore[misc]  # mypy cannot infer a bound default
            time.sleep(0.1 + moment * 0.12)
        killed["everything"] += 1
    assert killed.total() == KILLS
    with a_worker(tmp_path):
        until(lambda: not LogExport.objects.exclude(state=LogExport.State.READY).exists(), tmp_path)
    exports = list(LogExport.objects.all())
    folder = tmp_path / "exports"
    files = [(folder / str(export.file.name)).read_bytes() for export in exports]
    assert all(file.startswith(b"%PDF-") for file in files)
    assert [sha256(file).hexdigest() for file in files] == [export.sha256 for export in exports]
    issued = Counter(LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).values_list("log_id", flat=True))
    assert issued == Counter(export.log_id for export in exports)
    assert sum(export.attempts for export in exports) > KILLS  # the kills did fall into renders


def test_a_collection_goes_on_where_a_killed_worker_left_it(shared_database: str, tmp_path: Path) -> None:
    collection = a_collection(5)
    for kill in range(3):
        with a_worker(tmp_path):
            until(rendering, tmp_path)
            time.sleep(0.05 + kill * 0.2)
    with a_worker(tmp_path):
        until(lambda: LogCollection.objects.get().is_ready, tmp_path)
    assert collection.counts == {"total": 5, "made": 5, "failed": 0, "done": 5}
    issued = Counter(LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).values_list("log_id", flat=True))
    assert issued == Counter(collection.logs.values_list("log_id", flat=True))
