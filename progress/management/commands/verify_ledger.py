"""Check that the records are still what was recorded. Exit 0: clean. 1: findings. 2: could not run."""

import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from progress.checkpoint import CannotRun, read_checkpoint
from progress.models import ProgressLog
from progress.verification import Verification, verify

FINDINGS, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    """`manage.py verify_ledger [--log ID] [--checkpoint FILE] [--processes N]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one log, and an older checkpoint to hold the ledger against."""
        parser.add_argument("--log", type=UUID, help="check this log only")
        parser.add_argument(
            "--checkpoint", type=Path, help="a checkpoint kept elsewhere, or the file of a letter: finds what was cut off or written anew"
        )
        parser.add_argument(
            "--processes", type=int, default=1, choices=range(1, (os.cpu_count() or 1) + 1), help="share the work among so many"
        )

    def handle(self, *args: Any, log: UUID | None, checkpoint: Path | None, processes: int, **options: Any) -> None:
        """Check, print each finding on a line, and leave with what came of it."""
        try:
            if log and not ProgressLog.objects.filter(pk=log).exists() and not checkpoint:
                raise CannotRun(f"There is no log {log}.")
            done = verify(log, read_checkpoint(checkpoint) if checkpoint else (), processes)
        except (CannotRun, DatabaseError) as error:
            raise CommandError(f"Could not verify: {error}", returncode=COULD_NOT_RUN) from error
        self._say(done)
        if done.findings:
            sys.exit(FINDINGS)

    def _say(self, done: Verification) -> None:
        for finding in done.findings:
            self.stdout.write(str(finding))
        verdict = f"{len(done.findings)} findings" if done.findings else "nothing found"
        self.stdout.write(f"{done.events} events in {done.logs} logs: {verdict}")
