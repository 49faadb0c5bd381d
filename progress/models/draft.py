"""Drafts: words that are still being written."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from people.models import User
from progress.models.evidence import Evidence

if TYPE_CHECKING:
    from progress.models.answer import Answer

MOST_DRAFTS = 200  # of one person; the oldest make room
MOST_FIELDS = 400  # a supervisor's desk has four for each outcome of one learner
MOST_CHARACTERS = 60_000  # in one draft; above the cap of every form, so that too long a text is kept too
KEPT_FOR = timedelta(days=365)


class Draft(models.Model):
    """What somebody has typed into one form and not sent yet. Nobody else ever sees it, and it is no record."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=200)  # the address that the form is sent to
    fields = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-saved_at"]
        constraints = [models.UniqueConstraint("writer", "place", name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.writer_id} at {self.place}"

    @property
    def submission(self) -> str | None:
        """Return the number that the form carried: a record that has it was made of these words."""
        return self.fields.get("submission") or None

    @property
    def words(self) -> dict[str, str]:
        """Return what was typed, by field, to begin a form with; a form that is opened again has a number of its own."""
        return {name: value for name, value in self.fields.items() if name != "submission"}

    @property
    def was_sent(self) -> bool:
        """Whether evidence was made of it already: a save can arrive after the sending."""
        return self.submission is not None and Evidence.objects.filter(pk=self.submission).exists()

    def is_in(self, answer: "Answer") -> bool:
        """Return whether an answer holds it: it was given later, or says the same.

        Who leaves the field to press Save sends a draft at that moment, and it may arrive after the answer.
        """
        same = all(_plain(typed) == _plain(str(answer.given.get(name, ""))) for name, typed in self.words.items())
        return answer.answered_at > self.saved_at or same

    @classmethod
    def keep(cls, fields: Mapping[str, str], *, place: str, by: User) -> "Draft":
        """Keep what a form holds now, by the names of its fields, in place of what it held before; nothing of what was sent already."""
        with transaction.atomic():
            draft, is_new = cls.objects.update_or_create(
                writer=by, place=place, defaults={"fields": dict(fields), "saved_at": timezone.now()}
            )
            if is_new:
                newest = cls.objects.filter(writer=by).values_list("pk", flat=True)[:MOST_DRAFTS]
                cls.objects.filter(writer=by).exclude(pk__in=list(newest)).delete()
            if draft.was_sent:
                cls.drop(place=place, by=by)
        return draft

    @classmethod
    def at(cls, place: str, *, by: User) -> "Draft | None":
        """Return what `by` has typed there and not sent."""
        return cls.objects.filter(writer=by, place=place).first()

    @classmethod
    def forget_old(cls) -> int:
        """Delete drafts that nobody came back to for a year, and return how many: we keep no words longer than they are of use."""
        return cls.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()[0]

    @classmethod
    def drop(cls, *, place: str, by: User) -> None:
        """Forget a draft, because its words were sent."""
        cls.objects.filter(writer=by, place=place).delete()


def _plain(text: str) -> str:
    """Return a text as a form cleans it: a browser sends its line ends in two ways."""
    return text.replace("\r\n", "\n").strip()
