"""Whether the store of files and the database agree about what was rendered, and what to do where they do not.

A worker stores a file first and issues it after: killed in between, it leaves a file that no row knows. Nothing else may differ.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.core.files.storage import Storage
from django.utils import timezone

from progress.models import EventType, LedgerEvent
from reports.jobs import exports_storage, kinds_of_jobs
from reports.models import LogExport

YOUNG = timedelta(hours=1)  # a file that a worker may be about to issue


@dataclass(frozen=True)
class Difference:
    """One thing on which they differ. `orphan`: the name of a file that nothing refers to, and that may go."""

    says: str
    orphan: str = ""


def differences() -> Iterator[Difference]:
    """Yield everything on which store, rows and ledger differ."""
    store = exports_storage()
    held = {name for kind in kinds_of_jobs() for name in _files_in(store, kind.folder)}
    known: set[str] = set()
    for export in LogExport.objects.issued().iterator(chunk_size=500):
        known.add(export.file.name)
        yield from _of_paper(export, held)
    for kind in (kind for kind in kinds_of_jobs() if kind is not LogExport):
        for job in kind.objects.exclude(file="").iterator(chunk_size=500):
            known.add(job.file.name)
            if job.file.name not in held:
                yield Difference(f"{job.called} {job.pk}: its file {job.file.name} is missing.")
    yield from _of_ledger()
    for name in sorted(held - known):
        if store.get_modified_time(name) < timezone.now() - YOUNG:
            yield Difference(f"{name}: no row knows this file.", orphan=name)


def _files_in(store: Storage, folder: str) -> list[str]:
    try:
        _folders, files = store.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" if folder else name for name in files]


def _of_paper(export: LogExport, held: set[str]) -> Iterator[Difference]:
    if export.file.name not in held:
        yield Difference(f"Export {export.pk}: its file {export.file.name} is missing.")
        return
    with export.file.open("rb") as file:
        if sha256(file.read()).hexdigest() != export.sha256:
            yield Difference(f"Export {export.pk}: its file {export.file.name} is not the one that was issued.")


def _of_ledger() -> Iterator[Difference]:
    """Yield each paper that was issued without an event, twice, or with another hash; and each event without its paper."""
    rows = {str(pk): digest for pk, digest in LogExport.objects.ever_issued().values_list("pk", "sha256")}
    told: set[str] = set()
    for payload in LedgerEvent.objects.filter(type=EventType.DOCUMENT_ISSUED).values_list("payload", flat=True).iterator(chunk_size=500):
        data = json.loads(payload)["data"]
        if data["export"] in told:
            yield Difference(f"Export {data['export']}: the ledger says twice that it was issued.")
        told.add(data["export"])
        if rows.get(data["export"], data["sha256"]) != data["sha256"]:
            yield Difference(f"Export {data['export']}: the ledger says that another file was issued.")
    for export in sorted(set(rows) - told):
        yield Difference(f"Export {export}: it is ready, and the ledger does not say that it was issued.")
    for export in sorted(told - set(rows)):
        yield Difference(f"Export {export}: the ledger says that it was issued, and there is no row.")
