"""Sign where every log stands now, and write it down once. Copy the file to where this site's operator cannot reach."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from progress.checkpoint import CannotRun, make_checkpoint, signing_key, verifier_key


class Command(BaseCommand):
    """`manage.py make_checkpoint`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say where and who can check it."""
        try:
            path = make_checkpoint()
        except CannotRun as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}\nkey {verifier_key(signing_key().public_key())}")
