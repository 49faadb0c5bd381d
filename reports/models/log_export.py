"""A progress log as a PDF that somebody asked for, or is about to."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify

from people.models import User
from people.notices import Kind
from progress.models import ErasedFile, EventType, LedgerEvent, ProgressLog
from progress.models.ledger import ERASURES
from progress.news import about_log
from reports.codes import hashed
from reports.jobs import Job, JobQuerySet, due_by
from reports.nudge import nudge_after_commit
from reports.record import LogRecord, in_groups
from reports.units import links_digest, units_of

QUIET = timedelta(seconds=20)  # after the last decision on a desk, until its PDF is made ahead


def words_were_erased_since() -> Exists:
    """Choose the jobs about a log in which words were erased after the place that their file shows."""
    return Exists(LedgerEvent.objects.filter(log=OuterRef("log"), seq__gt=OuterRef("position"), type__in=ERASURES))


class LogExportQuerySet(JobQuerySet):
    """Choices of exports."""

    def visible_to(self, user: User) -> "LogExportQuerySet":
        """Return the exports of the logs this person may see now."""
        return self.filter(log__in=ProgressLog.objects.visible_to(user))

    def wished_for(self) -> "LogExportQuerySet":
        """Return those that a person waits for: not what is made before anybody asks."""
        return self.filter(is_ahead=False)

    def ever_issued(self) -> "LogExportQuerySet":
        """Return those that somebody may hold, whether or not we still keep the file."""
        return self.filter(state__in=[Job.State.READY, Job.State.ERASED])

    def with_erased_words(self) -> "LogExportQuerySet":
        """Return those whose file holds words that were erased since."""
        return self.filter(words_were_erased_since(), state=Job.State.READY)

    def forget_papers(self) -> int:
        """Delete the files that hold erased words; what was issued stays known by its hash. Return how many went."""
        return sum(export.forget_paper() for export in self.with_erased_words())


class LogExport(Job):
    """One PDF of one log, as it stood at one place of its ledger."""

    task = "reports.tasks.render_log"
    called = "Export"
    claimed_with = ("requested_by", "log__learner", "log__framework", "log__workplace__employer")

    log = models.ForeignKey(ProgressLog, on_delete=models.PROTECT, related_name="exports")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_ahead = models.BooleanField(default=False)  # nobody has asked for it yet
    position = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    signed_off = models.PositiveIntegerField(default=0)
    outcomes = models.PositiveIntegerField(default=0)
    links_digest = models.CharField(max_length=64, blank=True)  # of the links to units of qualifications that it shows
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)

    objects: ClassVar[Any] = LogExportQuerySet.as_manager()

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
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        day = timezone.localdate(self.finished_at or self.created_at)
        return f"progress-log-{slugify(self.log.learner.full_name)[:60] or 'learner'}-{day.isoformat()}.pdf"

    @cached_property
    def before_it(self) -> int:
        """Return how many others a worker takes first, while this one waits."""
        ahead = LogExport.objects.pending().filter(due_by(timezone.now()), created_at__lt=self.created_at)
        return int(ahead.count()) if self.state == self.State.WAITING else 0

    @property
    def how_far(self) -> str:
        """Return what a page that waits has told, so that it is told again only when there is news."""
        return f"{self.state}-{self.before_it}"

    @property
    def head_in_groups(self) -> str:
        """Return the ledger's head as paper shows it."""
        return in_groups(self.head)

    # Verbs

    @classmethod
    def request(cls, log: ProgressLog, *, by: User) -> "LogExport":
        """Return the export that answers this wish: a ready one that is still true, the pending one, or a new one."""
        with log.writing():
            if pending := cls._pending_for(log):
                pending.is_wished_for(by)
                return pending
            if export := cls.still_true_for(log):
                return export
            export = cls.objects.create(log=log, requested_by=by)
            nudge_after_commit(cls.task, export.pk)
        return export

    @classmethod
    def found_or_ahead(cls, log: ProgressLog, *, by: User) -> "LogExport":
        """Return the export that answers a wish nobody waits with (a collection's), which the caller makes if it is not there."""
        with log.writing():
            found = cls._pending_for(log) or cls.still_true_for(log)
            return found or cls.objects.create(log=log, requested_by=by, is_ahead=True, not_before=timezone.now())

    @classmethod
    def prepare(cls, log: ProgressLog, *, by: User) -> None:
        """Let it be made before anybody asks, once nobody has decided anything for a while. `by`: who decided, and issues it.

        One that is being made is left alone: what it misses is made when somebody asks, or after the next decision.
        """
        due = timezone.now() + QUIET
        with log.writing():
            if cls.objects.filter(log=log, state=cls.State.WAITING, is_ahead=True).update(not_before=due, requested_by=by):
                return
            if not (cls._pending_for(log) or cls.still_true_for(log)):
                cls.objects.create(log=log, requested_by=by, is_ahead=True, not_before=due)

    def is_wished_for(self, by: User) -> None:
        """Let what was to be made ahead be made now, for somebody who asks; nothing for what somebody has asked for before."""
        now = {"is_ahead": False, "not_before": None, "requested_by": by, "created_at": timezone.now()}
        if LogExport.objects.filter(pk=self.pk, is_ahead=True).update(**now):
            nudge_after_commit(self.task, self.pk)

    @classmethod
    def was_given_up(cls, log: UUID, *, since: datetime) -> bool:
        """Return whether a paper of a log failed too often since then: asked for again it would fail again, without end."""
        return bool(cls.objects.filter(log=log, state=cls.State.FAILED, finished_at__gt=since).exists())

    @classmethod
    def _pending_for(cls, log: ProgressLog) -> "LogExport | None":
        pending: LogExport | None = cls.objects.pending().filter(log=log).first()
        return pending

    @classmethod
    def still_true_for(cls, log: ProgressLog) -> "LogExport | None":
        """Return the newest ready export if nothing but the issue of documents happened since, and no author changed the links to units."""
        newest: LogExport | None = cls.objects.issued().filter(log=log).order_by("-position").first()
        if newest and not log.events.filter(seq__gt=newest.position).exclude(type=EventType.DOCUMENT_ISSUED).exists():
            return newest if newest.links_digest == links_digest(units_of(log.framework).values()) else None
        return None

    def finish(self, pdf: bytes, record: LogRecord) -> bool:
        """Keep the PDF and issue it, if this claim still holds; return whether it did.

        File, row and ledger change together. Who lost the claim (a lease that ran out, a
        second worker) removes the file again and issues nothing.
        """
        digest = sha256(pdf).hexdigest()
        # Stored by content: a file says itself whether it is whole. The rest of the name is this attempt's, which may lose and clean up.
        name = f"{digest}-{uuid4().hex[:8]}.pdf"
        return self._stored(name, ContentFile(pdf), lambda kept: self._issue(kept, digest, record))

    def forget_paper(self) -> bool:
        """Let the file go, once; return whether this call did."""
        with transaction.atomic():
            gone = LogExport.objects.filter(pk=self.pk, state=self.State.READY).update(state=self.State.ERASED, file="")
            if gone:
                ErasedFile.let_go("exports", str(self.file.name))
        return bool(gone)

    def _issue(self, name: str, digest: str, record: LogRecord) -> bool:
        with self.log.writing():
            if self.log.events.filter(seq__gt=record.position, type__in=ERASURES).exists():  # while it was drawn, words in it were erased
                self._held().update(state=self.State.WAITING, lease_until=None, claim_id=None)
                return False
            issued = self._held().update(
                state=self.State.READY,
                file=name,
                sha256=digest,
                code_hash=hashed(record.code),
                position=record.position,
                head=record.head,
                signed_off=record.signed_off,
                outcomes=record.total,
                links_digest=links_digest(record.units),
                finished_at=timezone.now(),
                lease_until=None,
                last_error="",
            )
            if issued:
                self.refresh_from_db(fields=["requested_by", "is_ahead", "created_at"])  # somebody may have asked meanwhile
                self.log.note_document(self.pk, digest, record.position, by=self.requested_by, submission=self.pk)
                if not self.is_ahead:
                    self.tell_who_has_left(self.requested_by, Kind.PDF_READY, about_log(self.log, address=self.get_absolute_url()))
        return bool(issued)
