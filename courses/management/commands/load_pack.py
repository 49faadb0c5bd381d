"""Load a content pack. It is checked whole first: one problem, and nothing is changed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.packs.loader import load_pack
from courses.packs.problems import PackRefused
from courses.packs.reader import read_pack


class Command(BaseCommand):
    """`manage.py load_pack FOLDER [--force] [--check]`"""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--force", action="store_true", help="take the pack's words where an author changed a page since")
        parser.add_argument("--check", action="store_true", help="only say what is wrong with it")

    def handle(self, *args: Any, folder: Path, force: bool, check: bool, **options: Any) -> None:
        """Check, load, and say what was done."""
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            pack = read_pack(folder)
            if check:
                self.stdout.write(f"{folder.name}: good")
                return
            loading = load_pack(pack, force=force)
        except PackRefused as refused:
            lines = "\n".join(f"  {folder}/{problem}" for problem in refused.problems)
            raise CommandError(f"{folder.name} was refused, and nothing was changed:\n{lines}") from refused
        for line in loading.said:
            self.stdout.write(f"{folder.name}: {line}")
