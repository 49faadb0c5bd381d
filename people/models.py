"""Users, employers, workplaces, teams, memberships, join codes and the audit trail."""

import hashlib
import secrets
import unicodedata
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.notice_models import Every as Every
from people.notice_models import Kind as Kind
from people.notice_models import Letters as Letters
from people.notice_models import Notice as Notice
from people.permissions import May, Role, roles_that

# Letters and digits that nobody mistakes for another when a code is read out at a handover.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
JOIN_CODE_DAYS = 28
PASSWORD_CODE_LASTS = timedelta(hours=1)
PASSWORD_CODE_TRIES = 5
CEILING, MOST_CEILING = 20, 200  # units of weight (progress/workload.py): what a workplace begins with, and the most
MOST_MINUTES = 40 * 60  # a whole week of work


class Refused(ValidationError):
    """A rule objected. Its messages are plain English and become the form's errors."""


def without_direction_marks(text: str) -> str:
    """Return a name without control and direction characters, which can make it read as another."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"} or c in "\u200c\u200d").strip()


class UserManager(BaseUserManager["User"]):
    """Makes users; names are compared without regard to capitals."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Return a saved user with a hashed password; None means nobody can sign in as this user."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: Any) -> "User":
        """Return a user with every right in the authors' admin (for the command of that name)."""
        return self.create_user(username, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by name, whatever its capitals."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in with a username; an e-mail address is welcome and never needed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("Use letters, digits and . @ + - _ only, with no spaces."))],
    )
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("preferred language"), max_length=10, default="en-gb")
    reading = models.CharField(_("reading help"), max_length=60, blank=True, default="", editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="one_user_per_username", violation_error_message=_("This username is taken. Choose another one.")
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """Strip what could make one name read as another."""
        super().clean()
        given, self.full_name = self.full_name, without_direction_marks(self.full_name)
        if given and not self.full_name:
            raise ValidationError({"full_name": _("Enter your full name.")})

    def get_full_name(self) -> str:
        """Return the name people know this person by."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the first word of the name, for greetings."""
        return self.full_name.split()[0]

    @property
    def is_staff(self) -> bool:
        """Whether Wagtail's admin may open; true for authors only."""
        return self.has_perm("wagtailadmin.access_admin")


class Employer(models.Model):
    """A care provider."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    checkpoint_email = models.EmailField(blank=True)  # where the signed checkpoint of each day goes, if anywhere

    def __str__(self) -> str:
        return self.name


class WorkplaceQuerySet(models.QuerySet["Workplace"]):
    """Choices of workplaces."""

    def where(self, user: User, may: May) -> "WorkplaceQuerySet":
        """Return the workplaces at which `user` holds, today, a role that allows `may`."""
        return self.filter(pk__in=Membership.objects.current().that(may).filter(user=user).values("workplace"))


class Workplace(models.Model):
    """One home or branch of an employer."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="workplaces")
    name = models.CharField(max_length=120)
    locales_id = models.CharField(
        "LOCALESTID", max_length=50, blank=True, help_text=_("The workplace's own number in the Adult Social Care Workforce Data Set.")
    )
    # What may wait on one desk, in units of weight: the same for everybody who signs off here.
    review_ceiling = models.PositiveSmallIntegerField(default=CEILING, validators=[MinValueValidator(1), MaxValueValidator(MOST_CEILING)])

    objects = WorkplaceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [
            models.UniqueConstraint("employer", "name", name="one_workplace_per_name"),
            models.CheckConstraint(condition=Q(review_ceiling__range=(1, MOST_CEILING)), name="a_ceiling_leaves_room_for_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of its people."""
        return reverse("people:team", args=[self.pk])


class Team(models.Model):
    """A group of people at one workplace."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint("workplace", "name", name="one_team_per_name")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Choices of memberships."""

    def current(self, on: date | None = None) -> "MembershipQuerySet":
        """Return the memberships that hold on a day (today, in London)."""
        day = on or timezone.localdate()
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)

    def that(self, may: May) -> "MembershipQuerySet":
        """Return the memberships whose role allows `may`."""
        return self.filter(role__in=roles_that(may))

    def hold(self) -> None:
        """Keep these as they are until the transaction ends: a role that is being ended waits for what is being signed with it."""
        list(self.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))

    def to_come(self) -> "MembershipQuerySet":
        """Return those that begin on a later day."""
        return self.filter(started_on__gt=timezone.localdate())


def in_sight_of(user: User) -> Q:
    """Choose the rows with a `learner` and a `workplace` that `user` may see: about herself, or about people who work where she may look, today."""
    return Q(learner=user) | of_people_where(user, May.SEE_LOGS)


def of_people_where(user: User, may: May) -> Q:
    """Choose the rows with a `learner` and a `workplace` that are about people who work where `user` holds, today, a role that allows `may`."""
    works_there = Membership.objects.current().filter(workplace=models.OuterRef("workplace"), user=models.OuterRef("learner"))
    held = Membership.objects.current().that(may).filter(user=user)
    return Q(models.Exists(works_there), workplace__in=held.values("workplace"))


LONGEST_COVER = timedelta(weeks=8)


class Membership(models.Model):
    """A person's dated role at a workplace. It stops working on the day it ends."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    started_on = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)
    worker_id = models.CharField("UNIQUEWORKERID", max_length=50, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    # Minutes a week in which this person can review what was sent; None while nobody has agreed them with her.
    review_minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(MOST_MINUTES)])

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_has_a_known_role"),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="membership_ends_after_it_starts"),
            models.UniqueConstraint("user", "workplace", "role", condition=Q(ended_on=None), name="one_open_membership_per_role"),
            models.CheckConstraint(
                condition=Q(review_minutes=None) | Q(review_minutes__lte=MOST_MINUTES), name="minutes_fit_in_a_week_of_work"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.workplace}"

    @property
    def is_current(self) -> bool:
        """Whether this holds today, in London: of one row, what `current()` chooses among many."""
        today = timezone.localdate()
        return self.started_on <= today and (self.ended_on is None or self.ended_on > today)

    def end(self, *, by: User) -> None:
        """End this membership now: the role stops working on the next request."""
        with transaction.atomic():
            self.ended_on = max(timezone.localdate(), self.started_on)
            self.save(update_fields=["ended_on"])
            AuditEvent.record("ended membership", about=self, by=by)

    @classmethod
    def lend(cls, user: User, workplace: Workplace, *, first: date, last: date, by: User) -> "Membership":
        """Let a colleague sign off here from `first` to `last`, both included, while somebody is away.

        Raise Refused for oneself, when they sign off here on one of these days anyway, or when the days make no sense.
        """
        if user.pk == by.pk:
            raise Refused(_("You cannot change your own role. Ask another manager."))
        if first < timezone.localdate() or last < first or last - first > LONGEST_COVER:
            raise Refused(_("Choose days from today on, and eight weeks at most."))
        with transaction.atomic():
            Workplace.objects.select_for_update().get(pk=workplace.pk)  # the same press, twice at once, lends once
            here = cls.objects.that(May.SIGN_OFF).filter(user=user, workplace=workplace, started_on__lte=last)
            if here.filter(Q(ended_on=None) | Q(ended_on__gt=first)).exists():
                raise Refused(_("%(name)s signs off here on these days already.") % {"name": user.full_name})
            title = cls.objects.current().filter(user=user).exclude(job_title="").values_list("job_title", flat=True).first() or ""
            lent = cls.objects.create(
                user=user, workplace=workplace, role=Role.SUPERVISOR, started_on=first, ended_on=last + timedelta(days=1), job_title=title
            )
            AuditEvent.record("lent a desk", about=lent, by=by)
        return lent

    @property
    def last_day(self) -> date | None:
        """Return the last day on which a dated role holds; None for one without an end."""
        return self.ended_on - timedelta(days=1) if self.ended_on else None

    def change_role(self, role: str, *, job_title: str, by: User) -> "Membership":
        """End this membership and start one with another role or title, so that the past stays readable.

        Return the membership that now holds; raise Refused for one's own role, or one held already.
        """
        if self.user_id == by.pk:
            raise Refused(_("You cannot change your own role. Ask another manager."))
        if (role, job_title) == (self.role, self.job_title):
            return self
        open_here = Membership.objects.filter(user=self.user, workplace=self.workplace, role=role, ended_on=None)
        if open_here.exclude(pk=self.pk).exists():
            raise Refused(_("%(name)s has this role here already.") % {"name": self.user.full_name})
        with transaction.atomic():
            self.end(by=by)
            kept = {name: getattr(self, name) for name in ("user", "workplace", "team", "worker_id", "review_minutes")}
            successor = Membership.objects.create(role=role, job_title=job_title, **kept)
            AuditEvent.record(f"became {role}", about=successor, by=by)
        return successor


def drawn_code() -> str:
    """Return eight letters and digits drawn at random, in two groups: ABCD-2345."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def code_as_typed(text: str) -> str:
    """Return a typed code in the form we keep: capitals, one hyphen, no spaces."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


class JoinCodeQuerySet(models.QuerySet["JoinCode"]):
    """Choices of join codes."""

    def working(self) -> "JoinCodeQuerySet":
        """Return the codes that still let somebody join today."""
        return self.filter(ended_at=None, expires_on__gte=timezone.localdate())


class JoinCode(models.Model):
    """A code that lets anybody who knows it join one workplace as a care worker, and as nothing more."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="join_codes")
    code = models.CharField(max_length=9, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JoinCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    @classmethod
    def make(cls, workplace: Workplace, *, by: User) -> "JoinCode":
        """Return a new code for a workplace; the ones before it stop working."""
        with transaction.atomic():
            workplace.join_codes.filter(ended_at=None).update(ended_at=timezone.now())
            code = cls.objects.create(
                workplace=workplace,
                made_by=by,
                code=drawn_code(),
                expires_on=timezone.localdate() + timedelta(days=JOIN_CODE_DAYS),
            )
            AuditEvent.record("made a join code", about=workplace, by=by)
        return code

    def admit(self, user: User) -> Membership:
        """Make `user` a care worker at the workplace; joining twice changes nothing."""
        with transaction.atomic():
            membership, is_new = Membership.objects.current().get_or_create(
                user=user, workplace=self.workplace, role=Role.LEARNER, ended_on=None
            )
            if is_new:
                AuditEvent.record("joined with a code", about=self.workplace, by=user)
        return membership


class PasswordCode(models.Model):
    """A code that a manager hands to a care worker who forgot her password. It works once, for an hour, and takes five tries.

    Nobody who signs, or ever did, gets one: whoever holds the code becomes that person, and a
    manager must never be able to sign under a supervisor's name.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="password_codes")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"for {self.user_id}, made {self.made_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def objection_to(user: User, *, by: User) -> str | None:
        """Return why `by` may not make a code for `user`, in words; None when nothing stands against it."""
        if user.is_superuser or user.memberships.exclude(role=Role.LEARNER).exists():
            return _("%(name)s has more rights than a care worker, or once had. Ask the person who runs this site.") % {"name": user}
        elsewhere = Membership.objects.current().filter(user=user).exclude(workplace__in=Workplace.objects.where(by, May.MANAGE_PEOPLE))
        if elsewhere.exists():
            return _("%(name)s also works where you are not the manager. Ask the person who runs this site.") % {"name": user}
        return None

    @classmethod
    def make(cls, user: User, *, by: User) -> str:
        """Return the text of a new code, which is kept nowhere; the ones before it stop working. Raise Refused where it may not be."""
        if objection := cls.objection_to(user, by=by):
            raise Refused(objection)
        code = drawn_code()
        with transaction.atomic():
            user.password_codes.filter(ended_at=None).update(ended_at=timezone.now())
            cls.objects.create(user=user, made_by=by, code_hash=cls._hashed(user, code))
            AuditEvent.record("made a password code", about=user, by=by)
        return code

    @classmethod
    def owner_of(cls, username: str, typed: str) -> User | None:
        """Return whose code this is, if it still works; a wrong try is counted, and the fifth ends the code."""
        with transaction.atomic():
            since = timezone.now() - PASSWORD_CODE_LASTS
            working = cls.objects.select_for_update(of=("self",)).filter(ended_at=None, made_at__gt=since, user__is_active=True)
            code = working.filter(user__username__iexact=username).select_related("user").first()
            if code is None or code.tries >= PASSWORD_CODE_TRIES:
                return None
            if secrets.compare_digest(code.code_hash, cls._hashed(code.user, code_as_typed(typed))):
                return code.user
            code.tries += 1
            code.save(update_fields=["tries"])
        return None

    @staticmethod
    def use_up(user: User, password: str) -> None:
        """Give `user` the password and end the code; every session she had ends with the old password."""
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            user.password_codes.filter(ended_at=None).update(ended_at=timezone.now())
            AuditEvent.record("chose a new password with a code", about=user, by=user)

    @staticmethod
    def _hashed(user: User, code: str) -> str:
        return hashlib.sha256(f"{user.pk} {code}".encode()).hexdigest()


class AuditEvent(models.Model):
    """Who did what to people and places, and when. Sign-offs are in the ledger, not here."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=80, validators=[MaxLengthValidator(80)])
    about_kind = models.CharField(max_length=40)
    about_id = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.actor_id} {self.verb} {self.about_kind} {self.about_id}"

    @classmethod
    def record(cls, verb: str, *, about: models.Model, by: User) -> "AuditEvent":
        """Write one line; the caller's transaction holds it and the change together."""
        return cls.objects.create(actor=by, verb=verb, about_kind=about._meta.model_name, about_id=about.pk)


# A model of a file of its own is known to Django once this one is read; it stands here because it needs what is above.
from people.supervision import Supervision as Supervision  # noqa: E402
