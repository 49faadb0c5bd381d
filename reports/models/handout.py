"""A module on paper."""

from typing import ClassVar
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from courses.models import ModulePage
from reports.jobs import Job
from reports.nudge import nudge_after_commit


class Handout(Job):
    """One module on paper, as it was published at one time. It holds nothing of any person, and is made once for everybody."""

    task = "reports.tasks.render_handout"
    called = "Handout"
    folder = "handouts"
    claimed_with = ("module",)

    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="handouts")
    revision = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("module", "revision", name="one_handout_of_a_revision"),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(file=""), name="a_ready_handout_has_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} at {self.revision}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:handout", args=[self.pk])

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        return f"{self.module.slug}.pdf"

    @classmethod
    def request(cls, module: ModulePage) -> "Handout":
        """Return the handout of what is published now, asking for it if nobody has; one that failed is tried again."""
        handout, is_new = cls.objects.get_or_create(module=module, revision=module.live_revision_id)
        failed = cls.objects.filter(pk=handout.pk, state=cls.State.FAILED)
        if is_new or failed.update(state=cls.State.WAITING, attempts=0, created_at=timezone.now()):
            nudge_after_commit(cls.task, handout.pk)
        return handout

    def finish(self, pdf: bytes) -> bool:
        """Keep the PDF, if this claim still holds; return whether it did. Handouts of words that are no longer published go."""
        if not self._stored(f"{self.folder}/{uuid4().hex}.pdf", ContentFile(pdf), self._keep):
            return False
        for old in Handout.objects.issued().filter(module=self.module, revision__lt=self.revision):
            old.file.storage.delete(old.file.name)
            old.delete()
        return True

    def _keep(self, name: str) -> bool:
        done = {"state": self.State.READY, "file": name, "finished_at": timezone.now(), "lease_until": None, "last_error": ""}
        return bool(self._held().update(**done))
