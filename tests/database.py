"""Test databases that are there at once: copies of one migrated template.

Migrating takes some fifteen seconds; copying, none. The template is keyed by every
migration file and library version, so a changed migration makes a new one.
SQLite databases are files, not memory, so that the threads of a live server see them.
"""

import fcntl
import hashlib
import importlib.metadata
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

MAINTENANCE = str(settings.DATABASES["default"]["NAME"])
TEMPLATES = Path(__file__).parent.parent / "var" / "test-templates"
COPIES = itertools.count(1)


def fingerprint() -> str:
    """Return a short name for this set of migrations and libraries."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        for file in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(file.read_bytes())
    for name in ("django", "wagtail"):
        digest.update(importlib.metadata.version(name).encode())
    digest.update((settings.BASE_DIR / "progress" / "guards.py").read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process at a time make the template."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def point_at(name: str) -> None:
    """Make the default connection use another database."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def migrated(name: str) -> None:
    """Migrate a new database."""
    point_at(name)
    call_command("migrate", verbosity=0)
    connections.close_all()


def sqlite_database(worker: str) -> str:
    """Return the path of a fresh copy of the template."""
    template = TEMPLATES / f"{fingerprint()}.sqlite3"
    with alone("sqlite"):
        if not template.exists():
            unfinished = template.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            migrated(str(unfinished))
            connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connections.close_all()
            unfinished.rename(template)
    # A new name each time, and the one before stays: a server's thread may still be opening or closing it.
    # Files exchanged under an open connection gave "disk I/O error", and once a bus error.
    number = next(COPIES)
    stem = f"test-{worker}-{os.getpid()}"
    for leftover in TEMPLATES.glob(f"{stem}-{number - 2}.*"):
        leftover.unlink(missing_ok=True)
    copy = TEMPLATES / f"{stem}-{number}.sqlite3"
    shutil.copy(template, copy)
    return str(copy)


def postgres_database(worker: str) -> str:
    """Return the name of a fresh copy of the template on the server of DATABASE_URL."""
    template, copy = f"countersign_template_{fingerprint()}", f"countersign_test_{worker}_{os.getpid()}"
    with alone("postgres"):
        point_at(MAINTENANCE)
        if not _asked("SELECT 1 FROM pg_database WHERE datname = %s", [template]):
            _told(f'DROP DATABASE IF EXISTS "{template}_unfinished"')
            _told(f'CREATE DATABASE "{template}_unfinished"')
            migrated(f"{template}_unfinished")
            point_at(MAINTENANCE)
            _told(f'ALTER DATABASE "{template}_unfinished" RENAME TO "{template}"')
        _told(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        _told(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    return copy


def fresh_database() -> None:
    """Point the tests at a fresh copy of the template, and leave nothing of the one before."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    connections.close_all()
    point_at(postgres_database(worker) if on_postgres() else sqlite_database(worker))


def throw_away(name: str) -> None:
    """Remove this process's databases."""
    connections.close_all()
    if on_postgres():
        point_at(MAINTENANCE)
        _told(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    else:
        stem = Path(name).name.rpartition("-")[0]
        for leftover in TEMPLATES.glob(f"{stem}-*"):
            leftover.unlink(missing_ok=True)


def on_postgres() -> bool:
    """Return whether the tests run on PostgreSQL."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def _asked(sql: str, values: list[Any]) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def _told(sql: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Give each test process a database of its own (in place of pytest-django's)."""
    with django_db_blocker.unblock():
        settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
        connections["default"].settings_dict["CONN_MAX_AGE"] = 0
        fresh_database()
        yield
        throw_away(str(settings.DATABASES["default"]["NAME"]))


def copy_instead_of_flush(test_case: TransactionTestCase) -> None:
    """Undo a test that committed: Django would empty every table, which the ledger's triggers refuse

    and which would take away the pages that Wagtail's migrations make. A fresh copy is also quicker.
    """
    fresh_database()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the files of tests out of the demonstration's folders, and passwords cheap."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    files = TEMPLATES / f"files-{worker}"
    TransactionTestCase._fixture_teardown = copy_instead_of_flush
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = files / "media"
    for name in ("default", "exports", "evidence"):
        settings.STORAGES[name]["OPTIONS"]["location"] = files / name
        held: Any = storages[name]  # which the fields of models may hold already; a test that changes STORAGES makes others
        held._location = files / name
        for cached in ("base_location", "location"):
            held.__dict__.pop(cached, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests by their folder; leave out what needs PostgreSQL where there is none, and say so."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("postgres") and not on_postgres():
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))
        if item.get_closest_marker("once") and on_postgres():
            item.add_marker(pytest.mark.skip(reason="knows no database: run once, on SQLite"))
