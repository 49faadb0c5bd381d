"""Quality assurance: what is sampled at a workplace, each sample and what came of it, and notes so that all sign alike."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Outcome
from people.models import AuditEvent, Refused, User, Workplace
from people.permissions import May
from progress.decision import needed
from progress.models.entry import LogEntry
from progress.models.ledger import EventType, LedgerEvent
from progress.models.sign_off import SignOff
from progress.risks import RISKS, Why

SHARE = 10  # percent, until a workplace says otherwise
NOTE_CAP = 4000


def every_risk() -> list[str]:
    """Return the names of all risks: a new plan counts them all."""
    return [str(risk) for risk in RISKS]


class SamplingPlan(models.Model):
    """How many sign-offs of a workplace are sampled, and which risks count. A change ends one and begins another; the old ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="sampling_plans")
    share = models.PositiveSmallIntegerField(default=SHARE, validators=[MaxValueValidator(100)])
    risks = models.JSONField(default=every_risk, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints = [
            models.UniqueConstraint("workplace", condition=Q(ended_at=None), name="one_sampling_plan_at_a_time"),
            models.CheckConstraint(condition=Q(share__lte=100), name="a_share_is_in_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.share} in 100 at {self.workplace}"

    @property
    def risks_in_words(self) -> list[str]:
        """Return the risks that count, as a list of phrases."""
        return [str(Why(risk).label) for risk in self.risks]

    @classmethod
    def current_of(cls, workplaces: Iterable[Workplace]) -> "dict[UUID, SamplingPlan]":
        """Return the plan of each workplace, in one query; where nobody has made one, the one that a workplace begins with."""
        kept = {plan.workplace_id: plan for plan in cls.objects.filter(workplace__in=workplaces, ended_at=None).select_related("made_by")}
        return {workplace.pk: kept.get(workplace.pk) or cls(workplace=workplace) for workplace in workplaces}

    @classmethod
    def choose(cls, workplace: Workplace, *, share: int, risks: Sequence[str], by: User, submission: UUID) -> "SamplingPlan":
        """Let a plan begin in place of the one before. Raise Refused for somebody who does not assure quality there now."""
        with transaction.atomic():
            Workplace.objects.select_for_update().get(pk=workplace.pk)  # two at once: one after the other
            if not Workplace.objects.where(by, May.ASSURE).filter(pk=workplace.pk).exists():
                raise Refused(_("You do not assure quality at %(workplace)s.") % {"workplace": workplace.name})
            if done := cls.objects.filter(pk=submission, workplace=workplace).first():
                return done
            cls.objects.filter(workplace=workplace, ended_at=None).update(ended_at=timezone.now())
            plan = cls.objects.create(pk=submission, workplace=workplace, share=share, risks=list(risks), made_by=by)
            AuditEvent.record("changed the sampling plan", about=plan, by=by)
        return plan


class Sample(models.Model):
    """One sign-off that a quality assurer looks at, why, and what came of it.

    An index over the ledger's own events, which verification compares with it. Two assurers at once are decided by the
    log's lock; one sign-off is one sample, whatever happens.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", gettext_lazy("To be decided")
        AGREED = "agreed", gettext_lazy("Agreed")
        ACTION = "action", gettext_lazy("Action asked for")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sign_off = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="sample")
    event = models.OneToOneField(LedgerEvent, on_delete=models.PROTECT, related_name="sample")
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="samples")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField()
    sampled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sampled_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_event = models.OneToOneField(LedgerEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_sample")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["sampled_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sampled_by=F("signer")) & (Q(decided_by=None) | ~Q(decided_by=F("signer"))),
                name="a_quality_assurer_never_samples_their_own_sign_off",
            ),
            models.CheckConstraint(
                condition=~Q(sampled_by=F("learner")) & (Q(decided_by=None) | ~Q(decided_by=F("learner"))),
                name="nobody_assures_their_own_log",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_event=None, decided_by=None, decided_at=None)
                | Q(outcome__in=["agreed", "action"], decided_event__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="decided_when_by_whom_and_by_which_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_off_id}: {self.outcome}"

    @property
    def is_decided(self) -> bool:
        """Whether an assurer has agreed or asked for action."""
        return self.outcome != self.Outcome.WAITING

    @property
    def in_words(self) -> str:
        """Say who did what with it, and when."""
        by, at = (self.decided_by, self.decided_at) if self.decided_by else (self.sampled_by, self.sampled_at)
        said = {
            self.Outcome.WAITING: _("%(name)s already sampled this on %(day)s."),
            self.Outcome.AGREED: _("%(name)s agreed with this sign-off on %(day)s."),
            self.Outcome.ACTION: _("%(name)s asked for action on %(day)s."),
        }[self.Outcome(self.outcome)]
        return said % {"name": by.full_name, "day": formats.date_format(timezone.localtime(at), "j F Y")}

    # Verbs: each holds the log by way of the entry, which asks the rules and writes the event in the same transaction.
    # `act` is what stands in every act: `proof` of who acts, `seen` (the entry's version on the page) and the `submission`.

    @classmethod
    def take(cls, entry: LogEntry, *, by: User, why: Sequence[str], **act: Any) -> "Sample":
        """Sample the sign-off that stands on an entry, or raise Refused. `why`: the names of what made the assurer look."""
        with transaction.atomic():
            event = entry.assure(EventType.IQA_SAMPLED, by=by, more={"why": list(why)}, **act)
            if taken := cls.objects.filter(event=event).first():
                return taken
            sign_off = entry.sign_offs.get(withdrawn_at=None)
            return cls.objects.create(
                sign_off=sign_off,
                event=event,
                workplace_id=entry.log.workplace_id,
                signer_id=sign_off.signer_id,
                learner_id=entry.learner_id,
                why=list(why),
                sampled_by=by,
                sampled_at=event.at,
            )

    def agree(self, *, by: User, **act: Any) -> LedgerEvent:
        """Say that the sign-off is right, or raise Refused."""
        with transaction.atomic():
            event = self.sign_off.entry.assure(EventType.IQA_AGREED, by=by, more={}, **act)
            return self._decided(self.Outcome.AGREED, event, by)

    def ask_for_action(self, *, by: User, reason: str, **act: Any) -> LedgerEvent:
        """Take the sign-off back, and the entry with it, for a reason that everybody concerned reads; or raise Refused."""
        with transaction.atomic():
            event = self.sign_off.entry.assure(EventType.IQA_ACTION, by=by, more={}, reason=needed(reason), **act)
            return self._decided(self.Outcome.ACTION, event, by)

    def _decided(self, outcome: "Sample.Outcome", event: LedgerEvent, by: User) -> LedgerEvent:
        Sample.objects.filter(pk=self.pk, decided_event=None).update(
            outcome=outcome, decided_event=event, decided_by=by, decided_at=event.at
        )
        return event


class StandardisationNoteQuerySet(models.QuerySet["StandardisationNote"]):
    """Choices of notes."""

    def visible_to(self, user: User) -> "StandardisationNoteQuerySet":
        """Return the notes of the workplaces where somebody signs off or assures quality today."""
        here = Workplace.objects.where(user, May.SIGN_OFF) | Workplace.objects.where(user, May.ASSURE)
        return self.filter(workplace__in=here)


class StandardisationNote(models.Model):
    """What those who sign at a workplace agreed on, so that the same work gets the same decision."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="standardisation_notes")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=NOTE_CAP)
    outcomes = models.ManyToManyField(Outcome, blank=True, related_name="standardisation_notes")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = StandardisationNoteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return its place among the notes."""
        return f"{reverse('progress:notes')}#note-{self.pk}"

    @classmethod
    def write(
        cls, workplace: Workplace, outcomes: Iterable[Outcome] = (), *, title: str, text: str, by: User, submission: UUID
    ) -> "StandardisationNote":
        """Write a note for a workplace, perhaps about some outcomes. Raise Refused for somebody who does not assure quality there now."""
        if not Workplace.objects.where(by, May.ASSURE).filter(pk=workplace.pk).exists():
            raise Refused(_("You do not assure quality at %(workplace)s.") % {"workplace": workplace.name})
        with transaction.atomic():
            note, is_new = cls.objects.get_or_create(
                pk=submission, defaults={"workplace": workplace, "title": title, "text": text, "made_by": by}
            )
            if is_new:
                note.outcomes.set(outcomes)
                AuditEvent.record("wrote a standardisation note", about=note, by=by)
        return note
