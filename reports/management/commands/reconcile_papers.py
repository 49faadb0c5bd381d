"""`manage.py reconcile_papers [--delete]`: whether files, rows and ledger agree about every paper."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.jobs import exports_storage
from reports.reconcile import differences


class Command(BaseCommand):
    """Say what differs, and with --delete let go of the files that nothing refers to."""

    help = "Compare the files of PDFs with the rows and the ledger. Exit 0: they agree. 1: they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one that changes something."""
        parser.add_argument("--delete", action="store_true", help="delete the files that no row knows and that are older than an hour")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference."""
        left = 0
        for found in differences():
            gone = bool(found.orphan and options["delete"])
            if gone:
                exports_storage().delete(found.orphan)
            left += not gone
            self.stdout.write(found.says + (" Deleted." if gone else ""))
        if left:
            raise SystemExit(1)
        self.stdout.write("Files, rows and ledger agree.")
