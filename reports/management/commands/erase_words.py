"""Erase personal words for good: one text, one piece of evidence, or everything of a person who left. Says what goes; --yes does it.

With --log alone it lists what can be erased in a log. The chain of hashes stays valid, and says what was erased, by whom and why.
"""

import argparse
from typing import Any
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.models import Refused, User
from progress.erasure import NAMES_THAT_STAY, Reason, erase_person, erase_piece, erase_text, stands_on_others
from progress.models import ErasedFile, Evidence, LedgerText, ProgressLog
from reports.models import LeavingPack, LogExport, Pack, Statement


class Command(BaseCommand):
    """`manage.py erase_words --evidence ID --by ada --reason names_somebody --yes`"""

    help = __doc__

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Show the help as it is written."""
        return super().create_parser(prog_name, subcommand, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to erase, who erases it, and why."""
        parser.add_argument("--log", type=UUID, help="a log; alone: list what can be erased in it")
        parser.add_argument("--event", type=int, help="with --log: the place of an event")
        parser.add_argument("--field", help="with --log and --event: note or reason")
        parser.add_argument("--evidence", type=UUID, help="a piece of evidence")
        parser.add_argument("--person", help="the username of somebody who left")
        parser.add_argument("--by", help="your own username")
        parser.add_argument("--reason", choices=Reason.values, help="; ".join(f"{reason.value}: {reason.label}" for reason in Reason))
        parser.add_argument("--yes", action="store_true", help="do it; nobody can undo it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or say what would go, or erase it."""
        chosen = [options["event"] is not None, options["evidence"] is not None, options["person"] is not None]
        if options["log"] and not any(chosen):
            self._list(_found(ProgressLog, pk=options["log"]))
            return
        if chosen.count(True) != 1:
            raise CommandError("Name one thing to erase: --log with --event and --field, or --evidence, or --person.")
        if not (options["by"] and options["reason"]):
            raise CommandError("Say who erases it with --by, and why with --reason.")
        how = {"by": _found(User, username=options["by"]), "reason": Reason(options["reason"]), "submission": uuid4()}
        try:
            self._erase(options, how)
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused

    def _list(self, log: ProgressLog) -> None:
        for text in (
            LedgerText.objects.filter(event__log=log).exclude(field__in=NAMES_THAT_STAY).select_related("event").order_by("event__seq")
        ):
            self.stdout.write(f"--event {text.event.seq} --field {text.field}   ({text.event.type}, {_day(text.event.at)})")
        for piece in log.evidence.filter(erased_at=None).prefetch_related("links__entry__outcome"):
            codes = ", ".join(link.entry.outcome.code for link in piece.links.all())
            self.stdout.write(f"--evidence {piece.pk}   ({piece.get_kind_display()} for {codes}, {_day(piece.added_at)}: {piece.title})")

    def _erase(self, options: dict[str, Any], how: dict[str, Any]) -> None:
        if options["person"]:
            self._person(_found(User, username=options["person"]), options["yes"], how)
        elif options["evidence"]:
            self._piece(_found(Evidence, pk=options["evidence"]), options["yes"], how)
        else:
            self._text(_found(ProgressLog, pk=options["log"]), options, how)

    def _text(self, log: ProgressLog, options: dict[str, Any], how: dict[str, Any]) -> None:
        if self._is_only_asked(options["yes"], f"The {options['field']} of event {options['event']} of log {log.pk}."):
            return
        erase_text(log, options["event"], options["field"] or "", **how)
        self._done()

    def _piece(self, piece: Evidence, is_sure: bool, how: dict[str, Any]) -> None:
        alike = Evidence.objects.exclude(text="").filter(text=piece.text, erased_at=None).exclude(pk=piece.pk).values_list("pk", flat=True)
        for other in alike if not piece.is_erased else ():
            self.stdout.write(f"The same words stand in another piece too: --evidence {other}")
        if self._is_only_asked(is_sure, f"“{piece.heading}”: its words, its file, and the answer it was made from."):
            return
        erase_piece(piece, **how)
        self._done()

    def _person(self, person: User, is_sure: bool, how: dict[str, Any]) -> None:
        kept = " Her name stays, because others' records rest on it." if stands_on_others(person) else ""
        what = f"Everything of {person.full_name} ({person.username}): words and evidence in {person.logs.count()} logs, answers, account.{kept}"
        if self._is_only_asked(is_sure, what):
            return
        erase_person(person, **how)
        self._done()

    def _is_only_asked(self, is_sure: bool, what: str) -> bool:
        self.stdout.write(what if is_sure else f"{what}\nNothing was erased yet. Add --yes to erase it. Nobody can undo it.")
        return not is_sure

    def _done(self) -> None:
        packs = Pack.objects.forget_erased_words() + LeavingPack.objects.forget_erased_words()
        papers = LogExport.objects.forget_papers() + packs + Statement.objects.forget_erased_people()
        self.stdout.write(f"Erased. PDFs deleted with it: {papers}. Backups hold the words until you delete those too.")
        if left := ErasedFile.objects.count():
            self.stderr.write(f"{left} files could not be deleted yet. The worker tries again every hour.")


def _found(model: Any, **by: Any) -> Any:
    found = model.objects.filter(**by).first()
    if found is None:
        raise CommandError(f"There is no {model._meta.verbose_name} {' '.join(map(str, by.values()))}.")
    return found


def _day(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
