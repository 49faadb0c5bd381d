"""Files of exports go to a folder of the test's own; tests of several processes get a database of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection, connections

from progress.models import ProgressLog
from reports import tasks
from reports.models import LogExport
from tests.database import _told, point_at, postgres_database, sqlite_database


@pytest.fixture(scope="session", autouse=True)
def renderer() -> None:
    """Have the renderer loaded and frozen, as in a worker: every render collects when it ends, which takes ten times as long otherwise."""
    tasks.load_the_renderer()


@pytest.fixture(autouse=True)
def exports_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exports"
    monkeypatch.setattr(LogExport._meta.get_field("file"), "storage", FileSystemStorage(folder))
    return folder


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """Keep the messages that a worker sends itself: which task, and how long it lets pass first. No test needs a broker for them."""
    sent: list[tuple[str, float]] = []
    monkeypatch.setattr(tasks, "nudge", lambda task, _pk, *, pause: sent.append((task, pause)))
    return sent


@pytest.fixture
def export(log: ProgressLog) -> LogExport:
    """Amina's wish for a PDF, waiting."""
    return LogExport.request(log, by=log.learner)


@pytest.fixture
def shared_database(django_db_setup: None, django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """Give threads and processes a fresh database whose commits they all see, thrown away after.

    (pytest-django's transactional tests empty the tables instead, which a ledger rightly refuses.)
    """
    before = str(connection.settings_dict["NAME"])
    on_postgres = connection.vendor == "postgresql"
    with django_db_blocker.unblock():
        try:
            name = (postgres_database if on_postgres else sqlite_database)(f"{worker_id}_shared")
            point_at(name)
            yield name
        finally:
            point_at(before)
            if on_postgres:
                _told(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connections.close_all()
