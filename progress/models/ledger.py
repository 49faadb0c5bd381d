"""The ledger: events that are only ever appended, one chain for each progress log."""

import json
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from progress.canonical import commitment

TEXT_CAP = 6000


class EventType(models.TextChoices):
    """Everything that can happen in a log."""

    OPENED = "opened"
    KNOWLEDGE_MET = "knowledge_met"
    EVIDENCE_ADDED = "evidence_added"
    DECLARED = "declared"
    DECLARATION_WITHDRAWN = "declaration_withdrawn"
    SIGNED_OFF = "signed_off"
    RETURNED = "returned"
    SIGNOFF_WITHDRAWN = "signoff_withdrawn"
    IQA_SAMPLED = "iqa_sampled"
    IQA_AGREED = "iqa_agreed"
    IQA_ACTION = "iqa_action"
    DOCUMENT_ISSUED = "document_issued"
    MOVED = "moved"
    REDACTED = "redacted"
    ERASED = "erased"
    NOTE = "note"


ERASURES = (EventType.ERASED, EventType.REDACTED)
CAME_BACK = (EventType.RETURNED, EventType.SIGNOFF_WITHDRAWN, EventType.IQA_ACTION)  # each with a reason


def erased_on(at: datetime) -> str:
    """Return what stands in the place of erased words: “Erased on 3 May 2026”."""
    return _("Erased on %(day)s") % {"day": formats.date_format(timezone.localtime(at), "j F Y")}


class LedgerEvent(models.Model):
    """One thing that happened, once, for good.

    Everything meaningful is inside `payload`; the other columns are indexes that
    verification compares with it. Database triggers refuse to change or delete a row.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.ForeignKey("progress.ProgressLog", on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event_id = models.UUIDField(unique=True)
    type = models.CharField(max_length=24, choices=EventType.choices)
    entry = models.ForeignKey("progress.LogEntry", on_delete=models.PROTECT, null=True, related_name="events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    payload = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["log", "seq"]
        constraints = [models.UniqueConstraint("log", "seq", name="one_event_per_place")]

    def __str__(self) -> str:
        return f"{self.log_id} {self.seq} {self.type}"

    @property
    def data(self) -> Any:
        """Return what its payload says of what happened."""
        return json.loads(self.payload)["data"]

    def words(self, field: str) -> str:
        """Return one of its personal texts; “Erased on 3 May 2026” where that was erased; nothing where there never was one."""
        if text := self.texts.filter(field=field).first():
            return text.text
        gone = {"seq": self.seq, "field": field}
        later = LedgerEvent.objects.filter(log=self.log_id, seq__gt=self.seq, type__in=ERASURES).order_by("seq")
        return next((erased_on(event.at) for event in later if gone in event.data["texts"]), "")


class LedgerText(models.Model):
    """A personal text of an event, off the chain: the payload holds only its commitment."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event = models.ForeignKey(LedgerEvent, on_delete=models.PROTECT, related_name="texts")
    field = models.CharField(max_length=30)
    salt = models.CharField(max_length=64)
    text = models.TextField(max_length=TEXT_CAP)

    class Meta:
        constraints = [models.UniqueConstraint("event", "field", name="one_text_per_field")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.field}"

    @property
    def commitment(self) -> str:
        """Return what the payload holds for this text."""
        return commitment(self.salt, self.text)
