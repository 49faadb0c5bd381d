"""Units of qualifications, and the outcomes of ours that may help to show one."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from courses.models.framework import Framework, Outcome


class UnitQuerySet(models.QuerySet["Unit"]):
    """Choices of units."""

    def linked_to(self, framework: Framework) -> "UnitQuerySet":
        """Return the units that an edition has links to, each with them in `here`, in the order of its outcomes; two queries."""
        ours = OutcomeLink.objects.filter(outcome__framework=framework).select_related("outcome").order_by("outcome__position")
        has_any = models.Exists(ours.filter(unit=models.OuterRef("pk")))
        return self.filter(has_any).prefetch_related(models.Prefetch("links", queryset=ours, to_attr="here"))


class Unit(ClusterableModel):
    """One unit of a qualification (or standard of a certificate) of somebody else, by the code and title that its publisher gave it.

    We hold none of its own outcomes: their wording is its publisher's.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    qualification = models.CharField(_("qualification"), max_length=120, help_text=_("With its year or edition, where it has one."))
    code = models.CharField(_("code"), max_length=20, help_text=_("As its publisher writes it: J/601/2874, or Standard 9."))
    title = models.CharField(_("title"), max_length=160)

    objects: ClassVar[Any] = UnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[Any]] = ["qualification", Length("code"), "code"]  # Standard 3 before Standard 10
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["qualification", "code"], name="one_unit_per_code_of_a_qualification"),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.qualification}"

    @property
    def label(self) -> str:
        """Return code and title, as a list names it."""
        return f"{self.code} {self.title}"


class OutcomeLink(models.Model):
    """An outcome of ours that may help to show a unit. It is a suggestion: no sign-off here is one there."""

    class Strength(models.TextChoices):
        """How much of the outcome is about the unit."""

        WHOLE = "whole", _("the whole outcome")
        PART = "part", _("part of the outcome")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    unit = ParentalKey(Unit, on_delete=models.CASCADE, related_name="links")
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="links")
    strength = models.CharField(_("how much of it"), max_length=5, choices=Strength.choices, default=Strength.WHOLE)
    why = models.CharField(_("why"), max_length=300, help_text=_("One sentence a learner understands: what she shows with this outcome."))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "outcome"], name="one_link_of_an_outcome_to_a_unit"),
            models.CheckConstraint(condition=Q(strength__in=["whole", "part"]), name="a_link_has_a_known_strength"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome.code}: {self.unit.label}"

    @property
    def is_whole(self) -> bool:
        """Whether all of the outcome is about the unit."""
        return self.strength == self.Strength.WHOLE
