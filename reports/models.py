"""Exports: one row for each progress-log PDF somebody asked for. The row is the queue; a message is only a nudge."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from people.models import User
from progress.models import EventType, ProgressLog
from reports.codes import hashed
from reports.nudge import nudge_after_commit
from reports.record import LogRecord

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than a task may run (CELERY_TASK_TIME_LIMIT), so no two workers hold one row
FIRST_NUDGE = timedelta(seconds=10)  # how long a new row waits for its own nudge before the sweep sends another
MOST_ATTEMPTS = 5
MOST_AT_ONCE = 200  # rows one sweep sends again; the next sweep takes the rest


def exports_storage() -> Storage:
    """Return the private storage of rendered logs."""
    return storages["exports"]


class LogExportQuerySet(models.QuerySet["LogExport"]):
    """Choices of exports, and the claim that hands one out."""

    def visible_to(self, user: User) -> "LogExportQuerySet":
        """Return the exports of the logs this person may see now."""
        return self.filter(log__in=ProgressLog.objects.visible_to(user))

    def waiting(self) -> "LogExportQuerySet":
        """Return what a worker may take: never begun, or begun by a worker that died."""
        stale = Q(state=LogExport.State.RENDERING, lease_until__lt=timezone.now())
        return self.filter(Q(state=LogExport.State.WAITING) | stale)

    def claim(self, pk: str | UUID) -> "LogExport | None":
        """Hand a waiting export to exactly one caller; everyone else gets None."""
        now, mine = timezone.now(), uuid4()
        self.waiting().filter(pk=pk, attempts__lt=MOST_ATTEMPTS).update(
            state=LogExport.State.RENDERING, lease_until=now + LEASE, claim_id=mine, attempts=F("attempts") + 1
        )
        claimed = self.filter(claim_id=mine).select_related("requested_by", "log__learner", "log__framework", "log__workplace__employer")
        return claimed.first()

    def overdue(self) -> list[UUID]:
        """Return the exports whose nudge, or whose worker, got lost; the oldest first."""
        now = timezone.now()
        lost = Q(state=LogExport.State.WAITING, created_at__lt=now - FIRST_NUDGE)
        stale = Q(state=LogExport.State.RENDERING, lease_until__lt=now)
        return list(self.filter(lost | stale).order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])

    def give_up_on_the_hopeless(self) -> None:
        """Stop the exports whose last attempt died too, and tell the operator of each."""
        for export in self.waiting().filter(attempts__gte=MOST_ATTEMPTS):
            spent = self.waiting().filter(pk=export.pk)
            if spent.update(state=LogExport.State.FAILED, finished_at=timezone.now(), lease_until=None):
                why = export.last_error or "the worker died"
                logger.error("Export %s failed %d times. The last error: %s", export.pk, export.attempts, why)

    def issued(self) -> "LogExportQuerySet":
        """Return the exports somebody may hold on paper."""
        return self.filter(state=LogExport.State.READY)

    def pending(self) -> "LogExportQuerySet":
        """Return the exports that are being made or wait for it."""
        return self.filter(state__in=[LogExport.State.WAITING, LogExport.State.RENDERING])


class LogExport(models.Model):
    """One PDF of one log, as it stood at one place of its ledger."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RENDERING = "rendering"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    log = models.ForeignKey(ProgressLog, on_delete=models.PROTECT, related_name="exports")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_id = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    signed_off = models.PositiveIntegerField(default=0)
    outcomes = models.PositiveIntegerField(default=0)
    file = models.FileField(storage=exports_storage, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LogExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "lease_until"], name="exports_to_sweep")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("log", condition=Q(state__in=["waiting", "rendering"]), name="one_export_of_a_log_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="") & ~Q(code_hash="")), name="a_ready_export_has_its_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log_id} at {self.position}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:export", args=[self.pk])

    # Facts about one row

    @property
    def is_ready(self) -> bool:
        """Whether the file is there."""
        return self.state == self.State.READY

    @property
    def is_pending(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in {self.State.WAITING, self.State.RENDERING}

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        day = timezone.localdate(self.finished_at or self.created_at)
        return f"progress-log-{slugify(self.log.learner.full_name)[:60] or 'learner'}-{day.isoformat()}.pdf"

    # Verbs

    @classmethod
    def request(cls, log: ProgressLog, *, by: User) -> "LogExport":
        """Return the export that answers this wish: a ready one that is still true, the pending one, or a new one."""
        with log.writing():
            if export := cls._pending_for(log) or cls._still_true_for(log):
                return export
            export = cls.objects.create(log=log, requested_by=by)
            nudge_after_commit(export.pk)
        return export

    @classmethod
    def _pending_for(cls, log: ProgressLog) -> "LogExport | None":
        return cls.objects.pending().filter(log=log).first()

    @classmethod
    def _still_true_for(cls, log: ProgressLog) -> "LogExport | None":
        """Return the newest ready export if nothing but the issue of documents happened since."""
        newest = cls.objects.issued().filter(log=log).order_by("-position").first()
        if newest and not log.events.filter(seq__gt=newest.position).exclude(type=EventType.DOCUMENT_ISSUED).exists():
            return newest
        return None

    def finish(self, pdf: bytes, record: LogRecord) -> bool:
        """Keep the PDF and issue it, if this claim still holds; return whether it did.

        File, row and ledger change together. Who lost the claim (a lease that ran out, a
        second worker) removes the file again and issues nothing.
        """
        name = self.file.storage.save(f"{uuid4().hex}.pdf", ContentFile(pdf))
        try:
            issued = self._issue(name, sha256(pdf).hexdigest(), record)
        except BaseException:
            self.file.storage.delete(name)
            raise
        if not issued:
            self.file.storage.delete(name)
        return issued

    def _issue(self, name: str, digest: str, record: LogRecord) -> bool:
        with self.log.writing():
            issued = self._held().update(
                state=self.State.READY,
                file=name,
                sha256=digest,
                code_hash=hashed(record.code),
                position=record.position,
                head=record.head,
                signed_off=record.signed_off,
                outcomes=record.total,
                finished_at=timezone.now(),
                lease_until=None,
                last_error="",
            )
            if issued:
                self.log.note_document(self.pk, digest, record.position, by=self.requested_by, submission=self.pk)
        return bool(issued)

    @contextmanager
    def failing_safely(self) -> Iterator[None]:
        """Give the row back, with the kind of error, when the work inside goes wrong."""
        try:
            yield
        except Exception as error:  # whatever a renderer throws, the learner must not wait for ever
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Let another try have it, or stop after five and tell the operator. Keeps no words of the learner."""
        kind = type(error).__name__
        if self.attempts < MOST_ATTEMPTS:
            self._held().update(state=self.State.WAITING, lease_until=None, claim_id=None, last_error=kind)
            logger.warning("Export %s, attempt %d: %s", self.pk, self.attempts, kind)
        elif self._held().update(state=self.State.FAILED, finished_at=timezone.now(), lease_until=None, last_error=kind):
            logger.error("Export %s failed %d times. The last error: %s", self.pk, self.attempts, kind)

    def _held(self) -> LogExportQuerySet:
        """Return this row, while it is still ours: the one condition that lets only one worker finish."""
        return LogExport.objects.filter(pk=self.pk, state=self.State.RENDERING, claim_id=self.claim_id)
