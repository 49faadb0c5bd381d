"""Reading the whole ledger: some logs at a time, each as of one moment, in one process or several."""

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import connection, connections
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from progress import guards
from progress.checkpoint import Leaf
from progress.models import ErasedFile, LedgerEvent, ProgressLog
from progress.verification.batch import Batch
from progress.verification.findings import UNREADABLE, Finding, Verification

Share = tuple[list[UUID], dict[UUID, Leaf]]  # ids of logs, and the checkpoint's leaves for them
FILES_GO_WITHIN = timedelta(hours=3)  # they go at once; the sweep tries again every hour
BATCH = 50  # logs held in memory at once, in each process


def verify(log: UUID | None = None, checkpoint: Iterable[Leaf] = (), processes: int = 1) -> Verification:
    """Check one log, or everything, against itself and against the leaves of an older checkpoint."""
    done = Verification(findings=[Finding("", 0, f"The guard {name} is missing.") for name in guards.missing()])
    try:
        _verify(done, log, checkpoint, processes)
    except UNREADABLE as error:  # the id of a log, by which everything else is looked up
        done.findings.append(Finding("", 0, f"A row cannot be read: {error}"))
    return done


def _verify(done: Verification, log: UUID | None, checkpoint: Iterable[Leaf], processes: int) -> None:
    leaves = {leaf.log: leaf for leaf in checkpoint if log in (None, leaf.log)}
    for part in _parts(_batches(log, leaves), processes):
        done.add(part)
    if leaves:
        gone = leaves.keys() - set(ProgressLog.objects.values_list("pk", flat=True))
        done.findings += [Finding(str(pk), 0, "The checkpoint knows this log, and it is gone.") for pk in sorted(gone)]
    if log is None:
        strays = LedgerEvent.objects.exclude(Exists(ProgressLog.objects.filter(pk=OuterRef("log_id"))))
        done.findings += [Finding(str(event.log_id), event.seq, "This event belongs to no log.") for event in strays]
        late = ErasedFile.objects.filter(asked_at__lt=timezone.now() - FILES_GO_WITHIN).count()
        done.findings += [Finding("", 0, f"Files that were erased are still there: {late}.")] if late else []


def _batches(only: UUID | None, leaves: Mapping[UUID, Leaf]) -> Iterator[Share]:
    """Yield the ids of the logs, some at a time, with the checkpoint's leaves for them."""
    ids = ProgressLog.objects.order_by("pk").values_list("pk", flat=True)
    batch = list(ids.filter(pk=only) if only else ids[:BATCH])
    while batch:
        yield batch, {pk: leaves[pk] for pk in batch if pk in leaves}
        batch = [] if only else list(ids.filter(pk__gt=batch[-1])[:BATCH])


def _parts(batches: Iterable[Share], processes: int) -> Iterator[Verification]:
    """Check each batch, here or in several processes of this machine."""
    if processes == 1:
        yield from map(_verify_batch, batches)
        return
    batches = list(batches)
    connections.close_all()  # a connection must not be shared with a child; each opens its own
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_verify_batch, batches)


def _verify_batch(batch: Share) -> Verification:
    """Check some logs. One with a row that cannot even be read is told by itself, and hides none of the others."""
    ids, leaves = batch
    try:
        return _verified(ids, leaves)
    except UNREADABLE as error:
        if len(ids) == 1:
            return Verification(logs=1, findings=[Finding(str(ids[0]), 0, f"A row of it cannot be read: {error}")])
    done = Verification()
    for pk in ids:
        done.add(_verify_batch(([pk], leaves)))
    return done


def _verified(ids: list[UUID], leaves: Mapping[UUID, Leaf]) -> Verification:
    with _one_moment():
        logs = list(ProgressLog.objects.filter(pk__in=ids).select_related("framework").annotate(opened_text=Cast("opened_at", TextField())))
        done = Verification(logs=len(logs))
        gone = sorted(set(ids) - {log.pk for log in logs})
        done.findings += [Finding(str(pk), 0, "The framework that this log is about is gone.") for pk in gone]
        done.findings += Batch(logs, leaves, done).findings()
    return done


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything inside as it stands now, whatever others record meanwhile. Takes no lock."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" if connection.vendor == "postgresql" else "BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
