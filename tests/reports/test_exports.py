"""The row is the queue: asked for once, handed to one, finished once, given up on with a word."""

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import Celery
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from people.models import Employer, Notice, User, Workplace
from people.permissions import Role
from progress.models import EventType, LedgerEvent, ProgressLog
from reports import nudge, tasks
from reports.codes import hashed, new_code
from reports.jobs import MOST_ATTEMPTS
from reports.models import LogExport
from reports.progress_log import read_export
from reports.record import LogRecord
from tests.cast import add_account, employ, entry_of, make_framework, person

PDF = b"%PDF-1.7 paper"


def made(export: LogExport) -> LogExport:
    """Take an export through the worker's steps, without a renderer."""
    claimed = LogExport.objects.claim(export.pk)
    assert claimed
    assert claimed.finish(PDF, read_export(claimed))
    claimed.refresh_from_db()
    return claimed


def age(export: LogExport, seconds: int) -> None:
    """Let a lease run out that many seconds ago, as if its worker had died."""
    LogExport.objects.filter(pk=export.pk).update(lease_until=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("waited", "expected"), [(0, 0), (120, 1)])
def test_whoever_has_left_the_page_is_told_that_it_is_ready(export: LogExport, waited: int, expected: int) -> None:
    LogExport.objects.update(created_at=timezone.now() - timedelta(seconds=waited))
    ready = made(export)
    told = [(notice.to, notice.kind, notice.address) for notice in Notice.objects.all()]
    assert told == [(ready.log.learner, "pdf_ready", f"/exports/{ready.pk}/")] * expected


# Asking


def test_a_wish_is_one_row_however_often_it_is_made(log: ProgressLog, grace: User) -> None:
    assert LogExport.request(log, by=log.learner) == LogExport.request(log, by=grace)
    assert LogExport.objects.count() == 1


def test_a_log_nobody_changed_is_answered_from_the_store(export: LogExport) -> None:
    ready = made(export)
    assert LogExport.request(ready.log, by=ready.log.learner) == ready


def test_a_changed_log_is_made_anew(export: LogExport) -> None:
    ready = made(export)
    add_account(entry_of(ready.log, "1.2"))
    assert LogExport.request(ready.log, by=ready.log.learner) != ready


def test_a_failed_export_can_be_asked_for_again(export: LogExport) -> None:
    LogExport.objects.update(state=LogExport.State.FAILED)
    assert LogExport.request(export.log, by=export.log.learner).state == LogExport.State.WAITING


def test_the_database_allows_one_pending_export_of_a_log(export: LogExport) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LogExport.objects.create(log=export.log, requested_by=export.requested_by)


def test_a_request_publishes_nothing_before_its_commit_and_never_waits(
    log: ProgressLog, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(nudge, "Thread", _noting(started))
    with django_capture_on_commit_callbacks(execute=True):
        export = LogExport.request(log, by=log.learner)
        assert started == []
    assert [(thread["args"], thread["daemon"]) for thread in started] == [(("reports.tasks.render_log", str(export.pk)), True)]


def _noting(started: list[Any]) -> Callable[..., Any]:
    """Return a Thread that is noted and never run."""

    class NoThread:
        def __init__(self, **thread: Any) -> None:
            started.append(thread)

        def start(self) -> None:
            """Do nothing."""

    return NoThread


def test_a_dead_broker_costs_a_warning(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refused(task: str, job_id: str, pause: float) -> None:
        raise ConnectionRefusedError(job_id)

    monkeypatch.setattr(nudge, "_publish", refused)
    nudge.nudge("reports.tasks.render_log", "7")
    assert [(record.levelname, "ConnectionRefusedError" in record.message) for record in caplog.records] == [("WARNING", True)]
    nudge.nudge("reports.tasks.render_log", "8")  # the way is free again
    assert len(caplog.records) == 2


# Making


def test_a_claim_is_given_to_one(export: LogExport) -> None:
    assert LogExport.objects.claim(export.pk)
    assert LogExport.objects.claim(export.pk) is None


def test_a_dead_workers_row_is_given_to_the_next(export: LogExport) -> None:
    LogExport.objects.claim(export.pk)
    age(export, 1)
    second = LogExport.objects.claim(export.pk)
    assert second
    assert second.attempts == 2


def test_a_finished_export_has_file_hash_head_and_event(export: LogExport, exports_folder: Path) -> None:
    ready = made(export)
    (file,) = exports_folder.iterdir()
    assert file.read_bytes() == PDF
    assert ready.sha256 == sha256(PDF).hexdigest()
    assert ready.file.name == file.name
    assert str(ready.pk) not in file.name
    event = LedgerEvent.objects.get(log=ready.log, type=EventType.DOCUMENT_ISSUED)
    assert ready.sha256 in event.payload
    assert (ready.position, ready.head) == (event.seq - 1, event.prev_hash)


def test_only_the_holder_of_the_claim_finishes(export: LogExport, exports_folder: Path) -> None:
    slow = LogExport.objects.claim(export.pk)
    age(export, 1)
    quick = LogExport.objects.claim(export.pk)
    assert slow
    assert quick
    assert quick.finish(PDF, read_export(quick)) is True
    assert slow.finish(b"%PDF late", read_export(slow)) is False
    assert [file.read_bytes() for file in exports_folder.iterdir()] == [PDF]
    assert LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).count() == 1


def test_a_full_disk_keeps_no_half_a_file(export: LogExport, exports_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = LogExport.objects.claim(export.pk)
    assert claimed

    def write_half(storage: FileSystemStorage, name: str, content: Any) -> str:
        exports_folder.mkdir(exist_ok=True)
        (exports_folder / name).write_bytes(PDF[:5])
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", write_half)
    with pytest.raises(OSError, match="No space left"):
        claimed.finish(PDF, read_export(claimed))
    assert list(exports_folder.iterdir()) == []


def test_nothing_is_issued_when_the_ledger_fails(export: LogExport, exports_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = LogExport.objects.claim(export.pk)
    assert claimed

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no ledger")

    record = read_export(claimed)
    monkeypatch.setattr(ProgressLog, "note_document", broken)
    with pytest.raises(RuntimeError, match="no ledger"):
        claimed.finish(PDF, record)
    claimed.refresh_from_db()
    assert (claimed.state, claimed.file.name) == (LogExport.State.RENDERING, "")
    assert list(exports_folder.iterdir()) == []


def test_the_task_renders_once_however_often_it_is_sent(export: LogExport, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []

    def render(record: LogRecord) -> bytes:
        rendered.append(record.export_id)
        return PDF

    monkeypatch.setattr(tasks, "render_pdf", render)
    monkeypatch.setattr(tasks, "sealed", lambda pdf: pdf)
    for _time in range(3):
        tasks.render_log(str(export.pk))
    assert rendered == [str(export.pk)]


# Failing


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(record: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "render_pdf", fail)


def test_a_failure_gives_the_row_back_and_keeps_no_words(export: LogExport, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    failing(monkeypatch, MemoryError("Amina's private words"))
    tasks.render_log(str(export.pk))
    export.refresh_from_db()
    assert (export.state, export.last_error, export.lease_until) == (LogExport.State.WAITING, "MemoryError", None)
    assert "private" not in caplog.text


def test_after_five_tries_it_stops_and_the_operator_hears_of_it(export: LogExport, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    failing(monkeypatch, ValueError("x"))
    for _time in range(MOST_ATTEMPTS + 2):
        tasks.render_log(str(export.pk))
    export.refresh_from_db()
    assert (export.state, export.attempts, export.last_error) == (LogExport.State.FAILED, MOST_ATTEMPTS, "ValueError")
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 1


def test_workers_that_die_five_times_stop_too(export: LogExport, caplog: Any) -> None:
    LogExport.objects.update(state=LogExport.State.RENDERING, attempts=MOST_ATTEMPTS)
    age(export, 1)
    LogExport.objects.give_up_on_the_hopeless()
    export.refresh_from_db()
    assert export.state == LogExport.State.FAILED
    assert "the worker died" in caplog.text


# Sweeping


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what the sweep sends again."""
    messages: list[str] = []
    monkeypatch.setattr(tasks.render_log, "apply_async", lambda args, **options: messages.extend(args))
    return messages


def test_the_sweep_leaves_a_fresh_row_to_its_own_nudge(export: LogExport, sent: list[str]) -> None:
    tasks.sweep_exports()
    assert sent == []


def test_the_sweep_sends_what_was_forgotten_and_what_a_dead_worker_held(export: LogExport, sent: list[str]) -> None:
    LogExport.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep_exports()
    LogExport.objects.claim(export.pk)
    tasks.sweep_exports()
    assert sent == [str(export.pk)]
    age(export, 1)
    tasks.sweep_exports()
    assert sent == [str(export.pk)] * 2


# Codes


def test_codes_are_long_never_alike_and_forgiving_to_type() -> None:
    codes = {new_code() for _time in range(500)}
    assert len(codes) == 500
    code = codes.pop()
    assert len(code.replace("-", "")) == 26
    assert hashed(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == hashed(code)


# At once, on PostgreSQL


def log_of_somebody() -> ProgressLog:
    """Open a log that every connection can see."""
    workplace = Workplace.objects.create(employer=Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    learner = person("amina", "Amina Okafor")
    employ(learner, workplace, Role.LEARNER)
    return ProgressLog.open(by=learner, framework=make_framework(), workplace=workplace, submission=uuid4())


def twenty_at_once(act: Callable[[], UUID | None]) -> list[UUID | None]:
    """Let twenty threads, each with a connection of its own, do one thing at one moment."""
    start = Barrier(20)

    def together(_person: int) -> UUID | None:
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(together, range(20)))


@pytest.mark.postgres
def test_twenty_workers_at_once_one_claim(shared_database: str) -> None:
    log = log_of_somebody()
    export = LogExport.request(log, by=log.learner)

    def claim() -> UUID | None:
        claimed = LogExport.objects.claim(export.pk)
        return claimed.claim_id if claimed else None

    assert len([claimed for claimed in twenty_at_once(claim) if claimed]) == 1


@pytest.mark.postgres
def test_twenty_wishes_at_once_one_row(shared_database: str) -> None:
    log = log_of_somebody()
    assert len(set(twenty_at_once(lambda: LogExport.request(ProgressLog.objects.get(pk=log.pk), by=log.learner).pk))) == 1


@pytest.mark.postgres
def test_twenty_finishers_at_once_one_issue(shared_database: str, exports_folder: Path) -> None:
    log = log_of_somebody()
    claimed = LogExport.objects.claim(LogExport.request(log, by=log.learner).pk)
    assert claimed
    record = read_export(claimed)

    def finish() -> UUID | None:
        mine = LogExport.objects.get(pk=claimed.pk)
        return mine.pk if mine.finish(PDF, record) else None

    assert twenty_at_once(finish).count(claimed.pk) == 1
    assert len(list(exports_folder.iterdir())) == 1
    assert LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).count() == 1


def test_a_hung_redis_is_given_up_on_within_seconds(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redis")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        app = Celery(broker=f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", set_as_current=False)
        monkeypatch.setattr(nudge, "current_app", app)
        began = time.monotonic()
        nudge.nudge("reports.tasks.render_log", "7")
        assert time.monotonic() - began < 6
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_web_process_never_loads_the_renderer() -> None:
    code = "import sys, cms.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False).returncode == 0
