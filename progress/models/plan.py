"""Plans: on which day a learner wants to try something at work."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from courses.models import ModulePage


class PlanQuerySet(models.QuerySet["Plan"]):
    """Choices of plans."""

    def due(self, learner: Any) -> "PlanQuerySet":
        """Return what somebody wanted to try today or before, the oldest first, of modules that are there."""
        found = self.filter(learner=learner, day__lte=timezone.localdate(), module__live=True)
        return found.select_related("module").defer("module__steps").order_by("day")


class Plan(models.Model):
    """One task at work that somebody chose a day for. Not a record: it goes when she writes how it went."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plans")
    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="plans")
    activity_id = models.CharField(max_length=100)
    day = models.DateField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]
        constraints = [models.UniqueConstraint("learner", "module", "activity_id", name="one_plan_for_a_task")]

    def __str__(self) -> str:
        return f"{self.learner_id} on {self.day}"

    def get_absolute_url(self) -> str:
        """Return the place in its module where she writes how it went."""
        found = self.module.outline().find(self.activity_id)
        number = found[0].number if found and found[0] else 1
        return f"{self.module.get_url()}step/{number}/#{self.activity_id}" if found else reverse("progress:learn")

    @classmethod
    def choose(cls, module: ModulePage, activity_id: str, day: date, *, by: Any) -> None:
        """Remember the day, in place of one chosen before."""
        cls.objects.update_or_create(learner=by, module=module, activity_id=activity_id, defaults={"day": day})

    @classmethod
    def drop(cls, module: ModulePage, activity_id: str, *, by: Any) -> None:
        """Forget the day, because she has tried it or does not want to be reminded."""
        cls.objects.filter(learner=by, module=module, activity_id=activity_id).delete()

    @property
    def task(self) -> str:
        """Return what she wanted to try, in the author's words; nothing where an author took it away."""
        found = self.module.outline().find(self.activity_id)
        return found[1].asks.about if found and found[1].asks else ""
