"""Make a workplace of an employer, and its first manager, who then brings everybody else in. Run again, it changes nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from people.models import AuditEvent, Employer, Membership, User, Workplace
from people.permissions import Role


class Command(BaseCommand):
    """`manage.py make_workplace "Rosewood Care" "Rosewood House" priya "Priya Shah"`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the names of the employer, the workplace, and its manager."""
        parser.add_argument("employer")
        parser.add_argument("workplace")
        parser.add_argument("username", help="the manager's; a new one is made without a password")
        parser.add_argument("full_name", help="the manager's, as it should stand on records")

    def handle(self, *args: Any, employer: str, workplace: str, username: str, full_name: str, **options: Any) -> None:
        """Make what is missing, or nothing."""
        try:
            with transaction.atomic():
                user = self._make(employer, workplace, username, full_name)
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from errors
        self.stdout.write(f"{user.full_name} ({user.username}) is a manager of {workplace}, {employer}.")
        if not user.has_usable_password():
            self.stdout.write(f"To let them sign in, type: manage.py changepassword {user.username}")

    def _make(self, employer: str, workplace: str, username: str, full_name: str) -> User:
        owner, _is_new = Employer.objects.get_or_create(name=employer)
        home, _is_new = Workplace.objects.get_or_create(employer=owner, name=workplace)
        user = User.objects.filter(username__iexact=username).first() or User.objects.create_user(username, full_name=full_name)
        if user.full_name != full_name:
            raise ValidationError(f"{username} is the username of {user.full_name}. Choose another one.")
        manages, is_new = Membership.objects.current().get_or_create(user=user, workplace=home, role=Role.MANAGER, ended_on=None)
        if is_new:
            AuditEvent.record("made manager by command", about=manages, by=user)
        return user
