"""Notices, and how letters with them go out. (`people.models` imports these; they know people by name only.)"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from people.models import User

KEPT_FOR = timedelta(days=90)
NEWS_FOR = timedelta(days=14)  # what is older goes into no letter; it stays on the page
LEASE = timedelta(minutes=10)  # how long a letter that was begun may take, before another worker takes it up
FIRST_WAIT = timedelta(minutes=15)  # after a letter that did not go out; doubled each time, up to a day
LONGEST_WAIT = timedelta(days=1)
MOST_CODES = 8  # named in a line


class Kind(StrEnum):
    """What a notice can say. Each has two templates in people/notices/: a line for the page (.html), and one for the letter (.txt)."""

    DECLARED = "declared"
    RETURNED = "returned"
    SIGNED_OFF = "signed_off"
    WITHDRAWN = "withdrawn"
    ACTION_ASKED = "action_asked"
    RECORDED = "recorded"
    WITNESSED = "witnessed"
    SUPERVISOR = "supervisor"
    TRY_AT_WORK = "try_at_work"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PDF_READY = "pdf_ready"
    PACK_READY = "pack_ready"
    LOGS_READY = "logs_ready"
    EVERYTHING_READY = "everything_ready"


FOR_A_DESK = {Kind.DECLARED}  # these lead to a page that opens only for those who may sign off there


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Choices of notices. Whose a notice is, and whether she may still see it: `people.notices.notices_of`."""

    def unread(self) -> "NoticeQuerySet":
        """Return those that nobody has opened."""
        return self.filter(read_at=None)

    def for_a_letter(self) -> "NoticeQuerySet":
        """Return what a letter should tell: not read, not told, not old."""
        return self.unread().filter(letter=None, made_at__gt=timezone.now() - NEWS_FOR)

    def with_people(self) -> "NoticeQuerySet":
        """Fetch who did it and whose log it is about, for a list."""
        return self.select_related("by", "learner")

    def untouched(self) -> "list[UUID]":
        """Return those that no other transaction holds now, and hold them.

        A reader and the letters change many notices at once; an act holds some of them while it holds a log.
        Waiting for each other they could wait for ever. So these two never wait: what is held now is left as it is.
        """
        return list(self.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))

    def put_into(self, letter: UUID | None) -> int:
        """Note in which letter these go; None takes them out again. Return how many."""
        with transaction.atomic():
            return Notice.objects.filter(pk__in=self.untouched()).update(letter=letter)

    def mark_read(self) -> int:
        """Note that these were read, and return how many."""
        with transaction.atomic():
            return Notice.objects.filter(pk__in=self.unread().untouched()).update(read_at=timezone.now())


class Notice(models.Model):
    """One line of news for one person. Not a record: it goes with its people, and after 90 days.

    It holds facts and no words of a learner. Names are not kept: they are read from the people when it is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workplace = models.ForeignKey("people.Workplace", on_delete=models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    log = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    codes = models.JSONField(default=list)
    day = models.DateField(null=True)
    address = models.TextField()
    once = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    letter = models.UUIDField(null=True, db_index=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["to", "once"], condition=~Q(once=""), name="told_once"),
        ]
        indexes = [
            models.Index(fields=["to"], condition=Q(read_at=None), name="unread_notices"),
            models.Index(fields=["log", "kind"], name="notices_about_a_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_id}"

    @property
    def is_new(self) -> bool:
        """Whether nobody has opened it."""
        return self.read_at is None

    @property
    def count(self) -> int:
        """Return how many outcomes it is about."""
        return len(self.codes)

    @property
    def codes_in_words(self) -> str:
        """Return the outcomes by their codes: “1.1, 1.2”; of many the first ones, and how many more."""
        codes = sorted(self.codes, key=lambda code: [part.zfill(6) for part in code.split(".")])  # 1.2 before 1.10
        named, more = ", ".join(codes[:MOST_CODES]), self.count - MOST_CODES
        return (
            ngettext("%(codes)s and %(n)d more", "%(codes)s and %(n)d more", more) % {"codes": named, "n": more}
            if more > 1
            else ", ".join(codes)
        )

    @property
    def on_page(self) -> str:
        """Return the template of its line on the page."""
        return f"people/notices/{self.kind}.html"

    @property
    def in_letter(self) -> str:
        """Return the template of its line in a letter."""
        return f"people/notices/{self.kind}.txt"


class Every(models.TextChoices):
    """How often letters come."""

    HOUR = "hour", _("As it comes, at most once an hour")
    DAY = "day", _("At most once a day")
    WEEK = "week", _("At most once a week")
    NEVER = "never", _("Never")


BETWEEN = {Every.HOUR: timedelta(hours=1), Every.WEEK: timedelta(days=7)}


class LettersQuerySet(models.QuerySet["Letters"]):
    """Choices of people by how their letters go."""

    def claim(self, seen: "Letters") -> "Letters | None":
        """Hand one person's letter to exactly one caller, until the lease ends; everyone else gets None.

        `seen` is the row as the caller read it: somebody who claimed, or sent, since then has moved `not_before`.
        """
        mine, until = uuid4(), timezone.now() + LEASE
        free = self.filter(pk=seen.pk, not_before=seen.not_before, claim=seen.claim)
        if not free.update(claim=mine, not_before=until, attempts=F("attempts") + 1):
            return None
        return self.select_related("user").get(pk=seen.pk)


class Letters(models.Model):
    """How and when letters with news go to one person: her choices, and how far the current letter is.

    `not_before`: no letter before then, because one has gone, is being sent, or could not be sent.
    `claim`: the letter that is being sent. Nobody clears it when a worker dies; the next claim finds it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="letters")
    every = models.CharField(_("How often do we write to you?"), max_length=5, choices=Every.choices, default=Every.DAY)
    at_night = models.BooleanField(_("At night too, between 9 in the evening and 8 in the morning"), default=False)
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True)

    objects = LettersQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(every__in=Every.values), name="letters_come_every_so_often")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.every}"

    @classmethod
    def to(cls, user: "User") -> "Letters":
        """Return somebody's row, with the usual choices for one who has made none."""
        return cls.objects.get_or_create(user=user, defaults={"not_before": timezone.now()})[0]

    def choose(self, every: str, *, at_night: bool) -> None:
        """Let her choose. A letter that is on its way goes out as it was begun."""
        self.every, self.at_night = every, at_night
        self.save(update_fields=["every", "at_night"])
        idle = Letters.objects.filter(pk=self.pk, claim=None, attempts=0)
        idle.update(not_before=self._next_after(self.sent_at) if self.sent_at else timezone.now())

    def stop(self) -> None:
        """Send no more letters. Pressed again, it changes nothing."""
        self.choose(Every.NEVER, at_night=self.at_night)

    def went(self) -> None:
        """Note that the letter has gone."""
        now = timezone.now()
        self._held().update(claim=None, sent_at=now, not_before=self._next_after(now), attempts=0, last_error="")

    def had_nothing(self) -> None:
        """Give the claim back: there was nothing to write about."""
        self._held().update(claim=None, not_before=timezone.now(), attempts=0)

    def failed(self, error: Exception) -> None:
        """Let another try come later, and later each time. What it should have told goes into that one."""
        wait = min(FIRST_WAIT * 2 ** min(self.attempts - 1, 10), LONGEST_WAIT)
        self._held().update(claim=None, not_before=timezone.now() + wait, last_error=type(error).__name__)

    def _held(self) -> "LettersQuerySet":
        """Return this row, while the claim is still ours."""
        return Letters.objects.filter(pk=self.pk, claim=self.claim)

    def _next_after(self, sent: datetime) -> datetime:
        """Return when the next letter may go: for “once a day”, when the next day begins in London."""
        if self.every in BETWEEN:
            return sent + BETWEEN[Every(self.every)]
        return timezone.localtime(sent).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
