"""After the day: the database, the files and the ledger are held against what people know they did."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings

from bench.faults.book import Act, Book, Came, derived
from bench.faults.browser import BARE, GONE
from bench.faults.day import Day
from bench.faults.learner import Learner
from bench.faults.services import until
from progress.models import Answer, EventType, Evidence, LedgerEvent, LogEntry, ModulePlace, SignOff, Upload
from reports.models import LogExport

EVENT_OF = {
    "opened": EventType.OPENED,
    "added words": EventType.EVIDENCE_ADDED,
    "added a photo": EventType.EVIDENCE_ADDED,
    "recorded": EventType.EVIDENCE_ADDED,
    "declared": EventType.DECLARED,
    "called back": EventType.DECLARATION_WITHDRAWN,
    "signed off": EventType.SIGNED_OFF,
    "returned": EventType.RETURNED,
    "took back": EventType.SIGNOFF_WITHDRAWN,
}
DRAIN = 300  # seconds until the last paper must be made
SOME = 5  # records that the independent verifier reads
PIECES = {"added words", "added a photo", "recorded"}


@dataclass
class Findings:
    """What is wrong, by what kind of wrong it is."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)  # there, and nobody sent it, or she was told it was refused
    other: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)  # what the verifiers say

    def all(self) -> list[str]:
        """Return every finding in words."""
        kinds = {"LOST": self.lost, "TWICE": self.twice, "NOT SENT": self.unsent, "WRONG": self.other, "VERIFIER": self.against}
        return [f"{kind}  {words}" for kind, found in kinds.items() for words in found]

    def expect(self, words: str, there: int, least: int, most: int) -> None:
        """Say so when something is there more or less often than it was done."""
        if there < least:
            self.lost.append(f"{words}: {there} of {least}")
        elif there > most:
            (self.twice if most else self.unsent).append(f"{words}: {there}, done {most}")


def look(day: Day, learners: Sequence[Learner], folder: Path) -> Findings:
    """Let the last papers be made, then compare everything with everything. `folder` takes the records that are verified."""
    late = _drain()
    found = compare(day.book)
    found.other += [*late, *day.book.odd, *_unexplained(day)]
    found.against = _verify(learners[:SOME], folder)
    return found


def compare(book: Book) -> Findings:
    """Hold the database against the book."""
    found = Findings()
    _events(book, found)
    _pieces(book, found)
    _answers(book, found)
    _places(book, found)
    _exports(book, found)
    return found


def _events(book: Book, found: Findings) -> None:
    entries = _entries()
    there = {event.event_id: event for event in LedgerEvent.objects.select_related("actor")}
    sent: set[UUID] = _by_the_product_itself()
    for act in book.acts:
        for number in _numbers(act, entries):
            event = there.get(number)
            as_told = event is not None and (event.type, event.actor.username) == (EVENT_OF[act.kind], act.who)
            if act.came is Came.DONE and not as_told:
                found.lost.append(f"{act.who} {act.kind} ({number})")
            if act.came is not Came.REFUSED:
                sent.add(number)
    found.unsent += [f"{event}, {number}" for number, event in there.items() if number not in sent]
    signed = LedgerEvent.objects.filter(type=EventType.SIGNED_OFF).count()
    found.expect("signatures beside their events", SignOff.objects.count(), signed, signed)


def _entries() -> dict[tuple[str, str], str]:
    """Return each entry's id, by its log and its outcome's code or id, or its own."""
    found: dict[tuple[str, str], str] = {}
    for pk, log, outcome, code in LogEntry.objects.values_list("pk", "log_id", "outcome_id", "outcome__code"):
        found |= {(str(log), name): str(pk) for name in (str(pk), str(outcome), code)}
    return found


def _numbers(act: Act, entries: dict[tuple[str, str], str]) -> list[UUID]:
    """Return the numbers of the events that an act makes."""
    if act.kind not in EVENT_OF or act.number is None:
        return []
    about = [entries[act.log, name] for name in act.about]
    if act.kind == "recorded":
        return [derived(act.number, act.log, entry) for entry in about]
    if act.kind in PIECES or act.kind in {"signed off", "returned"}:
        return [derived(act.number, entry) for entry in about]
    return [act.number]


def _by_the_product_itself() -> set[UUID]:
    """Return the numbers of the events that follow from others: knowledge from finished modules, documents that were issued."""
    numbers = set(LogExport.objects.issued().values_list("pk", flat=True))
    finished = ModulePlace.objects.exclude(finished_at=None).values_list("learner_id", "module_id")
    for learner, module in finished:
        for pk, outcome in LogEntry.objects.filter(learner=learner).values_list("log_id", "outcome_id"):
            numbers.add(uuid5(pk, f"knowledge {module} {outcome}"))
    return numbers


def _pieces(book: Book, found: Findings) -> None:
    there = Counter(Evidence.objects.values_list("title", flat=True))
    acts = [act for act in book.acts if act.kind in PIECES]
    for act in acts:
        found.expect(act.said, there[act.said], int(act.came is Came.DONE), int(act.came is not Came.REFUSED))
    found.unsent += sorted(set(there) - {act.said for act in acts})


def _answers(book: Book, found: Findings) -> None:
    there = {(a.learner.username, a.activity_id): a for a in Answer.objects.select_related("learner")}
    for (who, activity), acts in book.answers().items():
        done = sum(act.came is Came.DONE for act in acts)
        unknown = len(acts) - done
        answer = there.pop((who, activity), None)
        found.expect(f"answers of {who} to {activity}", answer.tries if answer else 0, done - unknown, done + unknown)
        last = (answer.given.get("words") or answer.given["chosen"][0]) if answer else ""
        if not unknown and last != acts[-1].said:
            found.lost.append(f"the last answer of {who} to {activity}")
    found.unsent += [f"an answer of {who} to {activity}" for who, activity in there]


def _places(book: Book, found: Findings) -> None:
    there = Counter[tuple[str, str]]()
    for who, steps in ModulePlace.objects.values_list("learner__username", "done_steps"):
        there.update((who, step) for step in steps)
    for act in book.acts:
        if act.kind == "went on":
            place = act.who, act.about[0]
            found.expect(f"{act.who} left step {act.about[0]}", there.pop(place, 0), int(act.came is Came.DONE), 1)
    found.unsent += [f"{who} left step {step}" for who, step in there]


def _exports(book: Book, found: Findings) -> None:
    """Every paper that was asked for is there once, with its file; what nobody asked for was made ahead, and says so."""
    there = {export.pk: export for export in LogExport.objects.all()}
    told = {act.number for act in book.by(Came.DONE) if act.kind == "asked for a PDF"}
    found.lost += [f"export {pk}" for pk in told - there.keys()]
    unheard = Counter(missed.asked for missed in book.missed)
    for pk, export in there.items():
        words = f"export {pk}"
        if not export.is_ready:
            found.other.append(f"{words} is {export.state}: {export.last_error}")
        elif not export.file.storage.exists(export.file.name) or sha256(export.file.read()).hexdigest() != export.sha256:
            found.lost.append(f"{words}: its file")
        asked = f"POST /logs/{export.log_id}/export/"
        if pk in told or export.is_ahead:
            continue
        if unheard[asked] < 1:
            found.unsent.append(words)
        unheard[asked] -= 1
    for act in book.acts:
        if act.kind == "checked a paper" and act.number and there[act.number].sha256 != act.said:
            found.other.append(f"{act.who} took another file than export {act.number}")


def papers_ready() -> str:
    """Return how many papers are ready now, of how many."""
    return f"{LogExport.objects.issued().count()} of {LogExport.objects.count()}"


def _drain() -> list[str]:
    """Wait for the last papers; say so when they do not come."""
    try:
        until(lambda: not LogExport.objects.pending().exists(), "Every paper that was asked for is made", DRAIN)
    except RuntimeError as error:
        return [str(error)]
    return []


def strays() -> list[str]:
    """Return the files that no row names: what a kill left between a file and its row. They cost room and harm nobody."""
    kept = {*Evidence.objects.values_list("file", flat=True), *Upload.objects.values_list("file", flat=True)}
    kept |= set(LogExport.objects.values_list("file", flat=True))
    return [str(file) for name in ("evidence", "exports") for file in (settings.DATA_DIR / name).rglob("*.*") if file.name not in kept]


def _verify(learners: Sequence[Learner], folder: Path) -> list[str]:
    """Run the product's verification, then the independent verifier on some records, as their learners save them; return what they say."""
    said = _run("manage.py", "verify_ledger")
    for learner in learners:
        record = folder / f"{learner.username}.json"
        record.write_bytes(learner.browser.open(f"/logs/{learner.log.id}/record/").body)
        files = Evidence.objects.filter(log=UUID(learner.log.id)).exclude(file="")
        said += _run("static/verifier/verify_log.py", str(record), *(piece.file.path for piece in files))
    return said


def _run(*command: str) -> list[str]:
    done = subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return [f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}"] if done.returncode else []


def _unexplained(day: Day) -> list[str]:
    """Return the requests that failed when nothing was wrong with web server, database or disk, or whose answer said not what to do."""
    missed = [one for one in day.book.missed if one.came != GONE]
    bare = [f"{one.asked} was answered with {one.came}" for one in missed if one.came.endswith(BARE)]
    return bare + [f"{one.asked} failed with {one.came} for no reason" for one in missed if not day.harm.explains(one.began, one.ended)]
