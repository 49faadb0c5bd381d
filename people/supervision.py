"""Who supervises whom at a workplace: on whose desk a log is first, and what a desk can hold.

It says nothing about who may sign: that is anybody who holds the role there today (people/permissions.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import AuditEvent, Membership, Refused, User, Workplace
from people.notices import About, Kind, tell
from people.permissions import May


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    """Choices of supervisions."""

    def current(self) -> "SupervisionQuerySet":
        """Return those that hold today: not ended, the supervisor may sign off there, and the learner may keep a log there.

        A role that ends leaves its row as it is: whoever gets the role back, or another title, has the same people.
        """
        here = Membership.objects.current().filter(workplace=OuterRef("workplace"))
        signs = here.that(May.SIGN_OFF).filter(user=OuterRef("supervisor"))
        learns = here.that(May.KEEP_A_LOG).filter(user=OuterRef("learner"))
        return self.filter(Exists(signs), Exists(learns), ended_at=None)


class Supervision(models.Model):
    """One person's supervisor at one workplace, from one moment to another."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="supervisions")
    learner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervised_in")
    supervisor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervises_in")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at"]
        constraints = [
            models.UniqueConstraint("workplace", "learner", condition=Q(ended_at=None), name="one_supervisor_at_a_time"),
            models.CheckConstraint(condition=~Q(supervisor=F("learner")), name="nobody_supervises_themselves"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="supervision_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor_id} supervises {self.learner_id}"

    @classmethod
    def assign(cls, learners: Iterable[User], supervisor: User, *, at: Workplace, by: User) -> list["Supervision"]:
        """Give people who have no supervisor at a workplace one: all of them, or none and Refused.

        Who is with this supervisor already stays so: pressed twice, it is recorded once.
        """
        with _deciding(at, by):
            return [cls._assign(learner, supervisor, at, by) for learner in learners]

    @classmethod
    def _assign(cls, learner: User, supervisor: User, at: Workplace, by: User) -> "Supervision":
        now = cls.of(learner, at)
        if now is None:
            return cls._begin(learner, supervisor, at, by)
        if now.supervisor_id == supervisor.pk:
            return now
        raise Refused(_("%(name)s supervises %(learner)s now.") % {"name": now.supervisor.full_name, "learner": learner.full_name})

    def move_to(self, supervisor: User, *, by: User) -> "Supervision":
        """Give this learner another supervisor. Raise Refused when she has another one already, or none, than the page showed."""
        with _deciding(self.workplace, by):
            now = Supervision.of(self.learner, self.workplace)
            if now and now.supervisor_id == supervisor.pk:
                return now
            if now is None or now.pk != self.pk:
                name = {"learner": self.learner.full_name}
                raise Refused(_("The supervisor of %(learner)s has changed since you opened the page. Look at it again.") % name)
            return self._begin(self.learner, supervisor, self.workplace, by)

    @classmethod
    def of(cls, learner: User, at: Workplace) -> "Supervision | None":
        """Return who supervises somebody at a workplace today, or None."""
        return cls.objects.current().filter(learner=learner, workplace=at).select_related("supervisor").first()

    @classmethod
    def _begin(cls, learner: User, supervisor: User, at: Workplace, by: User) -> "Supervision":
        Membership.objects.filter(user=supervisor, workplace=at).hold()
        new = cls(workplace=at, learner=learner, supervisor=supervisor, decided_by=by)
        if objections := [said for rule in RULES if (said := rule(new))]:
            raise Refused(objections)
        before = cls.objects.filter(workplace=at, learner=learner, ended_at=None).first()
        if before:
            before.ended_at = max(new.started_at, before.started_at)
            before.save(update_fields=["ended_at"])
        new.save()
        AuditEvent.record("changed the supervisor" if before else "gave a supervisor", about=new, by=by)
        tell(
            [learner],
            Kind.SUPERVISOR,
            about=About(learner=learner, title=at.name, address=reverse("progress:learn"), workplace=at),
            by=supervisor,
        )
        return new


@contextmanager
def _deciding(at: Workplace, by: User) -> Iterator[Workplace]:
    """Hold a workplace for one manager until the transaction ends: two who decide at once wait for each other. Yield it as it is now."""
    with transaction.atomic():
        held = Workplace.objects.select_for_update().get(pk=at.pk)
        if not Workplace.objects.where(by, May.MANAGE_PEOPLE).filter(pk=at.pk).exists():
            raise Refused(_("Only a manager of %(workplace)s can change this.") % {"workplace": at.name})
        yield held


Rule = Callable[[Supervision], str | None]


def nobody_supervises_themselves(new: Supervision) -> str | None:
    """Nobody is her own supervisor, as nobody signs her own log."""
    return _("Nobody supervises themselves. Choose somebody else.") if new.learner_id == new.supervisor_id else None


def the_supervisor_signs_off_here(new: Supervision) -> str | None:
    """A supervisor holds a role that may sign off at this workplace, today."""
    held = Membership.objects.current().that(May.SIGN_OFF).filter(user=new.supervisor_id, workplace=new.workplace_id)
    said = _("%(name)s cannot sign off at %(workplace)s. Choose somebody else.")
    return None if held.exists() else said % {"name": new.supervisor.full_name, "workplace": new.workplace.name}


def the_learner_keeps_a_log_here(new: Supervision) -> str | None:
    """A supervisor is for somebody who works and learns at this workplace, today."""
    held = Membership.objects.current().that(May.KEEP_A_LOG).filter(user=new.learner_id, workplace=new.workplace_id)
    said = _("%(name)s does not work at %(workplace)s.")
    return None if held.exists() else said % {"name": new.learner.full_name, "workplace": new.workplace.name}


RULES: tuple[Rule, ...] = (nobody_supervises_themselves, the_supervisor_signs_off_here, the_learner_keeps_a_log_here)


def agree_limits(at: Workplace, ceiling: int, minutes: Mapping[UUID, int | None], *, by: User) -> None:
    """Set what may wait on one desk of a workplace, and the minutes a week of those who sign off there.

    `ceiling`: units of weight; `minutes`: by the id of a membership, None for “not agreed”. What is said again changes nothing.
    """
    with _deciding(at, by) as held:
        if held.review_ceiling != ceiling:
            held.review_ceiling = ceiling
            held.save(update_fields=["review_ceiling"])
            AuditEvent.record(f"agreed a ceiling of {ceiling}", about=held, by=by)
        for membership in Membership.objects.filter(workplace=held, pk__in=minutes).select_for_update(of=("self",)).order_by("pk"):
            agreed = minutes[membership.pk]
            if membership.review_minutes != agreed:
                membership.review_minutes = agreed
                membership.save(update_fields=["review_minutes"])
                AuditEvent.record(
                    f"agreed {agreed} minutes a week" if agreed is not None else "took back the minutes", about=membership, by=by
                )
