"""Work that takes longer than a page may: one row for each piece of it. The row is the queue; a message is only a nudge."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.apps import apps
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from people.models import User
from people.notices import About, Kind, tell
from progress.models import ErasedFile

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than a task may run (CELERY_TASK_TIME_LIMIT), so no two workers hold one row
FIRST_NUDGE = timedelta(seconds=10)  # how long a new row waits for its own nudge before the sweep sends another
NOBODY_WAITS_LONGER = timedelta(minutes=1)  # before a page that shows how far a file is
MOST_ATTEMPTS = 5
MOST_AT_ONCE = 200  # rows one sweep sends again; the next sweep takes the rest


def exports_storage() -> Storage:
    """Return the private storage of what was rendered."""
    return storages["exports"]


class State(models.TextChoices):
    """How far a job is."""

    WAITING = "waiting"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"
    ERASED = "erased"  # it was ready; its file is gone, because words in it were erased


def due_by(moment: datetime) -> Q:
    """Choose the jobs that may be begun at a moment."""
    return Q(not_before=None) | Q(not_before__lte=moment)


class JobQuerySet(models.QuerySet[Any]):
    """Choices of jobs, and the claim that hands one out."""

    def waiting(self) -> Any:
        """Return what a worker may take: never begun, or begun by a worker that died."""
        now = timezone.now()
        stale = Q(state=State.RENDERING, lease_until__lt=now)
        return self.filter(Q(state=State.WAITING) & due_by(now) | stale)

    def claim(self, pk: str | UUID) -> Any:
        """Hand a waiting job to exactly one caller; everyone else gets None."""
        now, mine = timezone.now(), uuid4()
        self.waiting().filter(pk=pk, attempts__lt=MOST_ATTEMPTS).update(
            state=State.RENDERING, lease_until=now + LEASE, claim_id=mine, attempts=F("attempts") + 1
        )
        return self.filter(claim_id=mine).select_related(*self.model.claimed_with).first()

    def overdue(self) -> list[UUID]:
        """Return the jobs whose nudge, or whose worker, got lost; the oldest first."""
        now = timezone.now()
        lost = Q(state=State.WAITING, created_at__lt=now - FIRST_NUDGE) & due_by(now)
        stale = Q(state=State.RENDERING, lease_until__lt=now)
        return list(self.filter(lost | stale).order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])

    def give_up_on_the_hopeless(self) -> None:
        """Stop the jobs whose last attempt died too, and tell the operator of each."""
        for job in self.waiting().filter(attempts__gte=MOST_ATTEMPTS):
            spent = self.waiting().filter(pk=job.pk)
            if spent.update(state=State.FAILED, finished_at=timezone.now(), lease_until=None):
                why = job.last_error or "the worker died"
                logger.error("%s %s failed %d times. The last error: %s", job.called, job.pk, job.attempts, why)

    def wished_for(self) -> Any:
        """Return those that a person waits for."""
        return self.all()

    def issued(self) -> Any:
        """Return the jobs whose file is there."""
        return self.filter(state=State.READY)

    def pending(self) -> Any:
        """Return the jobs that are being done or wait for it."""
        return self.filter(state__in=[State.WAITING, State.RENDERING])


class Job(models.Model):
    """One file to be made. `task` names the Celery task that makes it."""

    State = State
    task: ClassVar[str]
    called: ClassVar[str]  # in logs
    folder: ClassVar[str] = ""  # of its files in the store
    claimed_with: ClassVar[tuple[str, ...]] = ()  # what a worker needs beside the row

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)  # what is made ahead of a wish waits until then
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_id = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    file = models.FileField(storage=exports_storage, blank=True, max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_ready(self) -> bool:
        """Whether the file is there."""
        return self.state == State.READY

    @property
    def is_pending(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in {State.WAITING, State.RENDERING}

    @property
    def how_far(self) -> str:
        """Return what a page that waits has told, so that it is told again only when there is news."""
        return self.state

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        raise NotImplementedError

    @contextmanager
    def failing_safely(self) -> Iterator[None]:
        """Give the row back, with the kind of error, when the work inside goes wrong."""
        try:
            yield
        except Exception as error:  # whatever a renderer throws, nobody must wait for ever
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Let another try have it, or stop after five and tell the operator. Keeps no words of a learner."""
        kind = type(error).__name__
        if self.attempts < MOST_ATTEMPTS:
            self._held().update(state=State.WAITING, lease_until=None, claim_id=None, last_error=kind)
            logger.warning("%s %s, attempt %d: %s", self.called, self.pk, self.attempts, kind)
        elif self._held().update(state=State.FAILED, finished_at=timezone.now(), lease_until=None, last_error=kind):
            logger.error("%s %s failed %d times. The last error: %s", self.called, self.pk, self.attempts, kind)

    def put_off(self, seconds: float) -> None:
        """Give the row back because something else must be made first: tried again a little later, which is no failure."""
        later = timezone.now() + timedelta(seconds=seconds)
        self._held().update(state=State.WAITING, not_before=later, attempts=F("attempts") - 1, lease_until=None, claim_id=None)

    def tell_who_has_left(self, who: User, kind: Kind, about: About) -> None:
        """Tell who asked, if it took so long that she has left the page that waits. Whoever is still there sees it."""
        if timezone.now() - self.created_at > NOBODY_WAITS_LONGER:
            tell([who], kind, about=about)

    def let_go(self) -> int:
        """Delete this row with its file, wherever the file is; return how many files went."""
        had_file = bool(self.file)
        with transaction.atomic():
            if had_file:
                ErasedFile.let_go("exports", str(self.file.name))
            self.delete()
        return int(had_file)

    def _stored(self, name: str, content: "File[bytes]", take_up: Callable[[str], bool]) -> bool:
        """Store a file, let `take_up` write it into the row, and return whether it did.

        A file that was not taken up goes again: the claim was lost, the ledger failed, or a full disk holds half of it.
        """
        try:
            self.file.storage.save(name, content)
            is_ours = take_up(name)
        except BaseException:
            self.file.storage.delete(name)
            raise
        if not is_ours:
            self.file.storage.delete(name)
        return is_ours

    def _held(self) -> Any:
        """Return this row, while it is still ours: the one condition that lets only one worker finish."""
        return type(self)._default_manager.filter(pk=self.pk, state=State.RENDERING, claim_id=self.claim_id)


def kinds_of_jobs() -> list[type[Job]]:
    """Return every kind of job that there is: the sweep, the check of the store, and who asks whether somebody waits go through them all."""
    return [model for model in apps.get_app_config("reports").get_models() if issubclass(model, Job)]


def somebody_waits() -> bool:
    """Return whether a person waits for a file that a worker has not begun."""
    now = timezone.now()
    first = Q(due_by(now), state=State.WAITING, attempts__lt=MOST_ATTEMPTS)
    return any(kind.objects.wished_for().filter(first).exists() for kind in kinds_of_jobs())
