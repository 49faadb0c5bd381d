"""Progress logs: one learner's record for one framework edition."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Framework
from people.models import AuditEvent, Refused, Supervision, User, Workplace, in_sight_of, of_people_where
from people.notices import Kind, settle
from people.permissions import May
from progress.canonical import birth_hash, canonical, link_hash, utc_text
from progress.guards import insist_on_guards
from progress.installation import installation_id
from progress.models.entry import LogEntry
from progress.models.ledger import EventType, LedgerEvent, LedgerText
from progress.projection import DECLARED
from progress.snapshots import workplace_snapshot


class ProgressLogQuerySet(models.QuerySet["ProgressLog"]):
    """Choices of logs."""

    def visible_to(self, user: User) -> "ProgressLogQuerySet":
        """Return the logs this person may see: her own, and those of the people who work where she may look, today."""
        return self.filter(in_sight_of(user))

    def for_desk_of(self, user: User) -> "ProgressLogQuerySet":
        """Return the logs this person may decide on: of people who work where she may sign off today, and never her own."""
        return self.filter(of_people_where(user, May.SIGN_OFF)).exclude(learner=user)

    def to_set_dates_by(self, user: User) -> "ProgressLogQuerySet":
        """Return the logs for which this person may say when they should be finished: of colleagues, never her own."""
        return self.filter(of_people_where(user, May.SET_DATES)).exclude(learner=user)

    def to_take_by(self, user: User) -> "ProgressLogQuerySet":
        """Return the logs that this person may take in one file with all the others: of people who work where she manages today."""
        return self.filter(of_people_where(user, May.TAKE_EVERY_LOG))

    def waiting_for(self, user: User) -> "ProgressLogQuerySet":
        """Return the logs with something for this supervisor to decide."""
        waiting = LogEntry.objects.filter(log=models.OuterRef("pk"), state=DECLARED)
        return self.for_desk_of(user).filter(models.Exists(waiting))

    def to_review_by(self, user: User) -> "ProgressLogQuerySet":
        """Return those with how much waits and since when, oldest wait first."""
        waiting = Q(entries__state=DECLARED)
        return (
            self.for_desk_of(user)
            .filter(waiting)
            .annotate(waiting_count=Count("entries", filter=waiting), waiting_since=models.Min("entries__declared_at", filter=waiting))
            .order_by("waiting_since")
        )

    def with_supervisor(self, user: User, everybody_at: Iterable[UUID] = ()) -> "ProgressLogQuerySet":
        """Add whose desk each log is first on: `supervisor_name` (None: nobody's), and `is_first` for this person.

        At the workplaces of `everybody_at` every log is first on her desk. Who may sign is another matter: `for_desk_of`.
        """
        supervised = Supervision.objects.current().filter(workplace=models.OuterRef("workplace"), learner=models.OuterRef("learner"))
        hers = models.Exists(supervised.filter(supervisor=user)) | Q(workplace__in=list(everybody_at))
        name = models.Subquery(supervised.values("supervisor__full_name")[:1])
        return self.annotate(is_first=models.ExpressionWrapper(hers, models.BooleanField()), supervisor_name=name)

    def hers_first(self, user: User) -> "ProgressLogQuerySet":
        """Put the logs of a supervisor's own people before the others (of `to_review_by`: the oldest wait first in each part)."""
        return self.with_supervisor(user).order_by(models.F("is_first").desc(), models.F("waiting_since"))


class ProgressLog(models.Model):
    """One learner's record for one framework edition; valid while part-complete."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="logs")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="logs")
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="logs")
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    # Where it was born, and the head of the chain: the last event's place and hash. A row to lock, and an index that verification compares.
    installation = models.CharField(max_length=200, default=installation_id, editable=False)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64)

    objects = ProgressLogQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("learner", "framework", name="one_log_per_learner_and_edition")]

    def __str__(self) -> str:
        return f"{self.learner}: {self.framework}"

    def get_absolute_url(self) -> str:
        """Return the page of the log."""
        return reverse("progress:log", args=[self.pk])

    @classmethod
    def open(cls, *, by: User, framework: Framework, workplace: Workplace, submission: UUID) -> "ProgressLog":
        """Return the learner's log for this edition, opening it if it is not open yet."""
        if not Workplace.objects.where(by, May.KEEP_A_LOG).filter(pk=workplace.pk).exists():
            raise Refused(_("You do not work at %(workplace)s.") % {"workplace": workplace.name})
        try:
            with transaction.atomic():
                return cls._start(by, framework, workplace, submission)
        except IntegrityError:  # the same press, twice at once
            return cls.objects.get(learner=by, framework=framework)

    @classmethod
    def _start(cls, by: User, framework: Framework, workplace: Workplace, submission: UUID) -> "ProgressLog":
        if existing := cls.objects.filter(learner=by, framework=framework).first():
            return existing
        log = cls(learner=by, framework=framework, workplace=workplace)
        log.head_hash = birth_hash(str(log.pk), framework.key, framework.edition, log.installation)
        log.save()
        framework.freeze()
        LogEntry.objects.bulk_create(LogEntry(log=log, learner=by, outcome=outcome) for outcome in framework.outcomes.all())
        with log.writing():
            opened = log.append(EventType.OPENED, by=by, submission=submission, data={"workplace": workplace_snapshot(workplace)})
            log.opened_at = opened.at
            log.save(update_fields=["opened_at"])
        return log

    def set_due(self, day: date | None, *, by: User) -> None:
        """Say by which day it should be finished; None takes the day away. A plan of the workplace, and no part of the record.

        Raise Refused for somebody who may not, and for a day that has passed.
        """
        if not ProgressLog.objects.to_set_dates_by(by).filter(pk=self.pk).exists():
            raise Refused(_("You cannot set this day."))
        if day and day < timezone.localdate():
            raise Refused(_("Choose today or a later day."))
        if day == self.due_on:
            return
        with self.writing():
            settle([Kind.DUE_SOON, Kind.OVERDUE], log=self.pk)
            self.due_on = day
            self.save(update_fields=["due_on"])
            AuditEvent.record("set the day of a log" if day else "took the day of a log away", about=self, by=by)

    @contextmanager
    def writing(self) -> "Iterator[None]":
        """Hold this log for one writer until the transaction ends.

        Every change locks the log before it looks at an entry, always in this order,
        so that two supervisors wait for each other instead of deadlocking.
        """
        with transaction.atomic():
            held = ProgressLog.objects.select_for_update().values_list("head_seq", "head_hash").get(pk=self.pk)
            self.head_seq, self.head_hash = held
            yield

    def recorded(self, submission: UUID, type: str, *, by: User, entry: LogEntry | None = None) -> LedgerEvent | None:
        """Return the event a form already recorded, so that sending it twice changes nothing.

        Raise Refused when the same submission was used for something else.
        """
        event = LedgerEvent.objects.filter(event_id=submission).first()
        if event is None:
            return None
        if (event.log_id, event.type, event.actor_id, event.entry_id) == (self.pk, type, by.pk, entry.pk if entry else None):
            return event
        raise Refused(_("This form was used before. Open the page again."))

    def append(
        self,
        type: str,
        *,
        by: User,
        submission: UUID,
        entry: LogEntry | None = None,
        data: Mapping[str, object],
        texts: Sequence[LedgerText] = (),
    ) -> LedgerEvent:
        """Write the next event of this chain, inside `writing`, and move the head.

        `data` goes into the payload as it is; each of `texts` only as a commitment.
        """
        insist_on_guards()
        at = timezone.now()
        payload = canonical(
            {
                "v": 1,
                "stream": str(self.pk),
                "seq": self.head_seq + 1,
                "event_id": str(submission),
                "type": str(type),
                "at": utc_text(at),
                "actor": str(by.pk),
                "entry": str(entry.pk) if entry else None,
                "data": data,
                "texts": {text.field: text.commitment for text in texts},
            }
        )
        event = LedgerEvent.objects.create(
            log=self,
            seq=self.head_seq + 1,
            event_id=submission,
            type=type,
            entry=entry,
            actor=by,
            at=at,
            payload=payload,
            prev_hash=self.head_hash,
            hash=link_hash(self.head_hash, payload),
        )
        for text in texts:
            text.event = event
        LedgerText.objects.bulk_create(texts)
        self.head_seq, self.head_hash = event.seq, event.hash
        self.save(update_fields=["head_seq", "head_hash"])
        return event

    def note_document(self, export_id: UUID, sha256: str, position: int, *, by: User, submission: UUID) -> LedgerEvent:
        """Record that a PDF of this log, as it stood at `position`, was issued with this SHA-256."""
        with self.writing():
            if done := self.recorded(submission, EventType.DOCUMENT_ISSUED, by=by):
                return done
            data = {"export": str(export_id), "sha256": sha256, "position": position}
            return self.append(EventType.DOCUMENT_ISSUED, by=by, submission=submission, data=data)
