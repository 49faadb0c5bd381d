"""Frameworks: a publisher's set of outcomes, in one edition."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Framework(models.Model):
    """One edition of one set of outcomes. Once a log uses it, it never changes again."""

    class Status(models.TextChoices):
        CURRENT = "current", _("current")
        SUPERSEDED = "superseded", _("superseded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Wording(models.TextChoices):
        OWN = "own", _("our own words")
        PUBLISHER = "publisher", _("the publisher's words")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    publisher = models.CharField(max_length=120)
    edition = models.CharField(max_length=60)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.CURRENT)
    licence = models.CharField(max_length=120)
    attribution = models.TextField(max_length=600, blank=True)
    wording = models.CharField(max_length=10, choices=Wording.choices)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("key", "edition", name="one_framework_per_edition"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return title and edition, as every page and PDF names it."""
        return f"{self.title}, {self.edition}"

    @property
    def is_own_wording(self) -> bool:
        """Whether the words are ours, which every page and PDF must then say."""
        return self.wording == self.Wording.OWN

    def freeze(self) -> None:
        """Close this edition for good, because somebody's record now rests on its words."""
        Framework.objects.filter(pk=self.pk, frozen_at=None).update(frozen_at=timezone.now())


class Area(models.Model):
    """A main area of a framework."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [models.UniqueConstraint("framework", "code", name="one_area_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Outcome(models.Model):
    """One learning outcome."""

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", _("knowledge")
        PRACTICE = "practice", _("practice")
        BOTH = "both", _("knowledge and practice")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="outcomes")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="outcomes")
    code = models.CharField(max_length=10)
    text = models.CharField(max_length=400)
    guidance = models.TextField(max_length=1000, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    workplace_specific = models.BooleanField(default=False)
    sign_individually = models.BooleanField(default=False)
    evidence_needed = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint("framework", "code", name="one_outcome_per_code"),
            models.CheckConstraint(condition=models.Q(kind__in=["knowledge", "practice", "both"]), name="outcome_has_a_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def has_knowledge_part(self) -> bool:
        """Whether there is something to know."""
        return self.kind != self.Kind.PRACTICE

    @property
    def has_practice_part(self) -> bool:
        """Whether there is something to do at work, which no e-learning can show."""
        return self.kind != self.Kind.KNOWLEDGE
