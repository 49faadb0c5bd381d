"""Answers and places: what a learner did in a module."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import ModulePage
from courses.outline import Outline


class Answer(models.Model):
    """One learner's answer to one activity, with the page revision it was given on.

    Once right, it stays right: a later try that goes wrong takes nothing away.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="answers")
    activity_id = models.CharField(max_length=100)
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+", null=True)
    given = models.JSONField(default=dict)
    # For how questions do: the first answer, and the revision it was given on; null for what was answered before they were kept.
    first_given = models.JSONField(null=True)
    first_revision = models.PositiveBigIntegerField(null=True)
    is_right = models.BooleanField(null=True)
    was_right_first_time = models.BooleanField(null=True)
    tries = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("learner", "module", "activity_id", name="one_answer_per_activity")]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.activity_id}"


class ModulePlace(models.Model):
    """Where a learner is in a module: the step to open next, and the steps done."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="places")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="places")
    step_id = models.CharField(max_length=100, blank=True)
    done_steps = models.JSONField(default=list)
    moved_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("learner", "module", name="one_place_per_module")]

    def __str__(self) -> str:
        return f"{self.learner_id} in {self.module_id}"

    def number_in(self, outline: Outline) -> int:
        """Return the number of the step to open next. Where an author took that step away: the first not done, else the last."""
        not_done = (step.number for step in outline.steps if step.id not in self.done_steps)
        return outline.number_of(self.step_id) or next(not_done, outline.count)
