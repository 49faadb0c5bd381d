"""Several machines make PDFs: each with a disk of its own, all on one PostgreSQL, one Redis and one bucket (a real S3 interface, by HTTP).

The machines run in production mode, from the settings that docs/operations.md names. The web process is this one.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.conf import settings
from django.test import Client

from cms.bucket import Bucket
from progress.models import EventType, LedgerEvent
from reports.models import LogExport
from tests.reports.test_seal_services import certificate_for, ran
from tests.reports.test_worker_death import address_of_the_database, until, wishes

pytestmark = pytest.mark.postgres
LOGS = 10
LONGEST = 300  # seconds, on a busy machine
STORE = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
SUCCEEDED = re.compile(r"render_log\[[0-9a-f-]+\] succeeded in ([\d.]+)s")
A_RENDER = 0.3  # seconds at least; a message about a row that somebody else has is answered at once


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """A store with an empty bucket, “files”: its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "store.log").open("wb") as log:
        store = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    keys = {"aws_access_key_id": STORE["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": STORE["AWS_SECRET_ACCESS_KEY"]}
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        boto3.client("s3", endpoint_url=address, region_name="us-east-1", **keys).create_bucket(Bucket="files")
        yield address
    finally:
        store.kill()
        store.wait()


@pytest.fixture
def as_operated(tmp_path: Path, bucket: str) -> dict[str, str]:
    """The environment of every machine, with keys made as docs/operations.md says."""
    certificate_for("Rosewood Care", tmp_path, "seal", "keyUsage=critical,digitalSignature,nonRepudiation")
    parts = ("-inkey", tmp_path / "seal.key", "-in", tmp_path / "seal.pem", "-out", tmp_path / "seal.p12", "-passout", "pass:three words")
    ran("openssl", "pkcs12", "-export", *parts)
    ran("openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "ledger.pem")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")},
        **STORE,
        "COUNTERSIGN_MODE": "production",
        "COUNTERSIGN_SITE_URL": "https://learn.example.org",
        "COUNTERSIGN_S3_BUCKET": "files",
        "COUNTERSIGN_S3_ENDPOINT": bucket,
        "COUNTERSIGN_LEDGER_KEY_FILE": str(tmp_path / "ledger.pem"),
        "COUNTERSIGN_SEAL_KEY": str(tmp_path / "seal.p12"),
        "COUNTERSIGN_SEAL_PASSWORD": "three words",
        "ALLOWED_HOSTS": "learn.example.org",
        "SECRET_KEY": uuid4().hex * 2,
        "DATABASE_URL": address_of_the_database(),
    }


@contextmanager
def a_machine(name: str, folder: Path, environment: dict[str, str], *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the worker of a machine: a process group with a disk of its own. Kill all of it at the end."""
    disk = folder / name
    disk.mkdir()
    command = [sys.executable, "-m", "celery", "-A", "tests.reports.quick_worker", "worker", "-n", f"{name}@here", *more]
    with (folder / "worker.log").open("ab") as log, (disk / "said.log").open("ab") as said:
        machine = subprocess.Popen(
            [*command, "--concurrency", "1", "--loglevel", "INFO"],
            cwd=settings.BASE_DIR,
            env={**environment, "COUNTERSIGN_DATA_DIR": str(disk)},
            stdout=log,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield machine
    finally:
        if machine.poll() is None:
            os.killpg(machine.pid, signal.SIGKILL)
        machine.wait()


def is_up(name: str, folder: Path) -> bool:
    """Return whether a machine says that it takes work."""
    return f"{name}@here ready." in (folder / name / "said.log").read_text()


def made_by(name: str, folder: Path) -> int:
    """Return how many PDFs a machine says it made."""
    return sum(float(took) > A_RENDER for took in SUCCEEDED.findall((folder / name / "said.log").read_text()))


def test_each_makes_its_share_and_one_that_burns_down_costs_nothing(
    shared_database: str, tmp_path: Path, as_operated: dict[str, str], bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = LogExport.objects.filter(state=LogExport.State.READY)
    with a_machine("first", tmp_path, as_operated, "-B", "-s", str(tmp_path / "schedule")):
        with a_machine("second", tmp_path, as_operated) as second:
            until(lambda: is_up("first", tmp_path) and is_up("second", tmp_path), tmp_path, LONGEST)
            wishes(LOGS)
            until(lambda: made_by("first", tmp_path) >= 1 and made_by("second", tmp_path) >= 1, tmp_path, LONGEST)
            os.killpg(second.pid, signal.SIGKILL)
        until(lambda: ready.count() == LOGS, tmp_path, LONGEST)

    kept = Bucket(location="exports", base_url="/exports/", bucket_name="files", endpoint_url=bucket, addressing_style="path", **keys())
    monkeypatch.setattr(LogExport._meta.get_field("file"), "storage", kept)
    exports = list(LogExport.objects.select_related("log__learner"))
    assert [sha256(taken(export)).hexdigest() for export in exports] == [export.sha256 for export in exports]
    issued = Counter(LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).values_list("log_id", flat=True))
    assert issued == Counter(export.log_id for export in exports)
    assert not list(tmp_path.glob("*/exports/*"))  # nothing that counts lay on the disk of a machine


def keys() -> dict[str, Any]:
    return {"access_key": STORE["AWS_ACCESS_KEY_ID"], "secret_key": STORE["AWS_SECRET_ACCESS_KEY"]}


def taken(export: LogExport) -> bytes:
    """Return what the learner gets when she takes her PDF from the web process."""
    client = Client()
    client.force_login(export.log.learner)
    response = client.get(f"{export.get_absolute_url()}download/")
    return b"".join(response.streaming_content)  # type: ignore[arg-type]  # a view's own answer streams no coroutines
