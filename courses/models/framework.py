"""Frameworks: a publisher's set of outcomes, in one edition."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.admin.decorators import display
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses import needs

WORDS_OF_A_FRAMEWORK = ("key", "title", "publisher", "edition", "licence", "attribution", "wording")


def not_in_use(part: "Area | Outcome") -> None:
    """Raise ValidationError when the edition that an area or outcome stands in, or is to stand in, may not change any more."""
    held = type(part)._default_manager.filter(pk=part.pk).values("framework")
    for framework in Framework.objects.filter(models.Q(pk=part.framework_id) | models.Q(pk__in=held)).exclude(frozen_at=None):
        raise ValidationError(_("The edition “%(label)s” is in use. Make a new edition instead.") % {"label": framework.label})


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
    units_pack_digest = models.CharField(max_length=64, blank=True, editable=False)  # of its links to units, as a pack last set them

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

    @display(description=_("in use"))
    def in_use(self) -> str:
        """Say, in a list, whether somebody's record rests on these words."""
        return _now("yes") if self.frozen_at else ""

    def clean(self) -> None:
        """Let nothing but the status of an edition in use change."""
        held = Framework.objects.filter(pk=self.pk).exclude(frozen_at=None).first()
        if held and any(getattr(held, name) != getattr(self, name) for name in WORDS_OF_A_FRAMEWORK):
            raise ValidationError(_("This edition is in use: only its status may change. Make a new edition instead."))

    def new_edition(self, edition: str) -> "Framework":
        """Copy this edition, its areas, outcomes and links to units, under another name. Raise ValidationError when the name is empty or taken."""
        with transaction.atomic():
            copy = Framework(edition=edition, **{name: getattr(self, name) for name in WORDS_OF_A_FRAMEWORK if name != "edition"})
            copy.full_clean()
            copy.save()
            for area in self.areas.prefetch_related("outcomes__links"):
                area.copy_into(copy)
        return copy

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

    def clean(self) -> None:
        """Leave an edition in use as it is."""
        not_in_use(self)

    def copy_into(self, edition: Framework) -> None:
        """Turn this into a copy of itself in another edition, with its outcomes and their links to units. Save all of it."""
        outcomes = list(self.outcomes.all())
        self.pk, self.framework, self._state.adding = uuid4(), edition, True
        self.save()
        for outcome in outcomes:
            links = list(outcome.links.all())
            outcome.pk, outcome.framework, outcome.area, outcome._state.adding = uuid4(), edition, self, True
            outcome.save()
            for link in links:
                link.pk, link.outcome, link._state.adding = uuid4(), outcome, True
                link.save()


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
    evidence_needed = models.PositiveSmallIntegerField(_("pieces of evidence"), default=1)
    evidence_kinds = needs.KindsField(
        _("kinds of evidence"), help_text=_("At least one piece must be one of these. Tick none, and any kind will do.")
    )
    evidence_months = models.PositiveSmallIntegerField(
        _("months that evidence counts"), default=0, help_text=_("Older evidence does not count when it is sent for sign-off. 0: any age.")
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint("framework", "code", name="one_outcome_per_code"),
            models.CheckConstraint(condition=models.Q(kind__in=["knowledge", "practice", "both"]), name="outcome_has_a_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def clean(self) -> None:
        """Leave an edition in use as it is, and an outcome in an area of its own framework."""
        not_in_use(self)
        if self.area_id and self.framework_id and self.area.framework_id != self.framework_id:
            raise ValidationError({"area": _("Choose an area of this framework.")})

    @property
    def has_knowledge_part(self) -> bool:
        """Whether there is something to know."""
        return self.kind != self.Kind.PRACTICE

    @property
    def has_practice_part(self) -> bool:
        """Whether there is something to do at work, which no e-learning can show."""
        return self.kind != self.Kind.KNOWLEDGE

    @property
    def pieces_needed(self) -> int:
        """Return how many pieces of evidence the practice part needs: one at least."""
        return max(self.evidence_needed, 1)

    @property
    def needs_in_words(self) -> str:
        """Say what the practice part asks for, or nothing for knowledge."""
        return needs.in_words(self.pieces_needed, self.evidence_kinds, self.evidence_months) if self.has_practice_part else ""
