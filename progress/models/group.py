"""Group sessions: who led one, where, for how long, and who was in the room."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import ModulePage
from people.models import Refused, User, Workplace, code_as_typed, drawn_code
from people.permissions import May

OPEN_FOR = timedelta(hours=12)  # a leader who forgets to end it leaves no door open


class GroupSessionQuerySet(models.QuerySet["GroupSession"]):
    """Choices of sessions."""

    def open(self) -> "GroupSessionQuerySet":
        """Return those that somebody may join now."""
        return self.filter(ended_at=None, opened_at__gt=timezone.now() - OPEN_FOR)

    def led_by(self, user: User) -> "GroupSessionQuerySet":
        """Return those this person opened, at workplaces where she may still lead."""
        return self.filter(leader=user, workplace__in=Workplace.objects.where(user, May.LEAD_SESSIONS))


class GroupSession(models.Model):
    """One time a group met. The leader's name stays as it was."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="group_sessions")
    activity_id = models.CharField(max_length=100)
    title = models.CharField(max_length=80)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="group_sessions")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions_led")
    leader_name = models.CharField(max_length=120)
    code = models.CharField(max_length=9, unique=True)
    opened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                "leader", "module", "activity_id", condition=models.Q(ended_at=None), name="one_open_session_of_a_leader"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, minutes=None) | models.Q(ended_at__isnull=False, minutes__isnull=False),
                name="an_ended_session_has_its_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.opened_at:%d %B %Y}"

    def get_absolute_url(self) -> str:
        """Return the leader's page."""
        return reverse("progress:group", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether somebody may join now."""
        return self.ended_at is None and self.opened_at > timezone.now() - OPEN_FOR

    @classmethod
    def lead(cls, module: ModulePage, activity_id: str, title: str, *, at: Workplace, by: User) -> "GroupSession":
        """Open a session, or return the one that is open. Raise Refused where `by` may not lead at this workplace."""
        if not Workplace.objects.where(by, May.LEAD_SESSIONS).filter(pk=at.pk).exists():
            raise Refused(_("Only supervisors and managers lead a session."))
        with transaction.atomic():
            mine = cls.objects.select_for_update().filter(leader=by, module=module, activity_id=activity_id, ended_at=None)
            if found := mine.first():
                if found.is_open:
                    return found
                found.end(0)
            about = {"title": title, "workplace": at, "leader_name": by.full_name, "code": drawn_code()}
            return cls.objects.create(leader=by, module=module, activity_id=activity_id, **about)

    @classmethod
    def join(cls, module: ModulePage, activity_id: str, typed: str, *, by: User) -> "Attendance":
        """Note that `by` is in the room whose code this is; typed twice, it is noted once. Raise Refused for no such room."""
        session = cls.objects.open().filter(module=module, activity_id=activity_id, code=code_as_typed(typed)).first()
        if session is None:
            raise Refused(_("No open session has this code. Look at it again, or ask who leads the session."))
        if session.leader_id == by.pk:
            raise Refused(_("You lead this session. It is recorded that you led it."))
        attendance, _is_new = Attendance.objects.get_or_create(session=session, learner=by)
        return attendance

    def end(self, minutes: int) -> None:
        """Close the door and keep how long it took. Ended twice, the first time stands."""
        GroupSession.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now(), minutes=minutes)


class Attendance(models.Model):
    """One person who was in the room."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="attendances")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["joined_at"]
        constraints = [models.UniqueConstraint("session", "learner", name="once_in_a_room")]

    def __str__(self) -> str:
        return f"{self.learner_id} in {self.session_id}"
