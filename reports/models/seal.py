"""What this site seals with, and the files that somebody has asked about."""

from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from reports.jobs import Job
from reports.nudge import nudge_after_commit
from reports.record import in_groups

MOST_WAITING = 40  # files at once, of up to 25 MB; each takes a worker a second
KEPT_FOR = timedelta(days=1)  # an answer about a file


class SealCertificate(models.Model):
    """A certificate that this site has sealed PDFs with. A key is changed now and then; old papers stay to be checked."""

    fingerprint = models.CharField(max_length=64, primary_key=True)  # SHA-256 of `der`
    der = models.BinaryField()
    first_used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-first_used_at"]

    def __str__(self) -> str:
        return self.fingerprint

    @classmethod
    def noted(cls, der: bytes) -> "SealCertificate":
        """Return the row of a certificate that is in use, written when it is used for the first time."""
        found, _is_new = cls.objects.get_or_create(fingerprint=sha256(der).hexdigest(), defaults={"der": der})
        return found

    @property
    def in_groups(self) -> str:
        """Return the fingerprint in groups of eight, as paper shows it."""
        return in_groups(self.fingerprint)


class SealCheck(Job):
    """A file that somebody holds and this site does not know, byte for byte: what its seal says. The file itself goes as soon as it was looked at."""

    class Verdict(models.TextChoices):
        """What became of it, in the words of the answer."""

        CHANGED = "changed"  # a byte of what was sealed is another one
        COVERED = "covered"  # something was added to it after it was sealed
        UNSEALED = "unsealed"  # it has no seal, or none any more
        FOREIGN = "foreign"  # somebody else sealed it
        UNKNOWN = "unknown"  # our seal is whole, and we never issued it
        UNREADABLE = "unreadable"  # it is no PDF, or one that no program should open

    task = "reports.tasks.check_seal"
    called = "Check of a seal"
    folder = "checks"

    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    beneath = models.CharField(max_length=64, blank=True)  # SHA-256 of what was sealed, where something was added to it
    code = models.CharField(max_length=40, blank=True)  # the code that the file says it has

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(verdict=""), name="a_check_that_is_done_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.verdict or self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that waits for the answer, then shows it."""
        return reverse("reports:checked_file", args=[self.pk])

    @classmethod
    def has_room(cls) -> bool:
        """Whether one more may wait: whoever sends files without end must not fill the disk."""
        return int(cls.objects.pending().count()) < MOST_WAITING

    @classmethod
    def request(cls, file: "UploadedFile[bytes]") -> "SealCheck":
        """Keep a file until a worker has looked at it."""
        check = cls()
        check.file.save(f"{cls.folder}/{check.pk.hex}.pdf", file, save=False)
        check.save(force_insert=True)
        nudge_after_commit(cls.task, check.pk)
        return check

    def finish(self, verdict: str, *, beneath: str = "", code: str = "") -> None:
        """Keep what was found, and let the file go."""
        name = str(self.file.name)
        done = {"state": self.State.READY, "verdict": verdict, "beneath": beneath, "code": code, "file": ""}
        if self._held().update(**done, finished_at=timezone.now(), lease_until=None, last_error=""):
            self.file.storage.delete(name)

    @classmethod
    def forget_the_old(cls) -> None:
        """Delete what somebody asked yesterday: rows, and the files of those that no worker could look at."""
        for check in cls.objects.filter(created_at__lt=timezone.now() - KEPT_FOR):
            if check.file:
                check.file.storage.delete(check.file.name)
            check.delete()
