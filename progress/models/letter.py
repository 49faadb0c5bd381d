"""Letters that carry a signed checkpoint to an employer: the row is the truth, the sending only follows it."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from people.models import Employer

MOST_TRIES = 12  # half an hour apart: a mail server may be away for a morning
TOO_LONG = timedelta(minutes=10)  # a worker that has not come back by then has died


class CheckpointLetterQuerySet(models.QuerySet["CheckpointLetter"]):
    """Choices of letters, and the claim that hands one out."""

    def to_send(self) -> "CheckpointLetterQuerySet":
        """Return those that nobody sends and that may be tried."""
        return self.filter(sent_at=None, claimed_at=None, attempts__lt=MOST_TRIES)

    def claim(self, pk: UUID) -> "CheckpointLetter | None":
        """Hand a letter to exactly one caller; everyone else gets None."""
        if self.to_send().filter(pk=pk).update(claimed_at=timezone.now(), attempts=F("attempts") + 1):
            return self.select_related("employer").get(pk=pk)
        return None

    def given_up(self) -> "CheckpointLetterQuerySet":
        """Return those that did not go and will not be tried: refused too often, or in the hands of a worker that died."""
        died = Q(claimed_at__lt=timezone.now() - TOO_LONG)
        return self.filter(died | Q(claimed_at=None, attempts__gte=MOST_TRIES), sent_at=None)

    def made_up_for(self) -> "CheckpointLetterQuerySet":
        """Return those after which another one went to the same employer: it says all of them and more."""
        return self.filter(
            Exists(CheckpointLetter.objects.filter(employer=OuterRef("employer"), day__gt=OuterRef("day"), sent_at__isnull=False))
        )


class CheckpointLetter(models.Model):
    """One letter to one employer on one day.

    Never sent twice: when a worker dies while it sends, nobody knows whether the letter went, so it is
    told to the operator and not tried again. The next day's letter says all of it and more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="checkpoint_letters")
    day = models.DateField(default=timezone.localdate)
    address = models.EmailField()
    checkpoint = models.CharField(max_length=100)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=100, blank=True)

    objects = CheckpointLetterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "employer__name"]
        constraints = [models.UniqueConstraint("employer", "day", name="one_letter_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} to {self.employer}"

    @property
    def is_uncertain(self) -> bool:
        """Whether a worker died while it sent this: it may have gone."""
        return self.sent_at is None and self.claimed_at is not None and self.claimed_at < timezone.now() - TOO_LONG

    def went(self) -> None:
        """Note that the mail server took it."""
        CheckpointLetter.objects.filter(pk=self.pk).update(sent_at=timezone.now(), claimed_at=None, last_error="")

    def failed(self, error: Exception) -> None:
        """Give it back for another try, with the kind of error and no address."""
        CheckpointLetter.objects.filter(pk=self.pk).update(claimed_at=None, last_error=type(error).__name__)
