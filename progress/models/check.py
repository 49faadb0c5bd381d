"""What the nightly check of the ledger came to."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

LATE = timedelta(days=2)
CHECKPOINT_LATE = timedelta(hours=2)


class LedgerCheck(models.Model):
    """One check of everything. `said`: the first findings, a line each; `checkpoint`: the file it was held against, if there was one."""

    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField()
    logs = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    said = models.TextField(blank=True)
    checkpoint = models.CharField(max_length=100, blank=True)
    checkpointed_at = models.DateTimeField(
        null=True, blank=True
    )  # when the newest checkpoint was written: web servers do not see the folder

    class Meta:
        ordering: ClassVar[list[str]] = ["-began_at"]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d}: {self.findings} findings"

    @property
    def is_late(self) -> bool:
        """Whether nobody has checked since."""
        return timezone.now() - self.began_at > LATE

    @property
    def is_without_checkpoints(self) -> bool:
        """Whether the hourly checkpoints had stopped when it was made."""
        return self.checkpointed_at is None or self.began_at - self.checkpointed_at > CHECKPOINT_LATE
