"""Write a course of this site as a content pack."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import CoursePage
from courses.packs.dumper import dump_pack


class Command(BaseCommand):
    """`manage.py dump_pack COURSE FOLDER`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the course and the folder."""
        parser.add_argument("course", help="the course's key: the last part of its address")
        parser.add_argument("folder", type=Path, help="an empty or new folder")

    def handle(self, *args: Any, course: str, folder: Path, **options: Any) -> None:
        """Write it, and say how many files."""
        page = CoursePage.objects.select_related("framework").filter(slug=course).first()
        if page is None:
            known = ", ".join(CoursePage.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no course “{course}”. Courses here: {known}.")
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} holds something already. Name an empty or new folder.")
        files = dump_pack(page, folder)
        self.stdout.write(f"{len(files)} files written to {folder}")
