"""The progress logs of a workplace, or of an employer, in one file: asked for once, made beside what learners ask for."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify

from people.models import Employer, User, Workplace
from people.notices import About, Kind
from people.permissions import May
from progress.models import ProgressLog
from reports.jobs import FIRST_NUDGE, MOST_AT_ONCE, MOST_ATTEMPTS, Job, JobQuerySet, due_by
from reports.models.log_export import LogExport
from reports.nudge import nudge_after_commit

KEPT_FOR = timedelta(days=7)  # a list of what was made; the PDFs themselves stay where they are
PROMISED = FIRST_NUDGE * 2  # how long a collection waits for the turn that was promised to it, before the sweep sends for another


class CollectionQuerySet(JobQuerySet):
    """Choices of collections, and whose turn it is."""

    def visible_to(self, user: User) -> "CollectionQuerySet":
        """Return what this person asked for, where she may still take every log."""
        return self.filter(workplace__in=Workplace.objects.where(user, May.TAKE_EVERY_LOG), requested_by=user)

    def claim_next(self) -> "LogCollection | None":
        """Hand a turn to the employer that has waited longest for one, and in it to its oldest collection; None when none waits.

        An employer that asked for ten homes gets one turn when an employer that asked for one home gets one.
        """
        in_turn = self.waiting().filter(attempts__lt=MOST_ATTEMPTS).order_by("not_before", "created_at")
        for pk in list(in_turn.values_list("pk", flat=True)[:MOST_AT_ONCE]):
            claimed: LogCollection | None = self.claim(pk)
            if claimed:
                self.pending().filter(employer=claimed.employer_id).update(not_before=timezone.now())
                return claimed
        return None

    def wished_for(self) -> Any:
        """Return none: whoever waits for a file of her own goes before every collection."""
        return self.none()

    def overdue(self) -> list[UUID]:
        """Return one that no worker is coming back for, if there is one: one message is enough to serve them all."""
        now = timezone.now()
        unpromised = Q(lease_until=None, created_at__lt=now - FIRST_NUDGE) | Q(lease_until__lt=now)
        lost = Q(state=Job.State.WAITING) & due_by(now) & unpromised
        stale = Q(state=Job.State.RENDERING, lease_until__lt=now)
        return list(self.filter(lost | stale).order_by("created_at").values_list("pk", flat=True)[:1])

    def promise(self) -> None:
        """Note, for all that wait, that a worker is coming back."""
        self.filter(state=Job.State.WAITING).update(lease_until=timezone.now() + PROMISED)

    def forget_the_old(self) -> None:
        """Delete the lists that are older than a week."""
        self.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


class LogCollection(Job):
    """The logs of the people of one workplace or, `everywhere`, of every workplace of its employer that the asker manages.

    It has no file: the ZIP is put together while it is saved, from PDFs that were issued one by one.
    """

    task = "reports.tasks.collect_logs"
    called = "Collection"
    claimed_with = ("requested_by", "workplace", "employer")

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="+")
    everywhere = models.BooleanField(default=False)
    # Of the workplace: turns go from employer to employer.
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = CollectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.called_after}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:collection", args=[self.workplace_id, self.pk])

    # Facts about one row

    @property
    def called_after(self) -> str:
        """Return the name of the workplace, or of the employer."""
        return str(self.employer.name if self.everywhere else self.workplace.name)

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        return f"progress-logs-{slugify(self.called_after)[:60] or 'workplace'}-{timezone.localdate(self.created_at).isoformat()}.zip"

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many logs there are (`total`), and how many are done, with a PDF or given up (`failed`)."""
        failed, made = models.Count("pk", filter=Q(failed=True)), models.Count("export")
        found = self.logs.aggregate(total=models.Count("pk"), failed=failed, made=made)
        return {**found, "done": found["made"] + found["failed"]}

    @property
    def how_far(self) -> str:
        """Return what a page that waits has told, so that it is told again only when there is news."""
        return f"{self.state}-{self.counts['done']}"

    def of_today(self) -> "models.QuerySet[CollectedLog]":
        """Return its logs that the asker may still take: not of who has left, nor where her own role ended."""
        return self.logs.filter(log__in=logs_for(self.requested_by, self.workplace, everywhere=self.everywhere))

    # Verbs

    @classmethod
    def request(cls, workplace: Workplace, *, by: User, everywhere: bool = False) -> "LogCollection":
        """Return the collection that answers this wish: the one being made, or a new one."""
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # two presses are one wish
            wish = {"requested_by": by, "workplace": workplace, "everywhere": everywhere}
            pending: LogCollection | None = cls.objects.pending().filter(**wish).first()
            if pending:
                return pending
            asked = cls.objects.create(**wish, employer=workplace.employer, not_before=timezone.now())
            logs = logs_for(by, workplace, everywhere=everywhere)
            CollectedLog.objects.bulk_create(CollectedLog(collection=asked, log=log) for log in logs)
            nudge_after_commit(cls.task, asked.pk)
        return asked

    def begin_with_one(self) -> None:
        """Count no attempt against the collection for what happens now: whatever kills a worker counts against the one log it makes."""
        self._held().update(attempts=0)

    def hand_back(self, *, pause: timedelta) -> None:
        """End a turn; the next one may come after a pause, and is promised."""
        next_turn = {"not_before": timezone.now() + pause} if pause else {}
        lease = timezone.now() + pause + PROMISED
        self._held().update(state=self.State.WAITING, attempts=0, claim_id=None, lease_until=lease, last_error="", **next_turn)

    def finish(self) -> bool:
        """Note that every log has its PDF or was given up, and tell who asked, if she has left the page; return whether this call did."""
        with transaction.atomic():
            done = bool(self._held().update(state=self.State.READY, finished_at=timezone.now(), lease_until=None, last_error=""))
            if done:
                about = About(learner=self.requested_by, title=self.called_after, address=self.get_absolute_url())
                self.tell_who_has_left(self.requested_by, Kind.LOGS_READY, about)
        return done


class CollectedLog(models.Model):
    """One log of a collection. `export`: its PDF; `failed`: nobody could make one."""

    collection = models.ForeignKey(LogCollection, on_delete=models.CASCADE, related_name="logs")
    log = models.ForeignKey(ProgressLog, on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey(LogExport, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    failed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("collection", "log", name="a_log_is_collected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}: {self.export_id or ('failed' if self.failed else 'waiting')}"

    @property
    def was_given_up(self) -> bool:
        """Whether its PDF was given up since the collection was asked for."""
        return LogExport.was_given_up(self.log_id, since=self.collection.created_at)

    def take(self, export: LogExport) -> None:
        """Note its PDF."""
        CollectedLog.objects.filter(pk=self.pk).update(export=export)

    def give_up(self) -> None:
        """Note that there will be none."""
        CollectedLog.objects.filter(pk=self.pk).update(failed=True)


def logs_for(user: User, workplace: Workplace, *, everywhere: bool) -> "models.QuerySet[ProgressLog]":
    """Return the logs that `user` may take today, of one workplace or of each that she manages of its employer."""
    where = Q(workplace__employer=workplace.employer_id) if everywhere else Q(workplace=workplace)
    return ProgressLog.objects.to_take_by(user).filter(where).order_by("workplace__name", "learner__full_name", "framework__title", "pk")
