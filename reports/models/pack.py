"""A learner's portfolio in one file: her log as it was issued, and each piece of evidence."""

from hashlib import file_digest
from typing import IO, Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from courses.models import Unit
from people.models import User
from people.notices import Kind
from progress.models import ProgressLog
from progress.models.ledger import ERASURES
from progress.news import about_log
from reports.jobs import Job, JobQuerySet
from reports.models.log_export import LogExport, words_were_erased_since
from reports.nudge import nudge_after_commit


class PackQuerySet(JobQuerySet):
    """Choices of packs."""

    def visible_to(self, user: User) -> "PackQuerySet":
        """Return a person's own: a pack holds her words and her files."""
        return self.filter(log__learner=user)

    def forget_erased_words(self) -> int:
        """Delete the packs that hold words that were erased since, and return how many went."""
        return sum(pack.let_go() for pack in self.filter(words_were_erased_since()))


class Pack(Job):
    """One pack of one log in one form, made around one issued paper, of all outcomes or those of a unit. A newer one like it takes its place."""

    class Form(models.TextChoices):
        """What kind of file it is. The value ends the file's name."""

        PDF = "pdf", gettext_lazy("One PDF")
        ZIP = "zip", gettext_lazy("A ZIP")

    CONTENT_TYPES: ClassVar[dict[str, str]] = {Form.PDF: "application/pdf", Form.ZIP: "application/zip"}

    task = "reports.tasks.make_pack"
    called = "Pack"
    folder = "packs"
    claimed_with = ("requested_by", "log__learner", "log__framework", "log__workplace__employer", "unit")

    log = models.ForeignKey(ProgressLog, on_delete=models.PROTECT, related_name="packs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=3, choices=Form.choices, default=Form.ZIP)
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")  # its outcomes alone; for all, none
    of_unit = models.CharField(max_length=310, blank=True)  # as it was called: it may be deleted, and this file stays what it is
    export = models.ForeignKey(LogExport, on_delete=models.PROTECT, null=True, blank=True, related_name="packs")
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = PackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "log", "form", "of_unit", condition=Q(state__in=["waiting", "rendering"]), name="one_pack_of_a_kind_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(state="ready") | (~Q(file="") & ~Q(export=None)), name="a_ready_pack_has_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id} as {self.form} at {self.position}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:pack", args=[self.pk])

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        day = timezone.localdate(self.finished_at or self.created_at)
        name = slugify(self.log.learner.full_name)[:60] or "learner"
        unit = f"-{slugify(self.unit.code)}" if self.unit else ""
        return f"portfolio-{name}{unit}-{day.isoformat()}.{self.form}"

    @property
    def content_type(self) -> str:
        """Return what a browser is told that the file is."""
        return self.CONTENT_TYPES[self.form]

    @property
    def waits_for_its_paper(self) -> bool:
        """Whether its paper is made first."""
        return self.state == self.State.WAITING and bool(LogExport.objects.pending().filter(log=self.log_id).exists())

    @property
    def how_far(self) -> str:
        """Return what a page that waits has told, so that it is told again only when there is news."""
        return "paper" if self.waits_for_its_paper else self.state

    @property
    def lost_its_unit(self) -> bool:
        """Whether the unit it was to be for is gone."""
        return bool(self.of_unit) and self.unit_id is None

    @property
    def paper_failed(self) -> bool:
        """Whether its paper was given up since this pack was asked for."""
        return LogExport.was_given_up(self.log_id, since=self.created_at)

    @classmethod
    def request(cls, log: ProgressLog, *, by: User, form: str = Form.ZIP, unit: Unit | None = None) -> "Pack":
        """Return the pack that answers this wish: one whose paper is still true, the one being made, or a new one.

        `by`: the learner. `unit`: one that the log's edition has links to, if she wants the outcomes of that alone.
        """
        of_unit = str(unit or "")
        with log.writing():
            like_it = cls.objects.filter(log=log, form=form, of_unit=of_unit)
            found: Pack | None = like_it.pending().first()
            if not found and (still_true := LogExport.still_true_for(log)):
                found = like_it.issued().filter(export=still_true).first()
            if not found:
                found = cls.objects.create(log=log, requested_by=by, form=form, unit=unit, of_unit=of_unit)
                nudge_after_commit(cls.task, found.pk)
        return found

    def finish(self, content: IO[bytes], export: LogExport) -> bool:
        """Keep the file, if this claim still holds, and let older packs of its kind go; return whether it did."""
        content.seek(0)
        digest = file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
        content.seek(0)
        if not self._stored(f"{self.folder}/{uuid4().hex}.{self.form}", File(content), lambda kept: self._keep(kept, digest, export)):
            return False
        for old in Pack.objects.issued().filter(log=self.log_id, form=self.form, of_unit=self.of_unit).exclude(pk=self.pk):
            old.let_go()
        self.tell_who_has_left(self.requested_by, Kind.PACK_READY, about_log(self.log, address=self.get_absolute_url()))
        return True

    def _keep(self, name: str, digest: str, export: LogExport) -> bool:
        with self.log.writing():
            if self.log.events.filter(seq__gt=export.position, type__in=ERASURES).exists():  # while it was made, words in it were erased
                self.put_off(0)
                return False
            now = {"finished_at": timezone.now(), "lease_until": None, "last_error": ""}
            kept = self._held().update(state=self.State.READY, file=name, export=export, position=export.position, **now)
            if kept:
                MadePack.objects.get_or_create(sha256=digest, defaults={"export": export})
        return bool(kept)


class MadePack(models.Model):
    """The hash of a pack that this site made, kept for good: whoever holds the file is told what it is, when ours has long gone."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    export = models.ForeignKey(LogExport, on_delete=models.PROTECT, related_name="made_packs")

    def __str__(self) -> str:
        return self.sha256
