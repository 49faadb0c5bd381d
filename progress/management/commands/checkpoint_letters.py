"""Say which letters with a signed checkpoint went to which employer; with --to, set an employer's address (empty: none)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.models import Employer
from progress.models import CheckpointLetter

SHOWN = 50


class Command(BaseCommand):
    """`manage.py checkpoint_letters [--to "Rosewood Care" owner@rosewood.example]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an employer and an address."""
        parser.add_argument("--to", nargs=2, metavar=("EMPLOYER", "ADDRESS"), help="send the letters of this employer there")

    def handle(self, *args: Any, to: list[str] | None, **options: Any) -> None:
        """Set the address, or list the letters, the newest first."""
        if to:
            self._set(*to)
            return
        for employer in Employer.objects.order_by("name"):
            self.stdout.write(f"{employer.name}: {employer.checkpoint_email or 'no address, no letters'}")
        for letter in CheckpointLetter.objects.select_related("employer")[:SHOWN]:
            self.stdout.write(f"{letter.day}  {letter.employer.name}  {letter.address}  {letter.checkpoint}  {_how(letter)}")

    def _set(self, name: str, address: str) -> None:
        employer = Employer.objects.filter(name=name).first()
        if employer is None:
            raise CommandError(f"There is no employer called {name}.")
        employer.checkpoint_email = address
        try:
            employer.full_clean()
        except ValidationError as errors:
            raise CommandError(" ".join(errors.messages)) from errors
        employer.save(update_fields=["checkpoint_email"])
        self.stdout.write(f"{employer.name}: {address or 'no address, no letters'}")


def _how(letter: CheckpointLetter) -> str:
    if letter.sent_at:
        return f"sent {timezone.localtime(letter.sent_at):%H:%M}"
    if letter.is_uncertain:
        return "not known: the worker died while it sent this"
    return f"not sent, {letter.attempts} tries{f', {letter.last_error}' if letter.last_error else ''}"
