"""Everything that is a worker's, in one file for her to keep when she leaves."""

from datetime import timedelta
from typing import IO, Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from people.erasure import is_erased
from people.models import User
from people.notices import About, Kind
from progress.models import LedgerEvent, ProgressLog
from progress.models.ledger import ERASURES
from reports.jobs import Job, JobQuerySet
from reports.models.log_export import LogExport
from reports.nudge import nudge_after_commit

KEPT_FOR = timedelta(days=7)  # it holds everything of a person; another is made when she asks again


class LeavingPackQuerySet(JobQuerySet):
    """Choices of leaving packs."""

    def visible_to(self, user: User) -> "LeavingPackQuerySet":
        """Return a person's own."""
        return self.filter(learner=user)

    def forget_the_old(self) -> int:
        """Delete those older than a week, and return how many went."""
        return sum(pack.let_go() for pack in self.filter(created_at__lt=timezone.now() - KEPT_FOR))

    def forget_erased_words(self) -> int:
        """Delete those that hold words, or a person, that was erased since, and return how many went."""
        erased = LedgerEvent.objects.filter(log__learner=OuterRef("learner"), type__in=ERASURES, at__gte=OuterRef("created_at"))
        return sum(pack.let_go() for pack in self.filter(Exists(erased) | Q(learner__is_active=False)).select_related("learner"))


class LeavingPack(Job):
    """One file with all of a person's logs, evidence, answers and roles."""

    task = "reports.tasks.make_leaving_pack"
    called = "Leaving pack"
    folder = "leaving"
    claimed_with = ("learner",)

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = LeavingPackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("learner", condition=Q(state__in=["waiting", "rendering"]), name="one_leaving_pack_at_a_time"),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(file=""), name="a_ready_leaving_pack_has_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:leaving_pack", args=[self.pk])

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        day = timezone.localdate(self.finished_at or self.created_at)
        return f"countersign-{slugify(self.learner.full_name)[:60] or 'everything'}-{day.isoformat()}.zip"

    def logs(self) -> list[ProgressLog]:
        """Return all of her logs, the first to be opened first."""
        everything = ProgressLog.objects.filter(learner=self.learner_id)
        return list(everything.select_related("learner", "framework", "workplace__employer").order_by("opened_at"))

    @property
    def paper_failed(self) -> bool:
        """Whether a paper that it needs was given up since it was asked for."""
        return any(LogExport.was_given_up(log.pk, since=self.created_at) for log in self.logs())

    @classmethod
    def request(cls, *, by: User) -> "LeavingPack":
        """Return the one being made, or a new one: what she wrote a minute ago shall be in it."""
        made: tuple[LeavingPack, bool] = cls.objects.pending().get_or_create(learner=by)
        pack, is_new = made
        if is_new:
            nudge_after_commit(cls.task, pack.pk)
        return pack

    def finish(self, content: IO[bytes], *, begun_with: int) -> bool:
        """Keep the file, if this claim still holds, and let older ones go; return whether it did.

        `begun_with`: how many erasures there were in her logs (`erasures`) before the first word was read.
        """
        if not self._stored(f"{self.folder}/{uuid4().hex}.zip", File(content), lambda name: self._keep(name, begun_with)):
            return False
        for old in LeavingPack.objects.issued().filter(learner=self.learner_id).exclude(pk=self.pk):
            old.let_go()
        about = About(learner=self.learner, title=self.learner.full_name, address=self.get_absolute_url())
        self.tell_who_has_left(self.learner, Kind.EVERYTHING_READY, about)
        return True

    def erasures(self) -> int:
        """Return how often words of hers were erased."""
        return int(LedgerEvent.objects.filter(log__learner=self.learner_id, type__in=ERASURES).count())

    def _keep(self, name: str, begun_with: int) -> bool:
        with transaction.atomic():
            if is_erased(User.objects.select_for_update(no_key=True).get(pk=self.learner_id)):
                return False
            if self.erasures() != begun_with:  # while it was made
                self.put_off(0)
                return False
            now = {"finished_at": timezone.now(), "lease_until": None, "last_error": ""}
            return bool(self._held().update(state=self.State.READY, file=name, **now))
