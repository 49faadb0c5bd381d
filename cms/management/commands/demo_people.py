"""Make the people of the demonstration: two homes, and who works there. Run again, it changes nothing."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cms.authoring.groups import AUTHORS, REVIEWERS
from people.models import Employer, JoinCode, Membership, Supervision, User, Workplace
from people.permissions import Role
from people.supervision import agree_limits

PASSWORD = "three-plain-words"  # noqa: S105 – printed for everybody who tries the demo
PEOPLE = [
    ("amina", "Amina Yusuf", "Rosewood House", Role.LEARNER, "Care worker"),
    ("tomasz", "Tomasz Nowak", "Rosewood House", Role.LEARNER, "Night care worker"),
    ("grace", "Grace Okafor", "Rosewood House", Role.SUPERVISOR, "Senior care worker"),
    ("priya", "Priya Shah", "Rosewood House", Role.MANAGER, "Registered manager"),
    ("idris", "Idris Bello", "Rosewood House", Role.QUALITY_ASSURER, "Quality lead"),
    ("megan", "Megan Hughes", "Elm Court", Role.SUPERVISOR, "Team leader"),
]
AUTHORS_TOO = [
    ("author", "Alex Author", AUTHORS, "writes courses at /admin/"),
    ("reviewer", "Rosa Reviewer", REVIEWERS, "reviews and publishes them"),
]


class Command(BaseCommand):
    """`manage.py demo_people`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make who is missing, and say who can sign in."""
        if settings.PRODUCTION:
            raise CommandError("Everybody knows the passwords of these people. Never make them on a production site.")
        with transaction.atomic():
            homes = self._homes()
            is_new = not User.objects.filter(username="amina").exists()
            for username, full_name, home, role, title in PEOPLE:
                self._person(username, full_name, homes[home], role, title)
            for username, full_name, group, _does in AUTHORS_TOO:
                if not User.objects.filter(username=username).exists():
                    User.objects.create_user(username, PASSWORD, full_name=full_name).groups.add(Group.objects.get(name=group))
            code = self._join_code(homes["Rosewood House"])
            if is_new:
                self._supervision(homes["Rosewood House"])
        self._say(code)

    def _homes(self) -> dict[str, Workplace]:
        homes = {}
        for employer, name in [("Rosewood Care", "Rosewood House"), ("Elm Tree Homes", "Elm Court")]:
            owner, _new = Employer.objects.get_or_create(name=employer)
            homes[name], _new = Workplace.objects.get_or_create(employer=owner, name=name)
        return homes

    def _person(self, username: str, full_name: str, home: Workplace, role: str, title: str) -> None:
        if not User.objects.filter(username=username).exists():
            user = User.objects.create_user(username, PASSWORD, full_name=full_name)
            since = timezone.localdate() - timedelta(days=200)
            Membership.objects.create(user=user, workplace=home, role=role, job_title=title, started_on=since)

    def _join_code(self, home: Workplace) -> JoinCode:
        working = JoinCode.objects.working().filter(workplace=home).first()
        return working or JoinCode.make(home, by=User.objects.get(username="priya"))

    def _supervision(self, home: Workplace) -> None:
        """Let Grace supervise Amina, in an hour a week that is agreed; Tomasz has nobody yet."""
        amina, grace, priya = (User.objects.get(username=name) for name in ("amina", "grace", "priya"))
        Supervision.assign([amina], grace, at=home, by=priya)
        desk = grace.memberships.get(workplace=home)
        agree_limits(home, home.review_ceiling, {desk.pk: 60}, by=priya)

    def _say(self, code: JoinCode) -> None:
        self.stdout.write(f"\nWho can sign in (password for all: {PASSWORD})")
        for username, full_name, home, role, _title in PEOPLE:
            self.stdout.write(f"  {username:8} {full_name}, {Role(role).label.lower()} at {home}")
        for username, full_name, _group, does in AUTHORS_TOO:
            self.stdout.write(f"  {username:8} {full_name}, {does}")
        self.stdout.write(f"Join code for Rosewood House: {code.code}\n")
