"""Prepare the demonstration: database, pages, the shipped packs, people, a log. Run again, it keeps what is there."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

PACKS = settings.BASE_DIR / "courses" / "content"


class Command(BaseCommand):
    """`manage.py demo`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is not done yet."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Making the database (about 20 seconds) …")
            call_command("migrate", verbosity=0)
        call_command("make_site")
        for pack in sorted(PACKS.iterdir()):
            call_command("load_pack", str(pack))
        call_command("demo_people", stdout=self.stdout)
        call_command("demo_log", stdout=self.stdout)
