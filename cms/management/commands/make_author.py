"""Make somebody who writes courses, or who reviews and publishes them. Run again, it changes nothing."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.authoring.groups import AUTHORS, REVIEWERS
from people.models import User


class Command(BaseCommand):
    """`manage.py make_author ada "Ada Author" [--reviewer]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the username and the name."""
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("--reviewer", action="store_true", help="may also review and publish")

    def handle(self, *args: Any, username: str, full_name: str, reviewer: bool, **options: Any) -> None:
        """Make the person and give the role, or nothing."""
        try:
            with transaction.atomic():
                user = User.objects.filter(username__iexact=username).first() or User.objects.create_user(username, full_name=full_name)
                if user.full_name != full_name:
                    raise ValidationError(f"{username} is the username of {user.full_name}. Choose another one.")
                user.groups.add(Group.objects.get(name=REVIEWERS if reviewer else AUTHORS))
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from errors
        self.stdout.write(f"{user.full_name} ({user.username}) {'reviews and publishes' if reviewer else 'writes'} courses at /admin/.")
        if not user.has_usable_password():
            self.stdout.write(f"To let them sign in, type: manage.py changepassword {user.username}")
